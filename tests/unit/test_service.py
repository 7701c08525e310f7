"""The service: turns, sessions and results, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.domain.events import Action, Mode
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import Level
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.errors import BadInput, TurnTaken
from interviewer.service import MAX_MESSAGE, Service
from tests.support.answers import TEN_ANSWERS
from tests.support.program import Program, graded, opened, said


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.mark.parametrize(
    ("scenario", "minutes", "message"),
    [("no-such-case", 45, "no scenario 'no-such-case'"), ("payment-fraud", 20, "20 minutes")],
)
async def test_an_unknown_set_up_is_refused_with_the_choices(
    service: Service, scenario: str, minutes: int, message: str
) -> None:
    with pytest.raises(BadInput, match=message) as refused:
        await service.start(scenario, Level.MID, minutes, Mode.COACHING)
    assert "Choose one of" in str(refused.value)
    assert await service.sessions() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 100_000, "100,000 characters"),
        ("x" * (MAX_MESSAGE + 1), "8,001 characters"),
        ("bell\x07", "control characters"),
        ("null\x00byte", "control characters"),
        ("escape \x1b[31mred", "control characters"),
    ],
)
async def test_an_unusable_message_is_refused_and_changes_nothing(
    service: Service, text: str, message: str
) -> None:
    interview = await opened(service)
    with pytest.raises(BadInput, match=message):
        await said(service, interview, text)
    assert await service.interview(interview.id) == interview


async def test_the_longest_message_is_taken(service: Service) -> None:
    text = ("We split by month and compare. " * 400)[:MAX_MESSAGE].strip()
    interview = await said(service, await opened(service), text)
    assert interview.turns[1].text == text


async def test_markup_is_kept_as_it_was_written(service: Service) -> None:
    text = "<script>alert('x')</script> we split the data by month & shop"
    interview = await said(service, await opened(service), text)
    assert interview.turns[1].text == text


async def test_a_session_that_does_not_exist_is_named(service: Service) -> None:
    with pytest.raises(BadInput, match="no session 'nope'"):
        await service.interview("nope")


async def test_of_two_windows_one_answers_a_turn(service: Service) -> None:
    interview = await opened(service)

    async def answer(text: str) -> Interview:
        return await said(service, interview, text)

    results = await asyncio.gather(
        answer("From the first."), answer("From the second."), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Interview", "TurnTaken"]
    assert len((await service.interview(interview.id)).turns) == 3


async def test_of_two_programs_one_answers_a_turn(
    service: Service, program: Program, tmp_path: Path
) -> None:
    interview = await opened(service)
    async with program.service(tmp_path) as other:
        await said(other, await other.interview(interview.id), "From the terminal.")
    with pytest.raises(TurnTaken, match="Reload"):
        await said(service, interview, "From the page.")
    assert (await service.interview(interview.id)).turns[1].text == "From the terminal."


async def test_a_closed_interview_takes_no_more(service: Service) -> None:
    interview = await said(service, await opened(service), action=Action.END)
    assert interview.turns[-1].speaker is Speaker.INTERVIEWER
    with pytest.raises(BadInput, match="over"):
        await said(service, interview, "One more thing.")


async def test_a_restart_resumes_with_everything(program: Program, tmp_path: Path) -> None:
    async with program.service(tmp_path) as service:
        before = await graded(service, await said(service, await opened(service), TEN_ANSWERS[0]))
        scorecard = service.scorecard(before)
    async with program.service(tmp_path) as service:
        after = await service.resume(before.id)
        assert after.turns == before.turns
        assert after.graded == before.graded
        assert after.seconds == before.seconds
        assert service.scorecard(after) == scorecard
        assert (await said(service, after, TEN_ANSWERS[1])).turns[:3] == before.turns


async def test_every_point_of_the_score_quotes_the_candidate(service: Service) -> None:
    interview = await opened(service, minutes=60)
    for answer in TEN_ANSWERS:
        interview = await said(service, interview, answer)
    interview = await graded(service, interview)
    assert interview.ungraded == []
    evidence = [
        found
        for score in service.scorecard(interview).competencies.values()
        for found in score.signals
    ]
    assert len(evidence) >= 5
    for found in evidence:
        turn = interview.turns[found.turn - 1]
        assert turn.speaker is Speaker.CANDIDATE
        assert found.quote in turn.text


async def test_the_report_has_reading_for_what_was_missed(service: Service) -> None:
    interview = await graded(service, await said(service, await opened(service), "We use a model."))
    scorecard = service.scorecard(interview)
    missed = [signal for score in scorecard.competencies.values() for signal in score.missed]
    reading = await service.reading(scorecard)
    assert missed
    assert set(reading) == set(missed)
    for signal, passage in reading.items():
        page = service.knowledge.guide[passage.slug]
        assert page.competency == signal.split(".")[0]
        assert passage.page == page.title
        assert passage.body in page.body
        assert not passage.section.startswith(page.title)


async def test_sessions_are_listed_the_latest_first(service: Service) -> None:
    first = await opened(service)
    second = await said(
        service, await opened(service, scenario="video-recommendation"), action=Action.END
    )
    listed = await service.sessions()
    assert [summary.id for summary in listed] == [second.id, first.id]
    assert [summary.closed for summary in listed] == [True, False]


async def test_a_transcript_from_elsewhere_is_graded_like_the_session_it_came_from(
    service: Service,
) -> None:
    interview = await opened(service)
    for answer in TEN_ANSWERS[:4]:
        interview = await said(service, interview, answer)
    interview = await graded(service, interview)
    assert await service.grade(interview.transcript) == service.scorecard(interview)


async def test_a_transcript_of_an_unknown_case_is_refused(service: Service) -> None:
    turns = [Turn(speaker=Speaker.CANDIDATE, text="Hello.")]
    transcript = Transcript(id="x", scenario="unknown-case", level=Level.MID, turns=turns)
    with pytest.raises(BadInput, match="unknown-case"):
        await service.grade(transcript)


NOTES = """# My notes

## What I leave out

Cut the scope out loud before the design starts. Say what is in and what is out, and why: I decide
on payments at the checkout, and I leave account takeover and the appeals desk out of scope, so
that the time is enough for one good design.

## Tools

Scope, goals, metrics.
"""


async def test_what_to_read_comes_from_the_users_own_notes_where_they_teach_it(
    service: Service, tmp_path: Path
) -> None:
    interview = await graded(service, await said(service, await opened(service), "Well, a model."))
    card = service.scorecard(interview)
    before = await service.reading(card)
    assert not any(passage.yours for passage in before.values())
    (tmp_path / "notes.md").write_text(NOTES)
    added = await service.add_documents([tmp_path / "notes.md", tmp_path / "nowhere"])
    assert added.refused == [f"{tmp_path / 'nowhere'} does not exist."]

    after = await service.reading(card)
    assert after["framing.scope"].yours
    assert after["framing.scope"].page == "My notes: What I leave out"
    assert after["framing.scope"].body.startswith("Cut the scope out loud")
    assert after["framing.task"] == before["framing.task"]
    assert service.scorecard(interview) == card

    (holding,) = await service.documents()
    await service.remove_document(holding.document.id)
    assert await service.documents() == []
    assert await service.reading(card) == before


async def test_a_session_whose_case_is_gone_says_so(program: Program, tmp_path: Path) -> None:
    async with program.service(tmp_path) as service:
        interview = await opened(service)
    async with program.service(tmp_path) as service:
        service.knowledge = replace(service.knowledge, scenarios={})
        with pytest.raises(BadInput, match=r"case payment-fraud of session .* is not here"):
            await service.resume(interview.id)
        assert await service.sessions() == []
