from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.domain.library import Knowledge, Quality, WorkedInterview
from interviewer.domain.rubric import Level
from interviewer.domain.scorecard import Recommendation
from interviewer.service import Service
from interviewer.ui.worked import WorkedView, worked_interview, worked_list
from tests.support.program import Program


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.fixture
def worked(knowledge: Knowledge) -> WorkedInterview:
    return knowledge.worked["payment-fraud-weak"]


def test_every_worked_interview_is_listed_from_weak_to_strong(knowledge: Knowledge) -> None:
    html = worked_list(knowledge)
    for quality in Quality:
        assert f'<a href="?worked=payment-fraud-{quality}">{quality.capitalize()}' in html
    assert html.index("fraud-weak") < html.index("fraud-mixed") < html.index("fraud-strong")


def test_without_worked_interviews_there_is_no_list(knowledge: Knowledge) -> None:
    assert worked_list(replace(knowledge, worked={})) == ""


def test_before_the_score_the_page_has_the_turns_with_their_remarks(
    knowledge: Knowledge, worked: WorkedInterview
) -> None:
    html = worked_interview(knowledge, worked, None)
    assert html.count('<div class="said">') == len(worked.turns)
    for remark in worked.commentary:
        turn = html[html.index(f'id="turn-{remark.turn}"') :].partition("</li>")[0]
        assert remark.text.split(".")[0].partition('"')[0].partition("'")[0] in turn
    assert "is being computed" in html
    assert "By competency" not in html


async def test_the_score_is_computed_when_the_page_is_shown(
    service: Service, worked: WorkedInterview
) -> None:
    view = WorkedView(service.knowledge)
    assert "is being computed" in view.show(worked.slug)[view.page]
    (filled,) = [changes async for changes in view.fill(service, worked.slug)]
    card = await service.grade(worked.transcript)
    assert f"<b>{card.overall}</b> of 4" in filled[view.page]
    assert "the built-in grader, rubric version" in filled[view.page]
    assert 'href="?worked=payment-fraud-weak#turn-' in filled[view.page]
    assert view.show(worked.slug)[view.page] == filled[view.page]
    assert [changes async for changes in view.fill(service, worked.slug)] == []


def test_what_a_worked_interview_says_is_shown_and_not_run(
    knowledge: Knowledge, worked: WorkedInterview
) -> None:
    evil = "<script>document.title</script>"
    turn = worked.turns[1].model_copy(update={"text": evil})
    remark = worked.commentary[0].model_copy(update={"text": evil})
    worked = worked.model_copy(
        update={"turns": [worked.turns[0], turn], "commentary": [remark], "title": evil}
    )
    html = worked_interview(knowledge, worked, None)
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 3


async def test_better_answers_are_recommended_more(service: Service, knowledge: Knowledge) -> None:
    steps = [None, *Recommendation]

    async def step(slug: str) -> int:
        # The three are for different levels, whose bars differ.
        worked = knowledge.worked[slug].transcript.model_copy(update={"level": Level.SENIOR})
        return steps.index((await service.grade(worked)).recommendation)

    for case in {worked.scenario for worked in knowledge.worked.values()}:
        recommended = [await step(f"{case}-{quality}") for quality in Quality]
        assert recommended == sorted(set(recommended)), case
