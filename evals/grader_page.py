"""The page of a grader's evaluation: one file of HTML that needs nothing beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.agreement import Reading
from interviewer.domain.evidence import Evidence
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import competency_of
from interviewer.domain.scorecard import Scorecard

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Disagreement:
    """A signal that only one of the two saw.

    Attributes:
        transcript: the id of the interview.
        signal: the signal.
        missed: the grader did not see it; otherwise it is not there.
        quote: the words, of the truth where it was missed, of the grader where it was not there.
        question: what was asked before them.
    """

    transcript: str
    signal: str
    missed: bool
    quote: str
    question: str


def page(knowledge: Knowledge, result: dict[str, Any], readings: Sequence[Reading]) -> str:
    """Write the page.

    Args:
        knowledge: names the competencies.
        result: the figures, as they stand in the baseline file.
        readings: the transcripts as they were read.
    """
    return _TEMPLATES.get_template("grader.html").render(
        result=result,
        titles={c.id: c.title for c in knowledge.rubric.competencies},
        by_competency={
            c.id: [d for r in readings for d in disagreements(r) if competency_of(d.signal) is c.id]
            for c in knowledge.rubric.competencies
        },
    )


def disagreements(reading: Reading) -> list[Disagreement]:
    """The signals that only one of the two saw, in the order of the turns."""
    true, given = _evidence(reading.true), _evidence(reading.given)
    only = [
        *((true[signal], True) for signal in true.keys() - given.keys()),
        *((given[signal], False) for signal in given.keys() - true.keys()),
    ]
    found = []
    for evidence, missed in sorted(only, key=lambda pair: (pair[0].turn, pair[0].signal)):
        asked = reading.transcript.question_of(evidence.turn)
        found.append(
            Disagreement(
                reading.transcript.id,
                evidence.signal,
                missed,
                evidence.quote,
                asked.text if asked else "",
            )
        )
    return found


def _evidence(card: Scorecard) -> dict[str, Evidence]:
    return {found.signal: found for s in card.competencies.values() for found in s.signals}
