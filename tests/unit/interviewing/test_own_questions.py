"""The interviewer asks what the user's own documents ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interviewer.domain.events import Action
from interviewer.domain.interview import Interview
from interviewer.domain.move import MoveKind
from interviewer.domain.rubric import CompetencyId
from interviewer.service import Service
from tests.support.program import Program, opened, said

QUESTIONS = [
    "What is one training example in this system?",
    "How would you collect labels when feedback arrives weeks later?",
    "Which features would you start with, and why?",
    "What offline metrics would you use, and how do they relate to the business metric?",
    "Would you serve predictions in batch or online?",
    "How would you roll back a bad model?",
    "How would you scale the system to ten times the traffic?",
    "How would you monitor data quality in production?",
]
ANSWER = "The merchants are served, and one example is one payment attempt with its chargeback."


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


async def added(service: Service, folder: Path, *questions: str) -> list[str]:
    """Add a document with these questions; the ids of the documents."""
    (folder / "mine.md").write_text("# Mine\n\n" + "\n\n".join(questions), encoding="utf-8")
    intake = await service.add_documents([folder / "mine.md"])
    return [holding.document.id for holding in intake.new]


async def until_own(service: Service, interview: Interview) -> Interview:
    """Skip on until a question of a document is put."""
    while not interview.closed:
        probe = interview.moves[-1].probe
        if probe and probe.startswith("document-"):
            return interview
        interview = await said(service, interview, action=Action.SKIP)
    raise AssertionError("no question of the document was put")


async def test_a_document_that_is_added_during_an_interview_is_asked_from(
    service: Service, tmp_path: Path
) -> None:
    interview = await opened(service, minutes=60)
    await added(service, tmp_path, *QUESTIONS)
    interview = await until_own(service, interview)
    assert any(question in interview.turns[-1].text for question in QUESTIONS)
    assert interview.moves[-1].signals


async def test_its_hints_are_general_and_say_the_question_again(
    service: Service, program: Program, tmp_path: Path
) -> None:
    await added(service, tmp_path, *QUESTIONS)
    interview = await until_own(service, await opened(service, minutes=60))
    interview = await said(service, interview, "Could you rephrase the question, please?")
    assert interview.moves[-1].kind is MoveKind.RESTATE
    assert any(question in interview.turns[-1].text for question in QUESTIONS)
    interview = await said(service, interview, action=Action.HINT)
    assert program.knowledge.phrases.document_hints.attention in interview.turns[-1].text


async def test_when_its_document_is_removed_the_interview_goes_on(
    service: Service, tmp_path: Path
) -> None:
    (document,) = await added(service, tmp_path, *QUESTIONS)
    interview = await until_own(service, await opened(service, minutes=60))
    asked = interview.turns[-1].text
    await service.remove_document(document)
    interview = await said(service, interview, action=Action.HINT)
    assert interview.moves[-1].kind is MoveKind.HINT
    interview = await said(service, interview, ANSWER)
    interview = await said(service, interview, action=Action.SKIP)
    assert not (interview.moves[-1].probe or "").startswith("document-")
    assert asked in [turn.text for turn in interview.turns]


async def test_a_restart_without_the_document_finishes_the_turn(
    program: Program, tmp_path: Path
) -> None:
    async with program.service(tmp_path) as service:
        (document,) = await added(service, tmp_path, *QUESTIONS)
        interview = await until_own(service, await opened(service, minutes=60))
        await service.remove_document(document)
    async with program.service(tmp_path) as service:
        interview = await said(service, await service.resume(interview.id), ANSWER)
        assert interview.turns[-1].text


async def test_a_question_that_names_a_technique_waits_until_the_candidate_does(
    service: Service, program: Program, tmp_path: Path
) -> None:
    question = "How would you choose the features for gradient boosting in this system?"
    await added(service, tmp_path, question)
    agent = service._agent
    case = agent._cases["payment-fraud"]
    interview = await opened(service)
    (own,) = program_probes(service)
    assert own not in agent._probes(case, interview)
    interview = await said(service, interview, "I would use gradient boosting, as it is cheap.")
    assert own in agent._probes(case, interview)
    assert agent._probes(case, interview)[own].competency in CompetencyId


def program_probes(service: Service) -> list[str]:
    return list(service._catalogue.probes)
