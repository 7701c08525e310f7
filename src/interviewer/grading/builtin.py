"""The built-in grader: finds evidence without a language model."""

import asyncio
from collections.abc import Callable

import numpy as np

from interviewer.domain.events import AnswerGraded
from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Transcript
from interviewer.grading.echo import Echo
from interviewer.grading.windows import Window, windows
from interviewer.knowledge.chunks import Kind, Polarity
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index
from interviewer.knowledge.library import Knowledge
from interviewer.models.usage import Usage

SURE = 0.58
MIN_WORDS = 7


class BuiltInGrader:
    """Finds evidence by cues and by likeness to the rubric's examples.

    It implements both `Grader` and `QuickReader`. Threads may share it.
    """

    def __init__(
        self, knowledge: Knowledge, index: Index, embedder: Embedder | None = None
    ) -> None:
        self._rubric = knowledge.rubric
        self._embedder = embedder or Embedder()
        examples = index.vectors(Kind.EXAMPLE)
        self._signals = [chunk.ref for chunk, _ in examples]
        self._shown = np.array(
            [chunk.polarity is Polarity.SHOWN for chunk, _ in examples]
        )
        self._vectors = np.array([vector for _, vector in examples])
        self._echo = Echo(knowledge.rubric)

    @property
    def used(self) -> GraderUsed:
        """What goes on the scorecard."""
        return GraderUsed(kind="built-in", rubric=self._rubric.version)

    async def grade(
        self, transcript: Transcript, turn: int, on_usage: Callable[[Usage], None]
    ) -> AnswerGraded:
        """Read one of the candidate's turns; no model is called and nothing can fail."""
        return await asyncio.to_thread(self.read, transcript, turn)

    def read(self, transcript: Transcript, turn: int) -> AnswerGraded:
        """Read one of the candidate's turns."""
        found: dict[str, tuple[float, Window]] = {}
        readable = [
            window
            for window in windows(transcript.text(turn))
            if len(window.text.split()) >= MIN_WORDS
            and not self._echo.of(window.text, transcript, turn)
        ]
        if not readable:
            return AnswerGraded(turn=turn)
        likeness = self._embedder.embed([w.text for w in readable]) @ self._vectors.T
        for window, row in zip(readable, likeness, strict=True):
            best = int(row.argmax())
            if self._shown[best] and row[best] >= SURE:
                signal = self._signals[best]
                if window.asks and not signal.startswith("framing."):
                    continue
                if row[best] > found.get(signal, (0.0, window))[0]:
                    found[signal] = (float(row[best]), window)
        return AnswerGraded(
            turn=turn,
            evidence=[
                Evidence(
                    signal=signal,
                    turn=turn,
                    quote=window.text,
                    provenance=transcript.provenance(signal, turn),
                )
                for signal, (_, window) in found.items()
            ],
            errors=[],
        )
