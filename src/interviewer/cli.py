"""The terminal face: ``interviewer serve | chat | grade | models | index | export``.

Exit code 0 on success, 2 for anything that the user can put right, with one line on standard error;
1 for a crash. What a command needs is imported when it runs, so that ``--help`` is quick.
"""

import asyncio
import json
import re
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from interviewer.domain.events import Action, Mode
from interviewer.domain.rubric import Level, Provenance, Rubric, competency_of
from interviewer.domain.scorecard import CompetencyScore, Scorecard
from interviewer.domain.stages import LENGTHS, TITLES, StageId
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.errors import BadInput, InterviewerError, KnowledgeError, SetupError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from rich.console import Console
    from rich.table import Table

    from interviewer.domain.interview import Interview
    from interviewer.domain.scenario import Scenario
    from interviewer.knowledge.library import Knowledge
    from interviewer.service import Service, Update
    from interviewer.settings import Settings

MAX_FILE = 2_000_000
"""The largest transcript in bytes; an hour's interview has less than a tenth of it."""

MAX_DEPTH = 20
"""How deep a transcript may nest; it needs six levels."""

MAX_QUOTES = 2
"""How many quotes the table shows for a competency."""

QUOTE_WIDTH = 110
"""The longest quote that the table shows in full, in characters."""

MAX_MISSED = 3
"""How many missed signals the table names for a competency."""


class Format(StrEnum):
    """The forms in which a session is exported."""

    MARKDOWN = "markdown"
    JSON = "json"


class _Commands(TyperGroup):
    """The commands; an error that was raised on purpose is one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InterviewerError as error:
            typer.echo(f"Error: {_one_line(error)}", err=True)
            raise typer.Exit(2) from error


app = typer.Typer(
    cls=_Commands,
    help="A mock interviewer for machine-learning system design.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()


# The commands.


@app.command()
def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one. By default PORT or 7860."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    local: Annotated[bool, typer.Option("--local", help="Run the small model in process.")] = False,
) -> None:
    """Serve the page."""
    settings = _settings()
    from interviewer.ui import server

    server.serve(settings, host=host, port=settings.port if port is None else port, local=local)


@app.command()
def chat(
    scenario: Annotated[
        str | None, typer.Option(help="The case; without it, you are asked.")
    ] = None,
    level: Annotated[Level, typer.Option(help="The level you interview for.")] = Level.SENIOR,
    minutes: Annotated[int, typer.Option(help=f"Length: {', '.join(map(str, LENGTHS))}.")] = 45,
    mode: Annotated[
        Mode, typer.Option(help="Coaching: the last hint shows an answer.")
    ] = Mode.COACHING,
    session: Annotated[
        str | None, typer.Option(help="Go on with this interview, as it was set up.")
    ] = None,
    local: Annotated[bool, typer.Option("--local", help="Run the small model in process.")] = False,
) -> None:
    """Hold an interview in the terminal."""
    asyncio.run(_chat(scenario, level, minutes, mode, session, local))


@app.command()
def grade(
    file: Annotated[str, typer.Argument(help="A transcript, JSON or YAML; - for standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the scorecard as JSON and nothing else.")
    ] = False,
) -> None:
    """Score a transcript."""
    asyncio.run(_grade(read_transcript(file), as_json))


@app.command()
def models() -> None:
    """Say which model would answer, and how to connect one."""
    asyncio.run(_models())


@app.command()
def index() -> None:
    """Build the index of the knowledge, or open it if it is built."""
    settings = _settings()
    from interviewer.knowledge.chunks import chunks_of
    from interviewer.knowledge.embedding import Embedder
    from interviewer.knowledge.index import open_index
    from interviewer.progress import progress_bar

    started, built = time.monotonic(), False
    knowledge = _knowledge()
    where = settings.home / "index"
    with progress_bar() as progress:

        def show(done: int, total: int) -> None:
            nonlocal built
            built = True
            progress("Reading the guide", done / total)

        open_index(knowledge, Embedder(), where, settings.chroma_url, show).close()
    typer.echo(
        f"{'Built' if built else 'Opened'} the index of {len(chunks_of(knowledge))} chunks in "
        f"{settings.chroma_url or where} in {time.monotonic() - started:.1f} s."
    )


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="The session's id.")],
    form: Annotated[Format, typer.Option("--format", help="The form.")] = Format.MARKDOWN,
) -> None:
    """Print the transcript and the score of an interview."""
    asyncio.run(_export(session, form))


# What stands behind them.


def _settings() -> "Settings":
    """What the environment decides.

    Raises:
        SetupError: a variable has a value that cannot be used.
    """
    from pydantic import ValidationError

    from interviewer.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise SetupError(_first(_faults(error))) from error


def _knowledge() -> "Knowledge":
    from interviewer.knowledge.load import load_knowledge
    from interviewer.settings import PROJECT_ROOT

    return load_knowledge(PROJECT_ROOT / "knowledge")


@asynccontextmanager
async def _service(knowledge: "Knowledge", *, local: bool = False) -> "AsyncIterator[Service]":
    settings = _settings()
    from interviewer.bootstrap import open_service
    from interviewer.progress import progress_bar

    async with AsyncExitStack() as stack:
        with progress_bar() as progress:
            service = await stack.enter_async_context(
                open_service(settings, knowledge, local=local, progress=progress)
            )
        yield service


async def _chat(
    scenario: str | None, level: Level, minutes: int, mode: Mode, session: str | None, local: bool
) -> None:
    knowledge = _knowledge()
    if session is None and scenario is None:
        scenario = await _choose(list(knowledge.scenarios.values()))
    async with _service(knowledge, local=local) as service:
        interview = (
            await service.resume(session)
            if session
            else await service.start(scenario or "", level, minutes, mode)
        )
        conversation = Conversation(service, interview)
        if await conversation.hold():
            await _finish_grading(service, interview.id)
            _print_scorecard(service, service.scorecard(await service.interview(interview.id)))
            _console().print(f"Session {interview.id}", style="dim")


async def _grade(transcript: Transcript, as_json: bool) -> None:
    async with _service(_knowledge()) as service:
        count = len(transcript.answers)
        with _waiting(f"Grading {count} answers with the grader {service.grader_label}"):
            scorecard = await service.grade(transcript)
        if as_json:
            typer.echo(scorecard.model_dump_json(indent=2))
        else:
            _print_scorecard(service, scorecard)


async def _export(session: str, form: Format) -> None:
    from interviewer.sessions.export import json_report, markdown_report

    async with _service(_knowledge()) as service:
        interview = await service.interview(session)
        if not interview.turns:
            raise BadInput(
                f"Nothing was said in session {session} yet: there is nothing to export."
            )
        await _finish_grading(service, session)
        interview = await service.interview(session)
        scorecard, knowledge = service.scorecard(interview), service.knowledge
        if form is Format.JSON:
            report = json_report(interview.transcript, scorecard)
        else:
            title = knowledge.scenarios[interview.started.scenario].title
            report = markdown_report(interview.transcript, scorecard, knowledge.rubric, title)
        typer.echo(report.rstrip("\n"))


async def _models() -> None:
    settings = _settings()
    from interviewer.models.detect import USUAL_PORTS, find_endpoint

    if settings.gguf is not None:
        answers, why = f"{settings.gguf} in this program", "INTERVIEWER_GGUF names the file."
    elif endpoint := await find_endpoint(settings.base_url, settings.api_key, settings.model):
        answers = endpoint.label
        if settings.base_url or settings.api_key:
            why = "OPENAI_BASE_URL or OPENAI_API_KEY chooses it."
        elif settings.model:
            why = "INTERVIEWER_MODEL names it, and a server on this machine offers it."
        else:
            why = "It was found on its usual port on this machine; nothing else was chosen."
    else:
        ports = ", ".join(map(str, USUAL_PORTS))
        answers = "none; the built-in interviewer and grader are at work"
        why = f"Nothing was chosen, and no server answers on the ports {ports} of this machine."
    typer.echo(f"Model: {_printable(answers)}\nWhy:   {why}\n\n{CONNECT}")


CONNECT = """\
To connect a model:
  - set OPENAI_BASE_URL, OPENAI_API_KEY and INTERVIEWER_MODEL for any OpenAI-compatible server;
  - or start Ollama, LM Studio, llama.cpp or vLLM on this machine: it is found by itself;
  - or run `make run-local`, or add --local to serve and chat, for a small model in this program."""
"""How to connect a model."""


# Reading what the user gives.


def read_transcript(file: str) -> Transcript:
    """Read a transcript, or the transcript in an exported session.

    Args:
        file: a path to JSON or YAML; ``-`` for standard input.

    Raises:
        BadInput: the file cannot be read, or is no transcript; the first fault is named.
    """
    name = "standard input" if file == "-" else file
    text = _read_text(file, name)
    try:
        return (
            _transcript_of_json(text, name) if text[0] == "{" else _transcript_of_yaml(text, name)
        )
    except RecursionError as error:
        raise BadInput(f"{name} is nested too deeply to be a transcript.") from error


def _read_text(file: str, name: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # a path with a null character is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{name} cannot be read: {reason}.") from error
    if len(data) > MAX_FILE:
        raise BadInput(f"{name} is larger than {MAX_FILE // 1_000_000} MB: it is no transcript.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not a text in UTF-8.") from error
    if not text:
        raise BadInput(f"{name} is empty.")
    return text


def _transcript_of_json(text: str, name: str) -> Transcript:
    from pydantic import ValidationError

    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadInput(f"{name} is not valid JSON: {error}.") from error
    if set(data) == {"transcript", "scorecard"}:
        data = data["transcript"]
    try:
        return Transcript.model_validate(data)
    except ValidationError as error:
        raise BadInput(f"{name}: {_first(_faults(error))}") from error


def _transcript_of_yaml(text: str, name: str) -> Transcript:
    from interviewer.knowledge.located import read_yaml

    if _nests_deeper(text, MAX_DEPTH):
        raise BadInput(f"{name} is nested too deeply to be a transcript.")
    try:
        return read_yaml(text, name, Transcript).value
    except KnowledgeError as error:
        raise BadInput(_first(error.faults)) from error


def _nests_deeper(text: str, depth: int) -> bool:
    """Whether a YAML text nests deeper than that, which can crash the C code that composes it."""
    import yaml

    level = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            level += isinstance(event, yaml.CollectionStartEvent)
            level -= isinstance(event, yaml.CollectionEndEvent)
            if level > depth:
                return True
    except yaml.YAMLError:
        # What is wrong, and in which line, is said when the text is read.
        return False
    return False


def _faults(error: "ValidationError") -> list[str]:
    """The faults that pydantic found, each with its place."""
    return [
        f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    ]


def _first(faults: Sequence[str]) -> str:
    """The first fault, and how many more there are."""
    more = len(faults) - 1
    return faults[0] + (f" (and {more} more fault{'s' * (more > 1)})" if more else "")


async def _read_line(prompt: str) -> str | None:
    """The next line from standard input, while the loop goes on; None at its end."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str | None] = loop.create_future()

    def deliver(text: str | None, error: Exception | None) -> None:
        if line.done():
            return
        if error is not None:
            line.set_exception(error)
        else:
            line.set_result(text)

    def read() -> None:
        text, error = None, None
        try:
            text = input(prompt)
        except EOFError:
            pass
        except UnicodeDecodeError:
            error = BadInput("Standard input is not a text in UTF-8.")
        loop.call_soon_threadsafe(deliver, text, error)

    # A daemon: nothing can wake a thread that waits for the keyboard, so Ctrl+C must not wait.
    threading.Thread(target=read, daemon=True).start()
    return await line


async def _choose(scenarios: "Sequence[Scenario]") -> str:
    """Have the user choose a scenario by number or name.

    Raises:
        BadInput: the input ended first.
    """
    from rich.text import Text

    console = _console()
    for number, scenario in enumerate(scenarios, start=1):
        name = (f"{number:3}  {scenario.slug}", "bold")
        console.print(Text.assemble(name, f"  {scenario.summary}"))
    by_key = {str(n): s.slug for n, s in enumerate(scenarios, start=1)}
    by_key |= {s.slug: s.slug for s in scenarios}
    while True:
        line = await _read_line("Scenario: ")
        if line is None:
            raise BadInput("No scenario was chosen. Name one with --scenario.")
        if chosen := by_key.get(line.strip()):
            return chosen
        console.print(f"Type a number from 1 to {len(scenarios)}, or a name.")


# The conversation.

COMMANDS = {"/hint": Action.HINT, "/skip": Action.SKIP, "/end": Action.END}
"""What can be typed for the buttons of the page."""


class Conversation:
    """An interview in the terminal.

    Attributes:
        interview: the interview as last seen.
    """

    def __init__(self, service: "Service", interview: "Interview") -> None:
        """Prepare to hold an interview that was started or resumed."""
        self.interview = interview
        self._service = service
        self._console = _console()
        self._keyboard = sys.stdin.isatty()
        self._stage: StageId | None = None

    async def hold(self) -> bool:
        """Talk until the interview is over.

        Returns:
            Whether it is over; False when the candidate left it to resume it later.
        """
        try:
            return await self._hold()
        except asyncio.CancelledError:
            self._console.print()
            self._say_how_to_resume()
            raise

    async def _hold(self) -> bool:
        if self._keyboard:
            # Editing with the arrow keys, and lines of more than 4096 characters.
            import readline  # noqa: F401
        self._console.print("Commands: /hint  /skip  /end  /quit", style="dim")
        last = max(0, len(self.interview.turns) - 1)
        await self._follow(self._service.speak(self.interview.id), shown=last)
        while not self.interview.closed:
            line = await _read_line("> " if self._keyboard else "")
            text = "" if line is None else line.strip()
            command = text.lower()
            if line is None and self._keyboard:
                # Ctrl+D leaves the cursor behind the prompt, and ends nothing that cannot go on.
                self._console.print()
                command = "/quit"
            if command == "/quit":
                self._say_how_to_resume()
                return False
            if line is None:
                await self._reply(action=Action.END)
            elif command in COMMANDS:
                await self._reply(action=COMMANDS[command])
            elif re.fullmatch(r"/[a-z]+", command):
                self._complain(f"There is no command {command}. Use /hint, /skip, /end or /quit.")
            elif text:
                await self._reply(text)
        return True

    async def _reply(self, text: str = "", action: Action | None = None) -> None:
        turns = len(self.interview.turns)
        updates = self._service.reply(self.interview.id, text, turns=turns, action=action)
        try:
            # What was typed stands on the screen; what was piped in does not.
            await self._follow(updates, shown=turns + self._keyboard)
        except BadInput as error:
            self._complain(str(error))
            self.interview = await self._service.interview(self.interview.id)
            self._print_turns(turns)

    async def _follow(self, updates: "AsyncIterator[Update]", *, shown: int) -> None:
        """Show a turn while it is said, then print whatever was not shown."""
        with self._words() as show:
            async for update in updates:
                self.interview = update.interview
                show(update.speaking)
        self._print_turns(shown)

    @contextmanager
    def _words(self) -> "Iterator[Callable[[str | None], None]]":
        """Words that may change until they are final; only a terminal can show them."""
        if not self._console.is_terminal:
            yield lambda words: None
            return
        from rich.live import Live
        from rich.text import Text

        with Live(console=self._console, transient=True, refresh_per_second=12) as live:
            yield lambda words: live.update(Text(_printable(words or "…"), style="dim"))

    def _print_turns(self, start: int) -> None:
        if self.interview.stage is not self._stage:
            self._stage = self.interview.stage
            minute, minutes = int(self.interview.seconds // 60), self.interview.started.minutes
            self._console.rule(
                f"{TITLES[self._stage]}, minute {minute} of {minutes}", style="dim", align="left"
            )
        for number, turn in enumerate(self.interview.turns[start:], start=start + 1):
            self._print_turn(turn)
            if notice := self.interview.notices.get(number):
                self._console.print(_printable(notice), style="dim", markup=False)

    def _print_turn(self, turn: Turn) -> None:
        from rich.text import Text

        if turn.text:
            asks = turn.speaker is Speaker.INTERVIEWER
            name = ("Interviewer  ", "bold cyan") if asks else ("You  ", "bold")
            self._console.print(Text.assemble(name, _printable(turn.text)))
            self._console.print()

    def _complain(self, message: str) -> None:
        typer.echo(_printable(message), err=True)

    def _say_how_to_resume(self) -> None:
        self._console.print(
            f"To go on later: interviewer chat --session {self.interview.id}", soft_wrap=True
        )


# Printing.


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@contextmanager
def _waiting(what: str) -> Iterator[None]:
    """Show on standard error that something is going on, if that is a terminal."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


async def _finish_grading(service: "Service", session: str) -> None:
    with _waiting("Grading the last answers"):
        async for _ in service.graded(session):
            pass


def _one_line(error: InterviewerError) -> str:
    text = _first(error.faults) if isinstance(error, KnowledgeError) else str(error)
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    """A text without the control characters that would steer the terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _print_scorecard(service: "Service", scorecard: Scorecard) -> None:
    from interviewer.sessions.export import VERDICTS, WHAT_IT_IS

    console = _console()
    console.print(score_table(service.knowledge.rubric, scorecard))
    overall = "no score" if scorecard.overall is None else f"{scorecard.overall:.1f} of 4"
    console.print(f"{VERDICTS[scorecard.recommendation]} ({overall}).", style="bold")
    console.print(
        f"Grader: {service.grader_label}, rubric version {scorecard.grader.rubric}. {WHAT_IT_IS}",
        style="dim",
        markup=False,
    )


def score_table(rubric: Rubric, scorecard: Scorecard) -> "Table":
    """The scorecard as a compact table: competency, score, best quotes, missed."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("Competency", no_wrap=True)
    table.add_column("Score")
    table.add_column("Best quotes", ratio=3)
    table.add_column("Missed", ratio=2)
    for competency, score in scorecard.competencies.items():
        table.add_row(
            rubric.competency(competency).title,
            _score_in_words(score),
            Text("\n".join(_quotes(score))),
            Text(_missed(score)),
        )
    return table


def _score_in_words(score: CompetencyScore) -> str:
    if score.score is not None:
        return str(score.score)
    return "-" if score.unscored_reason is None else "unscored"


def _quotes(score: CompetencyScore) -> list[str]:
    """The quotes that earned most; before them what went wrong."""
    lines = [] if score.unscored_reason is None else [_printable(score.unscored_reason)]
    lines += [f"Critical error: {_shortened(error.quote)}" for error in score.critical_errors]
    earned = sorted(score.signals, key=lambda found: list(Provenance).index(found.provenance))
    return lines + [_shortened(found.quote) for found in earned[:MAX_QUOTES]]


def _shortened(quote: str) -> str:
    words = " ".join(_printable(quote).split())
    return f"“{words}”" if len(words) <= QUOTE_WIDTH else f"“{words[: QUOTE_WIDTH - 1]}…”"


def _missed(score: CompetencyScore) -> str:
    names = [s.removeprefix(f"{competency_of(s)}.").replace("_", " ") for s in score.missed]
    more = len(names) - MAX_MISSED
    return ", ".join(names[:MAX_MISSED]) + (f" and {more} more" if more > 0 else "")
