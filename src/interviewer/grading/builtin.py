"""The built-in grader: finds evidence without a language model."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from interviewer.domain.events import AnswerGraded, ModelUsed
from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId, Rubric, SignalId, competency_of
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Transcript
from interviewer.grading.echo import Echo
from interviewer.grading.examples import Examples
from interviewer.grading.heads import Asked, Heads
from interviewer.grading.quantity import has_quantity
from interviewer.grading.windows import Window, windows
from interviewer.knowledge.chunks import Kind
from interviewer.knowledge.embedding import DIMENSIONS, Embedder, Vector
from interviewer.knowledge.index import Index

_FITTED = Path(__file__).parent / "fitted"

MIN_WORDS = 6
"""Shorter passages name something at most."""

OFF_SUBJECT = 0.3
"""Cosine to everything that is known of a case below which a sentence is about something else; no
words that show a signal in the tune half of the gold transcripts are below 0.31."""

COMMITTED = 0.62
"""Cosine to an example of a critical error from which a passage commits it."""

CLEARLY = 0.1
"""How much nearer that must be than any example which merely looks like an error."""

_REJECTS = re.compile(
    r"\b(?:no need (?:for|to)|(?:do|would|will|did)(?:n't| not) (?:need|bother|worry|use|do|want)"
    r"|won't (?:need|use|do)|not (?:an issue|a problem|necessary|needed)|isn't needed|skip that)\b"
)
_REASON = re.compile(r"\b(?:because|since|as|so|but|instead|rather|only|until|unless|if)\b")
_REFUTES = re.compile(
    r"\b(?:misleading|mislead|useless|cheat\w*|wrong|wouldn't|would not|never|must not|cannot|can't"
    r"|instead of|rather than|not (?:by|a|an|the|enough|proof)|too slow|rule (?:it|that) out"
    r"|says nothing|isn't|lies|leaks?|only in training|in training only|natural|separate"
    r"|keeps? its)\b"
)


@dataclass(frozen=True)
class Labeller:
    """Tells what a sentence shows.

    Attributes:
        readers: encoders, each with the heads that were fitted to it; the mean of what they say
            counts.
    """

    readers: tuple[tuple[Embedder, Heads], ...]

    @classmethod
    def quick(cls, rubric: Rubric, embedder: Embedder) -> "Labeller":
        """The one on the way of a message: it reads embeddings that are needed anyway.

        Raises:
            SetupError: its file is missing or belongs to another rubric.
        """
        return cls(((embedder, Heads.load(_FITTED / "quick.npz", rubric.signals)),))

    @classmethod
    def thorough(cls, rubric: Rubric, embedder: Embedder) -> "Labeller":
        """The one that grades: beside the quick one an encoder that was trained for this.

        Raises:
            SetupError: its files are missing or belong to another rubric.
        """
        tuned = Heads.load(_FITTED / "tuned.npz", rubric.signals)
        encoder = Embedder(_FITTED / "encoder.onnx")
        return cls((*cls.quick(rubric, embedder).readers, (encoder, tuned)))

    @property
    def signals(self) -> tuple[SignalId, ...]:
        """The ids, in the order of the columns."""
        return self.readers[0][1].signals

    def logits(self, sentences: list[str], asked: Asked) -> Vector:
        """How surely each sentence shows each signal; above zero it does."""
        said = [heads.logits(encoder.embed(sentences), asked) for encoder, heads in self.readers]
        mean: Vector = np.mean(said, axis=0)
        return mean


class BuiltInGrader:
    """Finds evidence sentence by sentence.

    It implements both `Grader` and `QuickReader`. Threads may share it.
    """

    def __init__(
        self, knowledge: Knowledge, index: Index, embedder: Embedder, labeller: Labeller
    ) -> None:
        """Prepare to read.

        Args:
            knowledge: the rubric and the cases.
            index: holds the examples of critical errors, and all that is known of a case.
            embedder: embeds answers, to compare them with these.
            labeller: finds the signals.
        """
        self._rubric = knowledge.rubric
        self._index = index
        self._embedder = embedder
        self._labeller = labeller
        errors = index.vectors(Kind.ERROR)
        self._errors = {
            slug: Examples.of([pair for pair in errors if pair[0].scenario == slug])
            for slug in knowledge.scenarios
        }
        self._error_competency = {
            (slug, error.id): error.competency
            for slug, scenario in knowledge.scenarios.items()
            for error in scenario.critical_errors
        }
        self._echo = Echo(knowledge.rubric)
        # An answer is read on the way of the message and once more when it is graded.
        self._embedded = lru_cache(maxsize=64)(self._embed)

    @property
    def used(self) -> GraderUsed:
        """What goes on the scorecard."""
        return GraderUsed(kind="built-in", rubric=self._rubric.version)

    async def grade(
        self, transcript: Transcript, turn: int, on_usage: Callable[[ModelUsed], None]
    ) -> AnswerGraded:
        """Read one of the candidate's turns; no model is called and nothing can fail."""
        return await asyncio.to_thread(self.read, transcript, turn)

    def read(self, transcript: Transcript, turn: int) -> AnswerGraded:
        """Read one of the candidate's turns."""
        answer = transcript.text(turn)
        pieces, vectors = self._embedded(answer)
        # Two recited sentences together are like no single source, so each is looked at alone.
        echoed = {
            n
            for window in pieces
            if self._echo.of(window.text, transcript, turn)
            for n in window.sentences
        }
        readable = [
            n
            for n, window in enumerate(pieces)
            if len(window.text.split()) >= MIN_WORDS and echoed.isdisjoint(window.sentences)
        ]
        if not readable:
            return AnswerGraded(turn=turn)
        pieces, vectors = [pieces[n] for n in readable], vectors[readable]
        errors = self._errors_in(transcript, turn, pieces, vectors)
        found = self._signals_in(transcript, turn, pieces)
        return AnswerGraded(
            turn=turn,
            evidence=[
                Evidence(
                    signal=signal,
                    turn=turn,
                    quote=window.text,
                    provenance=transcript.provenance(signal, turn),
                )
                for signal, window in found.items()
                # The words that commit an error on a subject are no merit on it.
                if not any(
                    competency_of(signal) is competency and window.overlaps(committing)
                    for competency, _, committing in errors
                )
            ],
            errors=[
                (competency, ErrorFound(error=error, turn=turn, quote=window.text))
                for competency, error, window in errors
            ],
        )

    def _embed(self, answer: str) -> tuple[list[Window], Vector]:
        """The windows of an answer with their embeddings.

        A sentence is embedded once; the mean of two sentences is close to what the two would get
        together, and costs nothing.
        """
        pieces = windows(answer)
        singles = [window.text for window in pieces if len(window.sentences) == 1]
        if not singles:
            return [], np.empty((0, DIMENSIONS), dtype=np.float32)
        alone = self._embedder.embed(singles)
        sums = np.stack([alone[list(window.sentences)].sum(axis=0) for window in pieces])
        vectors: Vector = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return pieces, vectors

    def _signals_in(
        self, transcript: Transcript, turn: int, readable: list[Window]
    ) -> dict[str, Window]:
        """The surest sentence for each signal that a sentence shows."""
        single = [w for w in readable if len(w.sentences) == 1 and not _rejects(w.text)]
        if not single:
            return {}
        asked = Asked.by(transcript.question_of(turn))
        logits = self._labeller.logits([window.text for window in single], asked)
        found: dict[str, tuple[float, Window]] = {}
        for row, column in zip(*np.nonzero(logits > 0), strict=True):
            window, signal = single[row], self._labeller.signals[column]
            if window.asks and competency_of(signal) is not CompetencyId.FRAMING:
                continue
            if self._rubric.signals[signal].needs_number and not has_quantity(window.text):
                continue
            if self._index.nearness(window.text, scenario=transcript.scenario) < OFF_SUBJECT:
                continue
            if signal not in found or logits[row, column] > found[signal][0]:
                found[signal] = float(logits[row, column]), window
        return {signal: window for signal, (_, window) in found.items()}

    def _errors_in(
        self, transcript: Transcript, turn: int, readable: list[Window], vectors: Vector
    ) -> list[tuple[CompetencyId, str, Window]]:
        examples = self._errors.get(transcript.scenario)
        if examples is None or not examples.refs:
            return []
        asked = transcript.competency_asked(turn)
        shown, not_shown = examples.likeness(vectors)
        found: dict[str, Window] = {}
        for n, window in enumerate(readable):
            if window.asks or _REFUTES.search(_folded(window.text)):
                continue
            best = int(shown[n].argmax())
            error = examples.refs[best]
            if asked not in (None, self._error_competency[transcript.scenario, error]):
                continue
            if shown[n, best] >= COMMITTED and shown[n, best] >= not_shown[n].max() + CLEARLY:
                found.setdefault(error, window)
        return [
            (self._error_competency[transcript.scenario, error], error, window)
            for error, window in found.items()
        ]


def _folded(text: str) -> str:
    """The text in lower case with plain apostrophes."""
    return text.lower().replace("’", "'")


def _rejects(text: str) -> bool:
    """Whether a sentence turns something down without a reason."""
    folded = _folded(text)
    return bool(_REJECTS.search(folded)) and not _REASON.search(folded)
