"""Disagreeing with the evidence on the report page."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interviewer.domain.events import Action
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import CompetencyId
from interviewer.service import Service
from interviewer.ui.report import ReportView
from tests.support.program import Program, graded, opened, said

GOAL = "The shops are our customers, and they want to lose less money to stolen cards"
ANSWER = f"{GOAL} without turning honest buyers away. Account takeover I leave to another team."
SCOPE = "Account takeover I leave to another team."


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.fixture
async def interview(service: Service) -> Interview:
    interview = await said(service, await opened(service), ANSWER)
    return await graded(service, await said(service, interview, action=Action.END))


@pytest.fixture
def view() -> ReportView:
    import gradio as gr

    with gr.Blocks():
        return ReportView()


def message(signal: str, quote: str, shown: bool | None) -> str:
    return json.dumps({"signal": signal, "quote": quote, "shown": shown})


async def shown(service: Service, interview: Interview) -> set[str]:
    card = service.scorecard(await service.interview(interview.id))
    return {e.signal for e in card.competencies[CompetencyId.FRAMING].signals}


async def test_a_missed_signal_is_added_with_words_from_an_answer_and_counts(
    service: Service, interview: Interview, view: ReportView
) -> None:
    before = service.scorecard(interview).competencies[CompetencyId.FRAMING]
    changes = await view.correct(
        service, interview.id, message("framing.assumptions", f"  {SCOPE} ", True)
    )
    assert "You say that this is right." in changes[view.page]
    after = service.scorecard(await service.interview(interview.id))
    found = after.competencies[CompetencyId.FRAMING]
    assert len(found.signals) == len(before.signals) + 1
    (added,) = (e for e in found.signals if e.signal == "framing.assumptions")
    assert (added.turn, added.quote) == (2, SCOPE)


async def test_what_is_marked_wrong_stops_counting_until_it_is_taken_back(
    service: Service, interview: Interview, view: ReportView
) -> None:
    first = await shown(service, interview)
    await view.correct(service, interview.id, message("framing.scope", SCOPE, True))
    changes = await view.correct(service, interview.id, message("framing.scope", SCOPE, False))
    assert "What you marked as wrong; it no longer counts" in changes[view.page]
    assert "framing.scope" not in await shown(service, interview)
    await view.correct(service, interview.id, message("framing.scope", SCOPE, None))
    assert await shown(service, interview) == first


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (message("framing.goal", "words that nobody said", True), "none of your answers"),
        (message("framing.nothing", SCOPE, True), "no signal"),
        ("{", "could not be understood"),
        (json.dumps({"signal": "framing.goal"}), "could not be understood"),
    ],
)
async def test_what_cannot_be_corrected_is_one_line_and_changes_nothing(
    service: Service, interview: Interview, view: ReportView, sent: str, told: str
) -> None:
    before = await service.interview(interview.id)
    changes = await view.correct(service, interview.id, sent)
    assert told in changes[view.told]
    assert view.page not in changes
    assert await service.interview(interview.id) == before


async def test_words_on_the_page_are_text_and_not_markup(
    service: Service, view: ReportView
) -> None:
    words = (
        "Our customers <img src=x onerror=alert(1)> lose less money to stolen cards than before."
    )
    interview = await said(service, await opened(service), words)
    interview = await graded(service, await said(service, interview, action=Action.END))
    changes = await view.correct(service, interview.id, message("framing.goal", words, True))
    assert "<img" not in changes[view.page]
