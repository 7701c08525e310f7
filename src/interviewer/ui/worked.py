"""The page of a worked interview: what was said, remarks on it, and its score."""

from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from interviewer.domain.library import Knowledge, Quality, WorkedInterview
from interviewer.domain.scorecard import CAP, Scorecard
from interviewer.service import Service
from interviewer.ui.report import grader_in_words
from interviewer.ui.templating import render
from interviewer.ui.updates import Updates


def _of_case(knowledge: Knowledge, scenario: str) -> list[WorkedInterview]:
    """The worked interviews of a case, the weakest first."""
    order = list(Quality)
    found = [worked for worked in knowledge.worked.values() if worked.scenario == scenario]
    return sorted(found, key=lambda worked: order.index(worked.quality))


def worked_list(knowledge: Knowledge) -> str:
    """Links to every worked interview, by case; nothing when there is none."""
    slugs = dict.fromkeys(worked.scenario for worked in knowledge.worked.values())
    cases = [(knowledge.scenarios[slug].title, _of_case(knowledge, slug)) for slug in slugs]
    return render("worked_list.html", cases=cases)


def worked_interview(knowledge: Knowledge, worked: WorkedInterview, card: Scorecard | None) -> str:
    """The whole page.

    Args:
        knowledge: words the case and the signals.
        worked: the interview.
        card: its score; None while that is being computed.
    """
    scenario = knowledge.scenarios[worked.scenario]
    competencies = knowledge.rubric.competencies
    return render(
        "worked.html",
        worked=worked,
        others=_of_case(knowledge, worked.scenario),
        scenario=scenario,
        card=card,
        cap=CAP,
        errors={error.id: error.text for error in scenario.critical_errors},
        grader=grader_in_words(card.grader) if card else "",
        passages={},
        rubric=knowledge.rubric,
        scores_by_competency=[(c, card.competencies[c.id]) for c in competencies] if card else [],
    )


class WorkedView:
    """The page's components and what they do."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        self._knowledge = knowledge
        # Reading an interview takes a while, and with a model it costs money; it never changes.
        self._cards: dict[str, Scorecard] = {}
        with gr.Column(visible=False, elem_id="worked") as self.column:
            self.page = gr.HTML()

    @property
    def outputs(self) -> list[Any]:
        """Every component that a handler of the page changes."""
        return [self.column, self.page]

    def show(self, slug: str) -> Updates:
        """Come to the page; the score follows from `fill`."""
        return {self.column: gr.update(visible=True), self.page: self._page(slug)}

    async def fill(self, service: Service, slug: str) -> AsyncIterator[Updates]:
        """Add the score."""
        if slug not in self._cards:
            transcript = self._knowledge.worked[slug].transcript
            self._cards[slug] = await service.grade(transcript)
            yield {self.page: self._page(slug)}

    def _page(self, slug: str) -> str:
        worked = self._knowledge.worked[slug]
        return worked_interview(self._knowledge, worked, self._cards.get(slug))
