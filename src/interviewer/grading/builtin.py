"""The built-in grader: finds evidence without a language model."""

import asyncio
import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from interviewer.domain.events import AnswerGraded, ModelUsed
from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId, competency_of
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Transcript
from interviewer.grading.cues import fold, load_cues
from interviewer.grading.echo import Echo
from interviewer.grading.examples import Examples
from interviewer.grading.quantity import has_quantity
from interviewer.grading.windows import Window, windows
from interviewer.knowledge.chunks import Kind
from interviewer.knowledge.embedding import DIMENSIONS, Embedder, Vector
from interviewer.knowledge.index import Index

MIN_WORDS = 6
"""Shorter passages name something at most."""

ALIKE = 0.68
"""Cosine to an example from which a passage shows the same without any cue."""

NEARLY = 0.5
"""Cosine to an example from which a cue may lack one of its groups."""

NEARER = 0.05
"""How much nearer that example must be than any that merely looks like the signal."""

INVITED = 0.46
"""The same for a signal that the question leaves room for: few are, so likeness means more."""

CLEARLY_INVITED = 0.1
"""How much nearer that example must be than any that merely looks like the signal."""

INVITED_WORDS = 14
"""Shorter passages are like many things."""

MANY_GROUPS = 4
"""A cue with fewer groups may not lack any."""

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


class BuiltInGrader:
    """Finds evidence by cues and by likeness to the rubric's examples.

    It implements both `Grader` and `QuickReader`. Threads may share it.
    """

    def __init__(self, knowledge: Knowledge, index: Index, embedder: Embedder) -> None:
        """Prepare to read.

        Args:
            knowledge: the rubric and the cases.
            index: holds the embeddings of their examples.
            embedder: embeds answers.
        """
        self._rubric = knowledge.rubric
        self._embedder = embedder
        self._examples = Examples.of(index.vectors(Kind.EXAMPLE))
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
        self._cues = load_cues()
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
        found = self._signals_in(transcript, turn, pieces, vectors)
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
        self, transcript: Transcript, turn: int, readable: list[Window], vectors: Vector
    ) -> dict[str, Window]:
        asked = transcript.competency_asked(turn)
        question = transcript.question_of(turn)
        invited = question.move.signals if question and question.move else []
        shown, not_shown = self._examples.likeness(vectors)
        found: dict[str, Window] = {}
        likest: dict[str, tuple[float, Window]] = {}
        for n, window in enumerate(readable):
            text = fold(window.text)
            if _REJECTS.search(text) and not _REASON.search(text):
                continue
            for column, signal in enumerate(self._examples.refs):
                if signal in found or (window.asks and competency_of(signal) != "framing"):
                    continue
                if self._rubric.signals[signal].needs_number and not has_quantity(window.text):
                    continue
                like, unlike = shown[n, column], not_shown[n, column]
                if self._shows(signal, window, asked, like, unlike):
                    found[signal] = window
                elif (
                    signal in invited
                    # How somebody talks is not seen by what a passage is about.
                    and competency_of(signal) is not CompetencyId.TRADEOFFS
                    and like >= max(INVITED, unlike + CLEARLY_INVITED)
                    and like > likest.get(signal, (0.0, None))[0]
                    and len(window.text.split()) >= INVITED_WORDS
                ):
                    likest[signal] = like, window
        return {signal: window for signal, (_, window) in likest.items()} | found

    def _shows(
        self,
        signal: str,
        window: Window,
        asked: CompetencyId | None,
        like: float,
        unlike: float,
    ) -> bool:
        """Whether a window shows a signal, by its cues or by its cosine to the examples."""
        text = fold(window.text)
        on_subject = asked is competency_of(signal)
        if unlike > like and unlike >= ALIKE:
            return False
        if on_subject and like >= ALIKE and like > unlike:
            return True
        nearly = on_subject and like >= NEARLY and like >= unlike + NEARER
        return any(
            (not cue.question or window.asks)
            and (not cue.asked or asked is None or asked in cue.asked)
            and cue.met(text, allowed=int(nearly and len(cue.needs) >= MANY_GROUPS))
            for cue in self._cues.get(signal, ())
        )

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
            if window.asks or _REFUTES.search(fold(window.text)):
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
