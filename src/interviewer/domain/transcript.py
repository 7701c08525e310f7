"""The transcript: what was said, in the form that is graded, exported and imported."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.evidence import Evidence
from interviewer.domain.move import ASKS_ANEW, Closing, Move, MoveKind
from interviewer.domain.rubric import CompetencyId, Level, Provenance, competency_of
from interviewer.domain.strict import Slug, Strict, Text


class Speaker(StrEnum):
    """Who said a turn."""

    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


class Turn(Strict):
    """What one of the two said.

    Attributes:
        speaker: who.
        text: the words; a candidate's turn may be empty (a press of a button).
        move: the decision behind an interviewer's turn, where it is known.
    """

    speaker: Speaker
    text: str
    move: Move | None = None


class Truth(Strict):
    """What people agreed that a transcript shows."""

    shown: list[Evidence] = []
    scores: dict[CompetencyId, int | None] = {}
    recommendation: str | None = None
    critical_errors: list[Slug] = []


class Transcript(Strict):
    """A whole interview."""

    id: Text
    scenario: Slug
    level: Level
    turns: list[Turn] = Field(min_length=1)
    truth: Truth | None = None

    @model_validator(mode="after")
    def _truth_names_candidate_turns(self) -> Self:
        for shown in self.truth.shown if self.truth else ():
            if shown.turn not in self.answers:
                raise ValueError(f"truth names turn {shown.turn}, which is no candidate's turn")
        return self

    @property
    def answers(self) -> list[int]:
        """The numbers, from 1, of the candidate's turns that have words."""
        return [
            number
            for number, turn in enumerate(self.turns, start=1)
            if turn.speaker is Speaker.CANDIDATE and turn.text.strip()
        ]

    def text(self, turn: int) -> str:
        """The words of a turn, by its number from 1."""
        return self.turns[turn - 1].text

    def questions_before(self, turn: int) -> list[Turn]:
        """The interviewer's turns before a turn, the latest first."""
        return [t for t in reversed(self.turns[: turn - 1]) if t.speaker is Speaker.INTERVIEWER]

    def question_of(self, turn: int) -> Turn | None:
        """The interviewer's turn that a candidate's turn answers."""
        return next(iter(self.questions_before(turn)), None)

    def competency_asked(self, turn: int) -> CompetencyId | None:
        """The competency that the question before a turn was about, where it is known."""
        question = self.question_of(turn)
        return question.move.competency if question and question.move else None

    @property
    def competencies_asked(self) -> set[CompetencyId]:
        """Every competency that the candidate was asked about and replied to, if only by passing.

        A question that the candidate ended the interview on was not replied to.
        """
        asked = set()
        for number, turn in enumerate(self.turns, start=1):
            then = self.turns[number].move if number < len(self.turns) else None
            ended = then is not None and then.closing is Closing.CANDIDATE
            if turn.speaker is Speaker.CANDIDATE and not ended:
                asked.add(self.competency_asked(number))
        return {competency for competency in asked if competency is not None}

    def provenance(self, signal: str, turn: int) -> Provenance:
        """How a signal came to be shown in a turn.

        Hinted if a hint on its competency was given since the question was put; probed if the
        question left room for it; volunteered otherwise. Without a record of the moves nobody can
        tell, and probed is the cautious reading.
        """
        question = self.question_of(turn)
        if question is None or question.move is None:
            return Provenance.PROBED
        for earlier in self.questions_before(turn):
            if earlier.move is None:
                break
            if _helps(earlier.move) and earlier.move.competency == competency_of(signal):
                return Provenance.HINTED
            if earlier.move.kind in ASKS_ANEW:
                break
        return Provenance.PROBED if signal in question.move.signals else Provenance.VOLUNTEERED


def _helps(move: Move) -> bool:
    """Whether a move gave something away; the plainer question, level 0, does not."""
    return move.kind is MoveKind.HINT and bool(move.hint_level)
