"""The scorecard as a table in the terminal."""

from rich import box
from rich.table import Table
from rich.text import Text

from interviewer.cli.terminal import console, printable
from interviewer.domain.rubric import Provenance, Rubric, competency_of
from interviewer.domain.scorecard import CompetencyScore, Scorecard
from interviewer.service import Service
from interviewer.sessions.export import VERDICTS, WHAT_IT_IS

MAX_QUOTES = 2
"""How many quotes the table shows for a competency."""

QUOTE_WIDTH = 110
"""The longest quote that the table shows in full, in characters."""

MAX_MISSED = 3
"""How many missed signals the table names for a competency."""


def print_scorecard(service: Service, scorecard: Scorecard) -> None:
    """Print the scorecard, the verdict and what the score is."""
    out = console()
    out.print(score_table(service.knowledge.rubric, scorecard))
    overall = (
        "no overall score" if scorecard.recommendation is None else f"{scorecard.overall:.1f} of 4"
    )
    out.print(f"{VERDICTS[scorecard.recommendation]} ({overall}).", style="bold")
    out.print(
        f"Grader: {service.grader_label}, rubric version {scorecard.grader.rubric}. {WHAT_IT_IS}",
        style="dim",
        markup=False,
    )


def score_table(rubric: Rubric, scorecard: Scorecard) -> Table:
    """The scorecard as a compact table: competency, score, best quotes, missed."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("Competency", no_wrap=True)
    table.add_column("Score")
    table.add_column("Best quotes", ratio=3)
    table.add_column("Missed", ratio=2)
    for competency, score in scorecard.competencies.items():
        table.add_row(
            rubric.competency(competency).title,
            _score_in_words(score),
            Text("\n".join(_quotes(score))),
            Text(_missed(score)),
        )
    return table


def _score_in_words(score: CompetencyScore) -> str:
    if score.score is not None:
        return str(score.score)
    return "-" if score.unscored_reason is None else "unscored"


def _quotes(score: CompetencyScore) -> list[str]:
    """The quotes that earned most; before them what went wrong."""
    lines = [] if score.unscored_reason is None else [printable(score.unscored_reason)]
    lines += [f"Critical error: {_shortened(error.quote)}" for error in score.critical_errors]
    earned = sorted(score.signals, key=lambda found: list(Provenance).index(found.provenance))
    return lines + [_shortened(found.quote) for found in earned[:MAX_QUOTES]]


def _shortened(quote: str) -> str:
    words = " ".join(printable(quote).split())
    return f"“{words}”" if len(words) <= QUOTE_WIDTH else f"“{words[: QUOTE_WIDTH - 1]}…”"


def _missed(score: CompetencyScore) -> str:
    names = [s.removeprefix(f"{competency_of(s)}.").replace("_", " ") for s in score.missed]
    more = len(names) - MAX_MISSED
    return ", ".join(names[:MAX_MISSED]) + (f" and {more} more" if more > 0 else "")
