"""The report page: the score, the quotes behind it, and what to read."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from pydantic import ValidationError

from interviewer.domain.events import EvidenceCorrected, ModelUsed, Purpose
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import CompetencyId, Rubric, SignalId, competency_of
from interviewer.domain.scenario import Scenario
from interviewer.domain.scorecard import CAP, GraderUsed, Scorecard
from interviewer.domain.strict import Strict
from interviewer.errors import BadInput, InterviewerError
from interviewer.service import Reading, Service
from interviewer.sessions.export import WHAT_IT_IS
from interviewer.ui.interview import spoken
from interviewer.ui.notice import failure
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
        seconds: how long all of them took together.
        estimated: whether some were counted here, not by the server.
    """

    purpose: str
    calls: int
    prompt: int
    completion: int
    seconds: float
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
            seconds=sum(call.seconds for call in calls),
            estimated=any(call.estimated for call in calls),
        )
        for words, calls in by_purpose
        if calls
    ]


@dataclass(frozen=True)
class GradingCost:
    """What a model's grading has cost so far.

    Attributes:
        answers: how many answers were graded.
        calls: how often the model was called for them.
        tokens: tokens sent and received.
        seconds: how long the calls took together.
    """

    answers: int
    calls: int
    tokens: int
    seconds: float


def grading_cost(interview: Interview) -> GradingCost | None:
    """The cost of grading; None where no model graded."""
    calls = [used for used in interview.used if used.purpose is Purpose.GRADE]
    if not calls or not interview.graded:
        return None
    return GradingCost(
        len(interview.graded),
        len(calls),
        sum(call.prompt_tokens + call.completion_tokens for call in calls),
        sum(call.seconds for call in calls),
    )


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
        corrected=corrections(interview),
        scores_by_competency=[(c, card.competencies[c.id]) for c in rubric.competencies],
        turns=list(zip(interview.turns, spoken(interview), strict=True)),
        used=tokens(interview.used),
        graded_by_model=grading_cost(interview),
        what_it_is=WHAT_IT_IS,
    )


@dataclass(frozen=True)
class Corrections:
    """What the candidate said of the evidence, as the page shows it.

    Attributes:
        confirmed: turn and signal of what was marked right or added.
        withdrawn: what was marked wrong, by competency.
    """

    confirmed: set[tuple[int, SignalId]]
    withdrawn: dict[CompetencyId, list[EvidenceCorrected]]


def corrections(interview: Interview) -> Corrections:
    """The corrections of an interview."""
    withdrawn: dict[CompetencyId, list[EvidenceCorrected]] = {}
    for correction in interview.corrected.values():
        if not correction.shown:
            withdrawn.setdefault(competency_of(correction.signal), []).append(correction)
    return Corrections({k for k, c in interview.corrected.items() if c.shown}, withdrawn)


_CORRECT = """
const correct = (what) => trigger("click", { id: JSON.stringify(what) });
element.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-signal]");
  if (!button) return;
  const { signal, shown } = button.dataset;
  const quote = button.closest(".finding").querySelector("blockquote").textContent;
  correct({ signal, quote, shown: JSON.parse(shown) });
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const { signal, quote } = Object.fromEntries(new FormData(event.target));
  correct({ signal, quote, shown: true });
});
"""


class Correction(Strict):
    """What the page sends when evidence is marked or added."""

    signal: str
    quote: str
    shown: bool | None


class ReportView:
    """The report page's components and what they do."""

    def __init__(self) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        with gr.Column(visible=False, elem_id="report") as self.column:
            self.told = gr.HTML(elem_classes="told")
            self.page = gr.HTML(js_on_load=_CORRECT)
            self.new = gr.Button("New interview", variant="primary", elem_id="new")

    @property
    def outputs(self) -> list[Any]:
        """Every component that a handler of the page changes."""
        return [self.column, self.told, self.page]

    def hide(self) -> Updates:
        """Leave the page."""
        return {self.column: gr.update(visible=False)}

    def show(self, service: Service, interview: Interview) -> Updates:
        """Come to the page; what to read follows from `fill`."""
        page = _page(service, interview, {})
        return {self.column: gr.update(visible=True), self.told: "", self.page: page}

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

    async def correct(self, service: Service, session: str, sent: str) -> Updates:
        """Take what the candidate says of a piece of evidence, and score again."""
        try:
            said = Correction.model_validate_json(sent)
            interview = await service.correct(session, said.signal, said.quote, shown=said.shown)
        except ValidationError:
            return {self.told: failure(BadInput("That could not be understood. Reload the page."))}
        except InterviewerError as error:
            return {self.told: failure(error)}
        reading = await service.reading(service.scorecard(interview))
        return {self.told: "", self.page: _page(service, interview, reading)}


def _page(service: Service, interview: Interview, reading: Mapping[str, Reading]) -> str:
    return report(
        interview,
        service.scorecard(interview),
        service.knowledge.rubric,
        service.knowledge.scenarios[interview.started.scenario],
        reading,
    )
