"""What the commands that need the whole program do: chat, grade and export."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import typer

from interviewer.cli.content import content
from interviewer.cli.conversation import Conversation, choose_scenario
from interviewer.cli.scorecard_table import print_scorecard
from interviewer.cli.terminal import console, waiting
from interviewer.domain.events import Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.domain.transcript import Transcript
from interviewer.errors import BadInput
from interviewer.progress import progress_bar
from interviewer.service import Service
from interviewer.sessions.export import json_report, labelled_transcript, markdown_report
from interviewer.settings import read_settings


async def chat(
    scenario: str | None,
    level: Level,
    minutes: int,
    mode: Mode,
    session: str | None,
    *,
    local: bool,
) -> None:
    """Hold an interview, and print its score when it is over.

    Args:
        scenario: the case; without it and without a session, the user is asked.
        level: the level of a new interview.
        minutes: its length.
        mode: its mode.
        session: the interview to go on with instead.
        local: run the small model in this program.

    Raises:
        BadInput: there is no such scenario, length or session.
    """
    knowledge = content(read_settings())
    if session is None and scenario is None:
        scenario = await choose_scenario(list(knowledge.scenarios.values()))
    async with _service(knowledge, local=local) as service:
        interview = (
            await service.resume(session)
            if session
            else await service.start(scenario or "", level, minutes, mode)
        )
        if await Conversation(service, interview).hold():
            interview = await _all_graded(service, interview.id)
            print_scorecard(service, service.scorecard(interview))
            console().print(f"Session {interview.id}", style="dim")


async def grade(transcript: Transcript, *, as_json: bool) -> None:
    """Score a transcript, and print the scorecard.

    Raises:
        BadInput: its scenario is not known here.
    """
    async with _service(content(read_settings())) as service:
        count = len(transcript.answers)
        with waiting(f"Grading {count} answers with the grader {service.grader_label}"):
            scorecard = await service.grade(transcript)
        if as_json:
            typer.echo(scorecard.model_dump_json(indent=2))
        else:
            print_scorecard(service, scorecard)


async def export(session: str, *, as_json: bool, labels: bool) -> None:
    """Print an interview with its score, as JSON or as Markdown, or with its labels.

    Raises:
        BadInput: there is no such session, or nothing was said in it.
    """
    async with _service(content(read_settings())) as service:
        if not (await service.interview(session)).turns:
            raise BadInput(
                f"Nothing was said in session {session} yet: there is nothing to export."
            )
        interview = await _all_graded(service, session)
        scorecard, knowledge = service.scorecard(interview), service.knowledge
        if labels:
            report = labelled_transcript(interview, scorecard)
        elif as_json:
            report = json_report(interview.transcript, scorecard)
        else:
            title = knowledge.scenarios[interview.started.scenario].title
            report = markdown_report(interview.transcript, scorecard, knowledge.rubric, title)
        typer.echo(report.rstrip("\n"))


@asynccontextmanager
async def _service(knowledge: Knowledge, *, local: bool = False) -> AsyncIterator[Service]:
    """The service; what takes long is shown while it gets ready."""
    settings = read_settings()
    # Only now, for it takes a second, which a choice that is asked for should not wait for.
    from interviewer.bootstrap.assembly import open_service

    async with AsyncExitStack() as stack:
        with progress_bar() as progress:
            service = await stack.enter_async_context(
                open_service(settings, knowledge, local=local, progress=progress)
            )
        yield service


async def _all_graded(service: Service, session: str) -> Interview:
    with waiting("Grading the last answers"):
        async for _ in service.graded(session):
            pass
    return await service.interview(session)
