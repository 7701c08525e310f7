"""What every grader does."""

from collections.abc import Callable
from typing import Protocol

from interviewer.domain.events import AnswerGraded, ModelUsed
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Transcript


class Grader(Protocol):
    """Finds verified evidence in answers. It never writes a score."""

    @property
    def used(self) -> GraderUsed:
        """What goes on the scorecard: which grader this is."""

    async def grade(
        self, transcript: Transcript, turn: int, on_usage: Callable[[ModelUsed], None]
    ) -> AnswerGraded:
        """Read one of the candidate's turns.

        Args:
            transcript: the interview at least up to that turn.
            turn: the number of the turn, from 1.
            on_usage: is told what each call of a model used.

        Returns:
            Verified evidence, critical errors, and the competencies that could not be graded with
            the reason. A failure of the model is such a reason, never an exception.
        """
