"""Heads: from the embedding of a sentence to the signals that it shows.

One linear head for each signal, fitted to labelled sentences by ``evals/training/fit.py``. Each
sentence is read alone, with the question that was asked. So nothing that stands beside a sentence,
be it padding, flattery or an order, can change what the sentence shows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from interviewer.domain.rubric import CompetencyId, SignalId
from interviewer.domain.transcript import Turn
from interviewer.errors import SetupError
from interviewer.knowledge.embedding import Vector

_CLOSED = re.compile(
    r"(?:^|[.!?,:] )(?:do|does|did|is|are|was|were|can|could|would|will|should|shall|may|might|have"
    r"|has|which)\b[^.?!]*\?",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b[^.?!]*\?", re.IGNORECASE)
_COMPETENCIES = list(CompetencyId)
_ARRAYS = ("weights", "bias", "competency", "invited", "form")


@dataclass(frozen=True)
class Asked:
    """The question that an answer replies to, as far as the heads know it.

    Attributes:
        competency: what it is about; None where that is not known.
        invited: the signals that it leaves room for.
        text: its words; empty where there are none.
    """

    competency: CompetencyId | None = None
    invited: tuple[SignalId, ...] = ()
    text: str = ""

    @classmethod
    def by(cls, question: Turn | None) -> "Asked":
        """What an interviewer's turn asks."""
        if question is None or question.move is None:
            return cls(text=question.text if question else "")
        return cls(question.move.competency, tuple(question.move.signals), question.text)

    @property
    def form(self) -> tuple[float, float]:
        """Whether it can be answered with a yes or no, and whether it offers a choice."""
        return float(bool(_CLOSED.search(self.text))), float(bool(_EITHER.search(self.text)))


@dataclass(frozen=True)
class Heads:
    """The fitted heads.

    Attributes:
        signals: the ids, in the order of the columns.
        weights: shape (dimensions, signals).
        bias: shape (signals,).
        competency: shape (competencies + 1, signals), added for the competency asked about; the
            last row where it is not known.
        invited: shape (signals,), added for a signal that the question leaves room for.
        form: shape (2, signals), added for the form of the question; see `Asked.form`.
    """

    signals: tuple[SignalId, ...]
    weights: Vector
    bias: Vector
    competency: Vector
    invited: Vector
    form: Vector

    @classmethod
    def load(cls, path: Path, signals: Iterable[SignalId]) -> "Heads":
        """Read fitted heads.

        Args:
            path: an ``.npz`` file.
            signals: those of the rubric.

        Raises:
            SetupError: the file is missing, or was fitted for another rubric.
        """
        try:
            with np.load(path, allow_pickle=False) as held:
                heads = cls(
                    tuple(str(signal) for signal in held["signals"]),
                    *(
                        held[name].astype(np.float32)
                        for name in cls.__annotations__
                        if name != "signals"
                    ),
                )
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise SetupError(f"{path.name} cannot be read: install the program again.") from error
        if heads.signals != tuple(signals):
            raise SetupError(
                f"{path.name} was fitted for other signals than the rubric's: "
                "fit it again with evals/training/fit.py."
            )
        return heads

    def logits(self, vectors: Vector, asked: Asked) -> Vector:
        """How surely each sentence of an answer shows each signal; above zero it does.

        Args:
            vectors: a row of unit length for each sentence, in order.
            asked: the question.

        Returns:
            Shape (sentences, signals).
        """
        row = _COMPETENCIES.index(asked.competency) if asked.competency else len(_COMPETENCIES)
        room = np.array([signal in asked.invited for signal in self.signals], dtype=np.float32)
        form = np.array(asked.form, dtype=np.float32) @ self.form
        context = self.bias + self.competency[row] + room * self.invited + form
        logits: Vector = vectors @ self.weights + context
        return logits
