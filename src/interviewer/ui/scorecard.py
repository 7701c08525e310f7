"""The live scorecard beside the interview."""

from interviewer.domain.rubric import Rubric
from interviewer.domain.scorecard import ENOUGH_COMPETENCIES, Scorecard
from interviewer.ui.templating import render


def live_scorecard(rubric: Rubric, card: Scorecard | None, pending: int) -> str:
    """The score so far, with its quotes.

    Args:
        rubric: words the signals.
        card: the score of the answers that were graded; None before the first.
        pending: how many answers are still to be graded.
    """
    scores = [(c, card.competencies[c.id]) for c in rubric.competencies] if card else []
    found = [
        (competency, score)
        for competency, score in scores
        if score.assessed or score.unscored_reason or score.signals or score.critical_errors
    ]
    return render(
        "scorecard.html",
        rubric=rubric,
        card=card,
        pending=pending,
        found=found,
        enough=ENOUGH_COMPETENCIES,
    )
