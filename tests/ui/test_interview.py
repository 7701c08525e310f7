from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import gradio as gr
import pytest

from interviewer.domain.events import Action, Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.models.chat import ChatModel
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.service import Service, Update
from interviewer.ui.interview import (
    THINKING,
    InterviewView,
    conversation,
    elapsed,
    rail,
    score,
    stages,
)
from interviewer.ui.updates import Updates
from tests.support.program import Program, graded, opened, said
from tests.support.stub_server import StubServer, status

ANSWER = (
    "The goal is fewer losses; a block costs the merchant an honest customer, so we weigh both."
)


def words(interview: Interview, speaking: str | None = None) -> list[tuple[str, str]]:
    return [(m["role"], m["content"]["text"]) for m in conversation(interview, speaking)]


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.fixture
def view(knowledge: Knowledge) -> InterviewView:
    with gr.Blocks(analytics_enabled=False):
        return InterviewView(knowledge)


async def collect(changes: AsyncIterator[Updates]) -> list[Updates]:
    return [change async for change in changes]


async def test_every_turn_is_one_message_and_buttons_are_told(service: Service) -> None:
    interview = await said(service, await opened(service), ANSWER)
    interview = await said(service, interview, action=Action.HINT)
    shown = words(interview)
    assert [role for role, _ in shown] == ["assistant", "user", "assistant", "user", "assistant"]
    assert shown[1] == ("user", ANSWER)
    assert shown[3] == ("user", "(asked for a hint)")


async def test_a_candidates_html_is_escaped(service: Service) -> None:
    interview = await said(service, await opened(service), "Is p < 0.05 & <img src=x>?")
    assert words(interview)[1] == ("user", "Is p &lt; 0.05 &amp; &lt;img src=x&gt;?")


async def test_words_being_said_stand_last_and_a_dot_line_waits_for_them(service: Service) -> None:
    interview = await opened(service)
    assert words(interview, "Which")[-1] == ("assistant", "Which")
    assert words(interview, "")[-1] == ("assistant", THINKING)


async def test_the_clock_runs_until_the_interview_is_over(service: Service) -> None:
    interview = await opened(service)
    later = interview.last_at + timedelta(seconds=30)
    assert elapsed(interview, later) == pytest.approx(interview.seconds + 30)
    interview = await said(service, interview, action=Action.END)
    assert elapsed(interview, later) == pytest.approx(interview.seconds)


async def test_the_rail_marks_the_current_stage(service: Service) -> None:
    interview = await opened(service)
    assert [state for _, state in stages(interview)] == ["now", *["later"] * 6]
    html = rail(interview, "A <case>", interview.last_at)
    assert html.count('aria-current="step"') == 1
    assert "Framing the problem" in html
    assert "A &lt;case&gt;" in html
    assert " data-running" in html


async def test_an_early_end_ticks_only_what_was_reached(service: Service) -> None:
    interview = await said(service, await opened(service), action=Action.END)
    assert [state for _, state in stages(interview)] == ["done", *["later"] * 6]
    assert " data-running" not in rail(interview, "A case", interview.last_at)


async def test_a_realistic_interview_keeps_the_score_for_the_end(service: Service) -> None:
    interview = await opened(service, mode=Mode.REALISTIC)
    assert "the score comes at the end" in score(service, interview)


async def test_a_coached_candidate_sees_the_quotes(service: Service) -> None:
    interview = await opened(service, mode=Mode.COACHING)
    assert "Nothing to score yet" in score(service, interview)
    interview = await graded(service, await said(service, interview, ANSWER))
    shown = score(service, interview)
    assert "Problem framing" in shown
    assert "<blockquote>" in shown


async def test_a_question_without_an_answer_does_not_count_yet(service: Service) -> None:
    interview = await opened(service, mode=Mode.COACHING, minutes=15)
    asked = 0
    while asked < 2:
        interview = await graded(service, await said(service, interview, ANSWER))
        asked = len({m.competency for m in interview.moves})
    unanswered = interview.moves[-1].competency
    assert unanswered is not None
    title = service.knowledge.rubric.competency(unanswered).title
    assert title not in score(service, interview)


async def test_the_box_is_emptied_once_and_only_when_the_answer_is_on_the_log(
    service: Service, view: InterviewView
) -> None:
    interview = await opened(service)
    changes = await collect(view.say(service, interview.id, 1, ANSWER))
    assert [view.answer in change for change in changes] == [True, *[False] * (len(changes) - 1)]
    assert len(changes[-1][view.chat]) == 3
    assert changes[0][view.send]["interactive"] is False
    assert changes[-1][view.send]["interactive"] is True


@pytest.mark.parametrize(
    ("text", "turns", "line"),
    [
        ("   ", 1, "empty"),
        ("x" * 9000, 1, "Shorten it"),
        ("bell \x07", 1, "control characters"),
        (ANSWER, 7, "another window"),
    ],
)
async def test_a_refused_message_stays_in_the_box(
    service: Service, view: InterviewView, text: str, turns: int, line: str
) -> None:
    interview = await opened(service)
    (change,) = await collect(view.say(service, interview.id, turns, text))
    assert line in change[view.notice]
    assert view.answer not in change
    assert view.chat not in change
    assert (await service.interview(interview.id)).turns == interview.turns


async def test_a_pressed_button_leaves_the_box_alone(service: Service, view: InterviewView) -> None:
    interview = await opened(service)
    changes = await collect(view.press(service, interview.id, 1, Action.HINT))
    assert all(view.answer not in change for change in changes)


async def test_the_end_leads_to_the_report(service: Service, view: InterviewView) -> None:
    interview = await opened(service)
    changes = await collect(view.press(service, interview.id, 1, Action.END))
    assert changes[-1][view.to_report]["visible"] is True
    assert changes[-1][view.controls]["visible"] is False


async def test_a_failing_model_is_reported_on_the_notice_line(
    program: Program, view: InterviewView, tmp_path: Path
) -> None:
    with StubServer() as server:
        server.default = status(500)
        endpoint = Endpoint(EndpointKind.SERVER, f"http://127.0.0.1:{server.port}/v1", "stub-model")
        model = ChatModel(endpoint)
        async with program.service(tmp_path, model) as service:
            interview = await opened(service)
            changes = await collect(view.say(service, interview.id, 1, ANSWER))
        await model.close()
    assert 'role="status"' in changes[-1][view.notice]


async def test_while_words_stream_only_the_conversation_changes(
    service: Service, view: InterviewView
) -> None:
    interview = await opened(service)
    assert set(view.shown(Update(interview, speaking="Which"))) == {view.chat}


async def test_nobody_can_answer_before_the_interviewer_has_spoken(
    service: Service, view: InterviewView
) -> None:
    interview = await service.start("payment-fraud", Level.MID, 15, Mode.COACHING)
    assert view.show(service, interview)[view.send]["interactive"] is False
    changes = await collect(view.speak(service, interview.id))
    assert changes[-1][view.send]["interactive"] is True
