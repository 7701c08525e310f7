"""The interview page: the stages, the conversation and the live score."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

import gradio as gr

from interviewer.domain.events import Action, Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.move import MoveKind
from interviewer.domain.stages import Stage
from interviewer.domain.transcript import Speaker
from interviewer.errors import InterviewerError
from interviewer.service import MAX_MESSAGE, Service, Update
from interviewer.ui.notice import failure, remark
from interviewer.ui.scorecard import live_scorecard
from interviewer.ui.templating import render
from interviewer.ui.updates import Updates

THINKING = "…"
"""Stands where the interviewer's words will be."""

_ROLES = {Speaker.INTERVIEWER: "assistant", Speaker.CANDIDATE: "user"}

_PRESSED = {
    str(Action.HINT): "(asked for a hint)",
    str(Action.SKIP): "(skipped the question)",
    str(Action.END): "(ended the interview)",
}
"""A pressed button in words, by the action or by the intent that it was taken for."""

_LATER = """
<section class="live" aria-label="Score">
  <h2>Score</h2>
  <p class="overall"><small>This is a realistic interview: the score comes at the end.</small></p>
</section>
"""


def spoken(interview: Interview) -> list[str]:
    """The words of every turn; a pressed button is told in brackets."""
    # The last message may not have been read yet; then its own record says what was pressed.
    pressed = [str(heard.intent) for heard in interview.understood]
    if interview.message and interview.message.action:
        pressed.append(str(interview.message.action))
    buttons = iter(pressed)
    words = []
    for turn in interview.turns:
        button = next(buttons, "") if turn.speaker is Speaker.CANDIDATE else ""
        words.append(turn.text or _PRESSED.get(button, ""))
    return words


def conversation(interview: Interview, speaking: str | None = None) -> list[dict[str, Any]]:
    """The conversation as chat messages, one a turn.

    Args:
        interview: the interview as the log has it.
        speaking: the words so far of the turn that is being said.
    """
    said = [
        (_ROLES[turn.speaker], words)
        for turn, words in zip(interview.turns, spoken(interview), strict=True)
    ]
    if speaking is not None:
        said.append((_ROLES[Speaker.INTERVIEWER], speaking or THINKING))
    # The chat takes every text for HTML; nothing that is said is any.
    return [
        {"role": role, "content": {"type": "text", "text": escape(text, quote=False)}}
        for role, text in said
    ]


def elapsed(interview: Interview, now: datetime) -> float:
    """Seconds of interview time, which stands still once the interview is over."""
    running = 0.0 if interview.closed else (now - interview.last_at).total_seconds()
    return interview.seconds + max(0.0, running)


def stages(interview: Interview) -> list[tuple[Stage, str]]:
    """Every stage of the plan with its state: done, now or later."""
    visited = {move.stage for move in interview.moves if move.kind is not MoveKind.CLOSE}
    now = None if interview.closed else interview.stage
    return [
        (stage, "now" if stage.id is now else "done" if stage.id in visited else "later")
        for stage in interview.plan
    ]


def rail(interview: Interview, title: str, now: datetime) -> str:
    """The stages and the clock."""
    return render(
        "rail.html",
        title=title,
        started=interview.started,
        stages=stages(interview),
        seconds=elapsed(interview, now),
        running=not interview.closed,
    )


def score(service: Service, interview: Interview) -> str:
    """The live score; in a realistic interview the promise of one."""
    if interview.started.mode is Mode.REALISTIC:
        return _LATER
    # What has been answered but not graded yet would count as a 1.
    read = max(interview.graded, default=0)
    answered = replace(interview, turns=interview.turns[:read])
    return live_scorecard(
        service.knowledge.rubric,
        service.scorecard(answered) if read else None,
        len(interview.ungraded),
    )


class InterviewView:
    """The interview page's components and what they do."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        self._titles = {slug: s.title for slug, s in knowledge.scenarios.items()}
        with (
            gr.Column(visible=False, elem_id="interview") as self.column,
            gr.Row(elem_id="room"),
        ):
            with gr.Column(elem_id="left"):
                self.rail = gr.HTML()
                self.leave = gr.Button("Leave, resume later", size="sm", elem_id="leave")
            with gr.Column(elem_id="middle"):
                self.chat = gr.Chatbot(
                    render_markdown=False,
                    latex_delimiters=[],
                    label="Conversation",
                    show_label=False,
                    buttons=[],
                    height="auto",
                    feedback_options=None,
                    group_consecutive_messages=False,
                    elem_id="chat",
                )
                self.notice = gr.HTML(elem_classes="notice")
                with gr.Column(elem_id="controls") as self.controls:
                    with gr.Row(elem_id="compose"):
                        self.answer = gr.Textbox(
                            label="Your answer",
                            placeholder="Think aloud. Enter sends, Shift+Enter starts a line.",
                            lines=1,
                            max_lines=10,
                            max_length=MAX_MESSAGE * 2,
                            autofocus=True,
                            elem_id="answer",
                        )
                        self.send = gr.Button("Send", variant="primary", elem_id="send")
                    with gr.Row(elem_id="actions") as self.actions:
                        self.hint = gr.Button("Hint", size="sm", elem_id="hint")
                        self.skip = gr.Button("Skip question", size="sm", elem_id="skip")
                        self.end = gr.Button("End interview", size="sm", elem_id="end")
                    with gr.Row(visible=False, elem_id="confirm") as self.confirm:
                        self.end_now = gr.Button(
                            "End now", variant="stop", size="sm", elem_id="end-now"
                        )
                        self.go_on = gr.Button("Keep going", size="sm", elem_id="go-on")
                self.to_report = gr.Button(
                    "Show the report", variant="primary", visible=False, elem_id="to-report"
                )
            with gr.Column(elem_id="right"):
                self.score = gr.HTML()

    @property
    def outputs(self) -> list[Any]:
        """Every component that a handler of the page changes."""
        return [
            self.column,
            self.rail,
            self.chat,
            self.notice,
            self.controls,
            self.answer,
            *self._buttons,
            self.actions,
            self.confirm,
            self.to_report,
            self.score,
        ]

    @property
    def _buttons(self) -> list[gr.Button]:
        return [self.send, self.hint, self.skip, self.end]

    def hide(self) -> Updates:
        """Leave the page."""
        return {self.column: gr.update(visible=False)}

    def show(self, service: Service, interview: Interview) -> Updates:
        """Come to the page; what the interviewer has to say follows from `speak`."""
        due = "" if interview.turn_of is Speaker.INTERVIEWER else None
        return {
            self.column: gr.update(visible=True),
            self.score: score(service, interview),
            **self.ask_to_end(False),
            **self.shown(Update(interview, speaking=due)),
        }

    def shown(self, update: Update) -> Updates:
        """The page while the interviewer speaks and when the turn is said."""
        interview, speaking = update.interview, update.speaking
        changes: Updates = {self.chat: conversation(interview, speaking)}
        if speaking:
            return changes
        over = interview.turn_of is None
        title = self._titles[interview.started.scenario]
        return changes | {
            self.rail: rail(interview, title, datetime.now(UTC)),
            self.notice: remark(interview.notices.get(len(interview.turns))),
            self.controls: gr.update(visible=not over),
            self.to_report: gr.update(visible=over),
            **self._enabled(speaking is None),
        }

    def _enabled(self, enabled: bool) -> Updates:
        return {button: gr.update(interactive=enabled) for button in self._buttons}

    def ask_to_end(self, asking: bool) -> Updates:
        """Ask whether the interview is to end, or take the question back."""
        return {
            self.actions: gr.update(visible=not asking),
            self.confirm: gr.update(visible=asking),
        }

    async def say(
        self, service: Service, session: str, turns: int, text: str
    ) -> AsyncIterator[Updates]:
        """Send what was written. It leaves the box only once it is on the log."""
        emptied = False
        async for changes in self._follow(session, service.reply(session, text, turns=turns)):
            # Only once: the candidate may go on writing while the interviewer speaks.
            if self.chat in changes and not emptied:
                changes[self.answer] = ""
                emptied = True
            yield changes

    async def press(
        self, service: Service, session: str, turns: int, action: Action
    ) -> AsyncIterator[Updates]:
        """Press a button; what is in the box stays there."""
        async for changes in self._follow(
            session, service.reply(session, turns=turns, action=action)
        ):
            yield changes | self.ask_to_end(False)

    async def speak(self, service: Service, session: str) -> AsyncIterator[Updates]:
        """Have the interviewer say what is due."""
        async for changes in self._follow(session, service.speak(session)):
            yield changes

    async def _follow(self, session: str, updates: AsyncIterator[Update]) -> AsyncIterator[Updates]:
        try:
            async for update in updates:
                yield self.shown(update)
        except InterviewerError as error:
            yield self._enabled(True) | {self.notice: failure(error, session)}

    async def graded(self, service: Service, session: str) -> AsyncIterator[Updates]:
        """The live score each time another answer was graded."""
        last = None
        async for update in service.graded(session):
            now = score(service, update.interview)
            if now != last:
                yield {self.score: now}
            last = now
