"""The questions of a document that an interviewer can put."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import numpy as np

from interviewer.documents.document import Document
from interviewer.domain.library import Knowledge
from interviewer.domain.probe import Hints, Probe
from interviewer.domain.rubric import CompetencyId
from interviewer.domain.sentences import sentences
from interviewer.knowledge.chunks import Chunk, Kind, Polarity
from interviewer.knowledge.embedding import Embedder, Vector
from interviewer.knowledge.index import Index

SURE_OF_COMPETENCY = 0.42
"""Mean cosine to the nearest pieces of a competency from which a question is about it.

Of 43 questions on the design of a system it lets through 31, and of 43 others that stand in guides
and job descriptions, from the greatest weakness to tomato sauce, one.
"""

NEAREST = 5
"""So many pieces speak for a competency; a single one may be near by accident."""

DEPTH = 2
"""Where the questions of a document stand on the way from opening a subject to staff level."""

MAX_QUESTIONS = 200
"""So many questions of one document are looked at."""

_WORDS = range(5, 33)
_PLAIN = re.compile(r"(?!.*//)[A-Z](?:[^\W_]|[ ,.;:'’\"“”()/%&+–—-])+\?")
_ASKS = re.compile(r"(?:what|which|who|whose|where|when|why|how)\b|.*\byour?\b", re.I)
_OF_SPEAKER = re.compile(r"\b(?:i|me|my|we|us|our|ours)\b", re.I)
_OF_CONTEXT = re.compile(
    r"^\w+ (?:do|does|did|is|are|was|were|will|would|can|could|should) (?:it|this|that|they|these"
    r"|those)\b(?! \w+ing)|\b(?:it|this|that|them|these|those)\?$"
    r"|\b(?:above|below|following|previous|chapter|section|figure|page|book)\b",
    re.I,
)
_OF_INTERVIEW = re.compile(
    r"\b(?:interview\w*|rubrics?|prompts?|instructions?|full marks|resume|cv|salary)\b", re.I
)
_NUMBER = re.compile(r"^Q(?:uestion)?\s*\d*\s*[.:)]\s*")


def questions_of(document: Document) -> Iterator[str]:
    """The sentences of a document that ask a candidate something, each once.

    A question that needs the sentences around it is left out, and so is one that its author asks
    of himself or about the interview itself.
    """
    seen = set()
    for section in document.sections:
        for sentence in sentences(section.text):
            question = _NUMBER.sub("", sentence)
            if question not in seen and _can_be_put(question):
                seen.add(question)
                yield question


def _can_be_put(question: str) -> bool:
    return (
        len(question.split()) in _WORDS
        and _PLAIN.fullmatch(question) is not None
        and _ASKS.match(question) is not None
        and not any(p.search(question) for p in (_OF_SPEAKER, _OF_CONTEXT, _OF_INTERVIEW))
    )


class QuestionPicker:
    """Makes probes of those questions that are about a competency."""

    def __init__(self, knowledge: Knowledge, index: Index, embedder: Embedder) -> None:
        self._knowledge = knowledge
        self._index = index
        self._embedder = embedder

    def probes_of(self, document: Document) -> list[Probe]:
        """The probes of a document.

        A probe looks for what the bank's nearest probe of its competency looks for. Its hints are
        general ones, for nobody has written others.
        """
        questions = list(islice(questions_of(document), MAX_QUESTIONS))
        signals = map(self._signals, self._embedder.embed(questions))
        return [
            Probe(
                id=f"document-{document.id}-{n}",
                depth=DEPTH,
                text=question,
                signals=sought,
                hints=self._hints(question),
            )
            for n, (question, sought) in enumerate(zip(questions, signals, strict=True), start=1)
            if sought
        ]

    def _hints(self, question: str) -> Hints:
        restated = f"For the system that you design: {question}"
        return self._knowledge.phrases.document_hints.model_copy(update={"restate": restated})

    def _signals(self, question: Vector) -> list[str]:
        """The signals of the nearest probe of the competency; none if it is about none."""
        likeness = {
            competency: float(np.mean(np.sort(vectors @ question)[-NEAREST:]))
            for competency, vectors in self._pieces.items()
        }
        competency = max(likeness, key=lambda c: likeness[c])
        if likeness[competency] < SURE_OF_COMPETENCY:
            return []
        probes, vectors = self._bank[competency]
        return list(probes[int(np.argmax(vectors @ question))].signals)

    @cached_property
    def _chunks(self) -> list[tuple[Chunk, Vector]]:
        """All that is said of competencies apart from the cases."""
        kinds = (Kind.PROBE, Kind.EXAMPLE, Kind.GUIDE)
        return [
            (chunk, vector)
            for kind in kinds
            for chunk, vector in self._index.vectors(kind)
            if chunk.competency and not chunk.scenario and chunk.polarity is not Polarity.NOT_SHOWN
        ]

    @cached_property
    def _pieces(self) -> dict[CompetencyId, Vector]:
        pieces: dict[CompetencyId, list[Vector]] = {}
        for chunk, vector in self._chunks:
            if chunk.competency:
                pieces.setdefault(chunk.competency, []).append(vector)
        return {competency: np.vstack(vectors) for competency, vectors in pieces.items()}

    @cached_property
    def _bank(self) -> dict[CompetencyId, tuple[list[Probe], Vector]]:
        bank = {}
        for competency in self._pieces:
            held = [
                (self._knowledge.probes[chunk.ref], vector)
                for chunk, vector in self._chunks
                if chunk.kind is Kind.PROBE and chunk.competency is competency
            ]
            bank[competency] = ([p for p, _ in held], np.vstack([v for _, v in held]))
        return bank
