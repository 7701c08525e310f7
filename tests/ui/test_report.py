from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from interviewer.domain.events import Action, AnswerGraded, ModelUsed, Purpose
from interviewer.domain.evidence import ErrorFound
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import CompetencyId
from interviewer.service import Reading, Service
from interviewer.ui.report import PASSAGES, ReportView, passages, report, tokens
from tests.support.program import Program, graded, opened, said

ANSWER = (
    "The goal is fewer losses; <b>blocking</b> costs the merchant an honest customer, "
    "so we weigh both."
)


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.fixture
async def interview(service: Service) -> Interview:
    interview = await said(service, await opened(service), ANSWER)
    interview = await said(service, interview, action=Action.END)
    return await graded(service, interview)


def page(service: Service, interview: Interview, reading: dict[str, Reading] | None = None) -> str:
    scenario = service.knowledge.scenarios[interview.started.scenario]
    card = service.scorecard(interview)
    return report(interview, card, service.knowledge.rubric, scenario, reading or {})


def used(purpose: Purpose, estimated: bool = False) -> ModelUsed:
    return ModelUsed(
        purpose=purpose,
        prompt_tokens=1000,
        completion_tokens=20,
        seconds=1.0,
        estimated=estimated,
    )


def passage(number: int) -> Reading:
    return Reading(
        page="Framing",
        section=f"Passage {number}",
        body="Say it **first**. <script>x</script>",
        slug="framing",
        anchor="part",
    )


async def test_the_headline_is_in_plain_words(service: Service, interview: Interview) -> None:
    html = page(service, interview)
    assert "<h1>Not enough was covered for a recommendation</h1>" in html
    assert "not been validated" in html
    assert "the built-in grader, rubric version 1" in html


async def test_every_competency_is_on_the_chart_and_not_assessed_is_no_one(
    service: Service, interview: Interview
) -> None:
    html = page(service, interview)
    chart = html.split('<table class="chart">')[1].split("</table>")[0]
    for competency in service.knowledge.rubric.competencies:
        assert competency.title in chart
    assert "not assessed" in chart
    assert "steps none" in chart


async def test_a_failed_grading_is_unscored_with_its_reason(
    service: Service, interview: Interview
) -> None:
    failed = AnswerGraded(turn=2, unscored={CompetencyId.FRAMING: "the model did not answer"})
    html = page(service, replace(interview, graded={2: failed}))
    assert "unscored, because the model did not answer" in html


async def test_quotes_link_to_the_transcript_and_are_escaped(
    service: Service, interview: Interview
) -> None:
    html = page(service, interview)
    assert f'<a href="?session={interview.id}#turn-2">turn 2</a>' in html
    assert '<li id="turn-2" class="candidate">' in html
    assert "&lt;b&gt;blocking&lt;/b&gt;" in html
    assert "<b>blocking" not in html


async def test_a_critical_error_stands_with_its_quote(
    service: Service, interview: Interview
) -> None:
    error = service.knowledge.scenarios["payment-fraud"].critical_errors[0]
    found = ErrorFound(error=error.id, turn=2, quote="The goal is fewer losses")
    marked = AnswerGraded(turn=2, errors=[(error.competency, found)])
    html = page(service, replace(interview, graded={2: marked}))
    assert "Critical error; it caps this score at 2." in html
    assert "<blockquote>The goal is fewer losses</blockquote>" in html


async def test_a_competency_is_given_a_few_different_passages(
    service: Service, interview: Interview
) -> None:
    card = service.scorecard(interview)
    missed = card.competencies[CompetencyId.FRAMING].missed
    assert len(missed) > PASSAGES
    reading = {signal: passage(n // 2) for n, signal in enumerate(missed)}
    chosen = passages(card, reading)[CompetencyId.FRAMING]
    assert [p.section for p in chosen] == ["Passage 0", "Passage 1"]
    html = page(service, interview, reading)
    assert "Say it <strong>first</strong>. &lt;script&gt;" in html


def test_tokens_are_summed_by_purpose() -> None:
    sums = tokens([used(Purpose.GRADE), used(Purpose.SPEAK), used(Purpose.SPEAK, estimated=True)])
    assert [(s.purpose, s.calls, s.prompt, s.completion, s.estimated) for s in sums] == [
        ("Wording the questions", 2, 2000, 40, True),
        ("Grading the answers", 1, 1000, 20, False),
    ]


async def test_tokens_are_on_the_page(service: Service, interview: Interview) -> None:
    assert "No model was used." in page(service, interview)
    html = page(service, replace(interview, used=(used(Purpose.SPEAK, estimated=True),)))
    assert "1,000" in html
    assert "(estimated)" in html


async def test_grading_that_goes_on_is_said(service: Service, interview: Interview) -> None:
    assert "Still reading 1 answer;" in page(service, replace(interview, graded={}))


async def test_the_page_fills_with_what_to_read(service: Service, interview: Interview) -> None:
    with gr.Blocks(analytics_enabled=False):
        view = ReportView()
    changes = [change async for change in view.fill(service, interview.id)]
    assert "From the guide:" not in changes[0][view.page]
    assert "From the guide:" in changes[-1][view.page]
