"""The start page: choose a case, or go on with an earlier interview."""

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

import gradio as gr

from interviewer.domain.events import Mode
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.domain.scenario import Scenario
from interviewer.domain.stages import LENGTHS
from interviewer.service import Service, Summary
from interviewer.ui.documents import DocumentsPanel
from interviewer.ui.templating import render
from interviewer.ui.updates import Updates
from interviewer.ui.worked import worked_list

_LEVELS = [("Mid", Level.MID), ("Senior", Level.SENIOR), ("Staff", Level.STAFF)]
_MODES = [
    ("Coaching\nThe score grows as you talk, and the last hint shows an answer.", Mode.COACHING),
    ("Realistic\nHints stop short of an answer, and the score comes at the end.", Mode.REALISTIC),
]
_INTRODUCTION = """
<header class="title">
  <h1>Practise the ML system design interview</h1>
  <p>Talk a design through with an interviewer who keeps asking, and read a score that quotes
  your own words.</p>
</header>
"""

_GETTING_READY = """
<p class="waiting" role="status">
  Getting ready. The very first start reads the whole guide, which can take a minute.
</p>
"""


def card(scenario: Scenario, *, yours: bool = False) -> str:
    """What stands on a scenario's card: the heading, the industry and the summary, a line each.

    Args:
        scenario: the scenario.
        yours: it is one of the user's own.
    """
    mark = " (yours)" if yours else ""
    return f"{scenario.title}{mark}\n{scenario.industry}\n{scenario.summary}"


def cases_filter(scenarios: Collection[Scenario]) -> str:
    """What narrows the list of cases: a search and the industries."""
    industries = sorted({scenario.industry for scenario in scenarios})
    return render("cases.html", count=len(scenarios), industries=industries)


def sessions_list(sessions: Iterable[Summary]) -> str:
    """The earlier interviews in which something was answered, each with a link to it."""
    return render("sessions.html", sessions=[s for s in sessions if s.answers])


def model_panel(model: str | None, grader: str) -> str:
    """Which model is at work, and how to connect one."""
    return render("model.html", model=model, grader=grader)


class StartView:
    """The start page's components and what they do."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        scenarios = sorted(knowledge.scenarios.values(), key=lambda s: (s.industry, s.title))
        own = knowledge.own
        cases = [(card(s, yours=s.slug in own), s.slug) for s in scenarios]
        with gr.Column(elem_id="start") as self.column:
            gr.HTML(_INTRODUCTION)
            self.notice = gr.HTML(elem_classes="notice")
            with gr.Row(elem_id="setup"):
                with gr.Column(elem_id="choose"):
                    gr.HTML(cases_filter(scenarios))
                    self.scenario = gr.Radio(
                        cases, value=cases[0][1], label="Case", elem_id="cases"
                    )
                    if knowledge.left_out:
                        gr.HTML(render("left_out.html", faults=knowledge.left_out))
                with gr.Column(elem_id="settings"):
                    self.level = gr.Radio(_LEVELS, value=Level.SENIOR, label="Level")
                    self.minutes = gr.Radio(
                        [(f"{n} min", n) for n in LENGTHS], value=45, label="Length"
                    )
                    self.mode = gr.Radio(_MODES, value=Mode.COACHING, label="Mode", elem_id="modes")
                    gr.HTML(f'<p id="chosen">{escape(scenarios[0].title)}</p>')
                    self.begin = gr.Button(
                        "Start the interview", variant="primary", elem_id="begin"
                    )
            self.model = gr.HTML(_GETTING_READY, elem_id="model")
            gr.HTML(worked_list(knowledge))
            self.sessions = gr.HTML(elem_id="sessions")
            self.documents = DocumentsPanel()

    @property
    def outputs(self) -> list[Any]:
        """Every component that `show` or `hide` changes."""
        return [
            self.column,
            self.notice,
            self.model,
            self.sessions,
            *self.documents.outputs,
        ]

    def hide(self) -> Updates:
        """Leave the page."""
        return {self.column: gr.update(visible=False), self.notice: ""}

    async def show(self, service: Service, notice: str = "") -> Updates:
        """Come to the page."""
        return {
            self.column: gr.update(visible=True),
            self.notice: notice,
            **await self.fill(service),
        }

    async def fill(self, service: Service) -> Updates:
        """What the page can only show once the service is ready."""
        return {
            self.model: model_panel(service.model_label, service.grader_label),
            self.sessions: sessions_list(await service.sessions()),
            **await self.documents.fill(service),
        }
