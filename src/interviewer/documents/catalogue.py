"""The catalogue: the knowledge and the user's own documents, found by meaning together.

The files on the shelf are the truth, and another program may change them. The index of what stands
in them is opened for exactly what is there: every question is asked of the shelf as it is now.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from interviewer.documents.document import Document
from interviewer.documents.files import Intake
from interviewer.documents.passages import MARK, passages_of
from interviewer.documents.questions import QuestionPicker
from interviewer.documents.shelf import Shelf
from interviewer.domain.library import Knowledge
from interviewer.domain.probe import Probe
from interviewer.errors import StorageError
from interviewer.knowledge.chunks import Chunk, Kind
from interviewer.knowledge.embedding import Embedder, Vector
from interviewer.knowledge.index import Index, Passage, Progress, open_chunks

MAX_TOGETHER = 2_000_000
"""The most characters that all documents have together: what an index is built of in a minute."""

_KINDS = (Kind.DOCUMENT, Kind.PROBE)
"""What is drawn from a document."""


def no_progress(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Holding:
    """A document as the user sees it.

    Attributes:
        document: the document.
        passages: how many passages can be found in it.
        questions: how many of its questions the interviewer may ask.
    """

    document: Document
    passages: int
    questions: int


@dataclass(frozen=True)
class Added:
    """What became of documents that were to be added.

    Attributes:
        new: those that were added.
        known: those that were there already.
        refused: a line for each that there is no room for.
    """

    new: list[Holding] = field(default_factory=list)
    known: list[Document] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Contents:
    """What is drawn from the documents of one moment.

    Attributes:
        documents: the documents, by id.
        probes: their probes, by id.
        index: their passages and probes; None when there is no document.
    """

    documents: dict[str, Document]
    probes: dict[str, Probe]
    index: Index | None

    def vectors(self) -> dict[str, Vector]:
        """The vectors of all texts, by the text."""
        pairs = [p for kind in _KINDS if self.index for p in self.index.vectors(kind)]
        return {chunk.text: vector for chunk, vector in pairs}


class Catalogue:
    """Finds passages and probes. Threads may share a catalogue.

    Attributes:
        shelf: the documents.
    """

    def __init__(
        self,
        shelf: Shelf,
        knowledge: Knowledge,
        index: Index,
        embedder: Embedder,
        url: str | None = None,
    ) -> None:
        """Put the catalogue together; nothing is read yet.

        Args:
            shelf: the documents.
            knowledge: the content of the program.
            index: finds it by meaning.
            embedder: embeds documents and queries.
            url: a Chroma server for the index of the documents, as ``http://host:port``; without
                it that is kept beside them.
        """
        self.shelf = shelf
        self._index = index
        self._embedder = embedder
        self._url = url
        self._picker = QuestionPicker(knowledge, index, embedder)
        self._contents = _Contents({}, {}, None)
        # Nothing closes an index while it is searched, and a change does not keep searches waiting
        # while it embeds what is new.
        self._using = threading.RLock()
        self._changing = threading.Lock()

    def open(self, progress: Progress = no_progress) -> None:
        """Open the index of the documents, or build it, before it is needed.

        Raises:
            StorageError: the index can be neither opened nor built.
        """
        with self._using:
            self._follow(progress)

    @property
    def probes(self) -> Mapping[str, Probe]:
        """The probes of the documents on the shelf, by id."""
        with self._using:
            return self._follow().probes

    def search(
        self,
        query: str | Vector,
        *,
        kinds: Iterable[Kind],
        n: int,
        scenario: str | None = None,
        anywhere: bool = False,
    ) -> list[Passage]:
        """Find what is nearest in meaning; arguments, result and errors as for `Index.search`."""
        kinds = list(kinds)
        vector = self._embedder.embed_message(query) if isinstance(query, str) else query
        found = self._index.search(vector, kinds=kinds, n=n, scenario=scenario, anywhere=anywhere)
        if own := [kind for kind in kinds if kind in _KINDS]:
            found = _together(
                found, self._ask_documents(lambda index: index.search(vector, kinds=own, n=n))
            )
        return found[:n]

    def rank_probes(self, query: str, scenario: str) -> list[Passage]:
        """All probes of a case and of the documents, the nearest in meaning to a text first.

        Raises:
            StorageError: an index cannot be read any more.
        """
        vector = self._embedder.embed_message(query)
        return _together(
            self._index.rank(vector, kind=Kind.PROBE, scenario=scenario),
            self._ask_documents(lambda index: index.rank(vector, kind=Kind.PROBE)),
        )

    def add(self, intake: Intake, progress: Progress = no_progress) -> Added:
        """Put documents on the shelf, and what stands in them into the index.

        Args:
            intake: the documents; what was refused before is handed on.
            progress: is told how far the index has come.

        Raises:
            StorageError: the documents or their index cannot be stored.
        """
        added = Added(refused=list(intake.refused))
        with self._changing:
            held = self.shelf.documents
            after = dict(held)
            for document in intake.documents:
                room = MAX_TOGETHER - sum(other.characters for other in after.values())
                if document.id in held:
                    added.known.append(held[document.id])
                elif document.characters > room:
                    added.refused.append(
                        f"{document.file} does not fit: all documents together may have "
                        f"{MAX_TOGETHER:,} characters. Remove another first."
                    )
                else:
                    after[document.id] = document
            new = [document for id_, document in after.items() if id_ not in held]
            if new:
                self._change(after, lambda: self.shelf.put(*new), progress)
        added.new.extend(holding for holding in self.holdings() if holding.document in new)
        return added

    def remove(self, id_: str, progress: Progress = no_progress) -> Document:
        """Remove a document with all that was drawn from it.

        Raises:
            BadInput: there is no such document.
            StorageError: the documents or their index cannot be stored.
        """
        with self._changing:
            removed = self.shelf.document(id_)
            after = {i: d for i, d in self.shelf.documents.items() if i != id_}
            self._change(after, lambda: self.shelf.remove(id_), progress)
        return removed

    def holdings(self) -> list[Holding]:
        """The documents on the shelf, the oldest first.

        Raises:
            StorageError: their index can be neither opened nor built.
        """
        with self._using:
            contents = self._follow()
        asked = Counter(id_.rpartition("-")[0] for id_ in contents.probes)
        return [
            Holding(document, len(passages_of(document)), asked[f"document-{id_}"])
            for id_, document in contents.documents.items()
        ]

    def close(self) -> None:
        """Let go of the index of the documents; that of the knowledge stays open."""
        with self._using:
            self._take(_Contents({}, {}, None))

    # Inside.

    def _ask_documents(self, ask: Callable[[Index], list[Passage]]) -> list[Passage]:
        with self._using:
            contents = self._follow()
            try:
                return ask(contents.index) if contents.index else []
            except StorageError:
                # Another program may have replaced the index since it was opened here.
                self._take(self._open(contents.documents))
                return ask(self._contents.index) if self._contents.index else []

    def _follow(self, progress: Progress = no_progress) -> _Contents:
        """The contents of what is on the shelf now."""
        documents = self.shelf.documents
        if documents.keys() != self._contents.documents.keys():
            self._take(self._open(documents, progress, self._contents.vectors()))
        return self._contents

    def _open(
        self,
        documents: dict[str, Document],
        progress: Progress = no_progress,
        known: Mapping[str, Vector] | None = None,
    ) -> _Contents:
        if not documents:
            return _Contents({}, {}, None)
        probes = [(d, probe) for d in documents.values() for probe in self._picker.probes_of(d)]
        chunks = [chunk for document in documents.values() for chunk in passages_of(document)]
        chunks += [_chunk(document, probe) for document, probe in probes]
        index = open_chunks(
            chunks,
            self._embedder,
            self.shelf.folder / "index",
            self._url,
            progress,
            own=True,
            known=known,
        )
        return _Contents(documents, {probe.id: probe for _, probe in probes}, index)

    def _take(self, contents: _Contents) -> None:
        replaced, self._contents = self._contents, contents
        if replaced.index:
            replaced.index.close()

    def _change(
        self, after: dict[str, Document], apply: Callable[[], None], progress: Progress
    ) -> None:
        """Build the index of what there is to be, then change the shelf and turn to that index.

        What was there before leaves nothing behind.
        """
        with self._using:
            known = self._follow().vectors()
        contents = self._open(after, progress, known)
        with self._using:
            try:
                apply()
            except BaseException:
                if contents.index:
                    contents.index.close()
                raise
            replaced, self._contents = self._contents, contents
            if replaced.index:
                replaced.index.delete()


def _together(ours: list[Passage], own: list[Passage]) -> list[Passage]:
    return sorted([*ours, *own], key=lambda passage: passage.score, reverse=True)


def _chunk(document: Document, probe: Probe) -> Chunk:
    return Chunk(
        id=f"document/{probe.id}",
        kind=Kind.PROBE,
        ref=probe.id,
        text=probe.text,
        title=MARK + document.title,
        body=probe.text,
        competency=probe.competency,
    )
