"""The report page: the score, the quotes behind it, and what to read."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from interviewer.domain.events import ModelUsed, Purpose
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import CompetencyId, Rubric
from interviewer.domain.scenario import Scenario
from interviewer.domain.scorecard import CAP, GraderUsed, Scorecard
from interviewer.service import Reading, Service
from interviewer.sessions.export import WHAT_IT_IS
from interviewer.ui.interview import spoken
from interviewer.ui.templating import render
from interviewer.ui.updates import Updates

PASSAGES = 2
"""How many passages of the guide a competency is given at most."""

_PURPOSES = {
    Purpose.SPEAK: "Wording the questions",
    Purpose.UNDERSTAND: "Reading the messages",
    Purpose.GRADE: "Grading the answers",
}


@dataclass(frozen=True)
class Tokens:
    """What a model was used for, and how much.

    Attributes:
        purpose: in words.
        calls: how often it was called.
        prompt: tokens sent.
        completion: tokens received.
        estimated: whether some were counted here, not by the server.
    """

    purpose: str
    calls: int
    prompt: int
    completion: int
    estimated: bool


def tokens(used: Iterable[ModelUsed]) -> list[Tokens]:
    """The calls of the model, summed by purpose."""
    used = list(used)
    by_purpose = ((words, [u for u in used if u.purpose is p]) for p, words in _PURPOSES.items())
    return [
        Tokens(
            purpose=words,
            calls=len(calls),
            prompt=sum(call.prompt_tokens for call in calls),
            completion=sum(call.completion_tokens for call in calls),
            estimated=any(call.estimated for call in calls),
        )
        for words, calls in by_purpose
        if calls
    ]


def grader_in_words(used: GraderUsed) -> str:
    """The grader as a reader knows it."""
    return used.model or "the built-in grader"


def passages(card: Scorecard, reading: Mapping[str, Reading]) -> dict[CompetencyId, list[Reading]]:
    """The first few different passages for what each competency missed."""
    chosen = {}
    for competency, score in card.competencies.items():
        found = dict.fromkeys(reading[s] for s in score.missed if s in reading)
        chosen[competency] = list(found)[:PASSAGES]
    return chosen


def report(
    interview: Interview,
    card: Scorecard,
    rubric: Rubric,
    scenario: Scenario,
    reading: Mapping[str, Reading],
) -> str:
    """The whole report.

    Args:
        interview: what was said and used.
        card: its score.
        rubric: words the signals.
        scenario: the case, which words the critical errors.
        reading: the guide's passage for each missed signal; may come later.
    """
    return render(
        "report.html",
        interview=interview,
        title=scenario.title,
        card=card,
        cap=CAP,
        errors={error.id: error.text for error in scenario.critical_errors},
        grader=grader_in_words(card.grader),
        passages=passages(card, reading),
        pending=len(interview.ungraded),
        rubric=rubric,
        scores_by_competency=[(c, card.competencies[c.id]) for c in rubric.competencies],
        turns=list(zip(interview.turns, spoken(interview), strict=True)),
        used=tokens(interview.used),
        what_it_is=WHAT_IT_IS,
    )


class ReportView:
    """The report page's components and what they do."""

    def __init__(self) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        with gr.Column(visible=False, elem_id="report") as self.column:
            self.page = gr.HTML()
            self.new = gr.Button("New interview", variant="primary", elem_id="new")

    @property
    def outputs(self) -> list[Any]:
        """Every component that a handler of the page changes."""
        return [self.column, self.page]

    def hide(self) -> Updates:
        """Leave the page."""
        return {self.column: gr.update(visible=False)}

    def show(self, service: Service, interview: Interview) -> Updates:
        """Come to the page; what to read follows from `fill`."""
        return {self.column: gr.update(visible=True), self.page: _page(service, interview, {})}

    async def fill(self, service: Service, session: str) -> AsyncIterator[Updates]:
        """Follow the grading, then add what to read."""
        pending = None
        async for update in service.graded(session):
            interview = update.interview
            if pending != len(interview.ungraded):
                pending = len(interview.ungraded)
                yield {self.page: _page(service, interview, {})}
        reading = await service.reading(service.scorecard(interview))
        yield {self.page: _page(service, interview, reading)}


def _page(service: Service, interview: Interview, reading: Mapping[str, Reading]) -> str:
    return report(
        interview,
        service.scorecard(interview),
        service.knowledge.rubric,
        service.knowledge.scenarios[interview.started.scenario],
        reading,
    )
