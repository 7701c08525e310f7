"""The index: finds pieces of the knowledge by meaning."""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId
from interviewer.errors import StorageError
from interviewer.knowledge.builds import Builds, intact
from interviewer.knowledge.chunks import Chunk, Kind, chunks_of
from interviewer.knowledge.embedding import DIMENSIONS, Embedder, Vector

if TYPE_CHECKING:
    from interviewer.knowledge.chroma import Collection

log = logging.getLogger(__name__)

_LAYOUT = 1
"""To be raised when what is stored beside the vectors changes its meaning."""
_BATCH = 128

Progress = Callable[[int, int], None]
"""Is told how many of how many chunks are embedded."""


@dataclass(frozen=True)
class Passage:
    """A chunk that was found.

    Attributes:
        chunk: what was found.
        score: its cosine similarity to the query.
    """

    chunk: Chunk
    score: float


class Index:
    """The chunks of the knowledge with their vectors. Threads may share an index."""

    def __init__(self, collection: "Collection", chunks: list[Chunk], embedder: Embedder) -> None:
        self._collection = collection
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._embedder = embedder
        self._held: dict[Kind, tuple[list[Chunk], Vector, NDArray[np.str_]]] = {}
        self._known: dict[str, Vector] = {}
        self._crowd: dict[Kind, int] = {}
        for (kind, *_), size in Counter(map(_target, chunks)).items():
            self._crowd[kind] = max(size, self._crowd.get(kind, 0))

    def search(
        self,
        query: str | Vector,
        *,
        kinds: Iterable[Kind],
        n: int,
        scenario: str | None = None,
        competency: CompetencyId | None = None,
        anywhere: bool = False,
    ) -> list[Passage]:
        """Find what is nearest in meaning, the best chunk of each ref only.

        Args:
            query: a text, or its embedding of shape (384,).
            kinds: the kinds of chunks to look at, at least one.
            n: how many passages to return at most, at least one.
            scenario: a case whose chunks are looked at beside those of no case; without it, only
                those of no case.
            competency: look at the chunks of this competency only.
            anywhere: look at the chunks of every case.

        Returns:
            The passages, best first.

        Raises:
            StorageError: the index cannot be read any more.
        """
        vector = self._embedder.embed_message(query) if isinstance(query, str) else query
        kinds = list(kinds)
        where: list[dict[str, Any]] = [{"kind": {"$in": [str(kind) for kind in kinds]}}]
        if not anywhere:
            where.append({"scenario": {"$in": ["", scenario] if scenario else [""]}})
        if competency:
            where.append({"competency": str(competency)})
        # So many chunks cannot all belong to fewer than n refs.
        wanted = n * max(self._crowd.get(kind, 1) for kind in kinds)
        best: dict[tuple[Kind, str | None, str], Passage] = {}
        # Chroma refuses an $and of a single condition.
        condition = {"$and": where} if len(where) > 1 else where[0]
        for chunk_id, score in self._collection.nearest(vector, condition, wanted):
            chunk = self._chunks[chunk_id]
            best.setdefault(_target(chunk), Passage(chunk, score))
        return list(best.values())[:n]

    def rank(
        self, query: str | Vector, *, kind: Kind, scenario: str | None = None
    ) -> list[Passage]:
        """Sort everything of a kind by its nearness to a query.

        A search finds a few; this compares with every one, so the vectors are held in memory from
        the first time on.

        Args:
            query: a text, or its embedding of shape (384,).
            kind: the kind of chunk.
            scenario: a case whose chunks are looked at beside those of no case.

        Returns:
            The best chunk of each ref, the nearest first.
        """
        vector = self._embedder.embed_message(query) if isinstance(query, str) else query
        chunks, rows, scenarios = self._rows(kind)
        scores = rows @ vector
        best: dict[tuple[Kind, str | None, str], Passage] = {}
        for n in np.argsort(-scores, kind="stable"):
            if scenarios[n] in ("", scenario):
                best.setdefault(_target(chunks[n]), Passage(chunks[n], float(scores[n])))
        return list(best.values())

    def nearness(self, query: str, *, scenario: str) -> float:
        """How near a text is to what is known of a case, or of no case: the best cosine."""
        if scenario not in self._known:
            of_kinds = [
                rows[np.isin(scenarios, ("", scenario))]
                for _, rows, scenarios in map(self._rows, Kind)
            ]
            self._known[scenario] = np.vstack(of_kinds)
        return float((self._known[scenario] @ self._embedder.embed_message(query)).max(initial=-1))

    def hold(self) -> None:
        """Take all vectors into memory, so that no message has to wait for them."""
        for kind in Kind:
            self._rows(kind)

    def _rows(self, kind: Kind) -> tuple[list[Chunk], Vector, NDArray[np.str_]]:
        """The chunks of a kind with their vectors and cases, read from the database once."""
        if kind not in self._held:
            pairs = self.vectors(kind)
            rows = np.array([row for _, row in pairs], dtype=np.float32).reshape(-1, DIMENSIONS)
            cases = np.array([chunk.scenario or "" for chunk, _ in pairs], dtype=np.str_)
            self._held[kind] = [chunk for chunk, _ in pairs], rows, cases
        return self._held[kind]

    def likeness(self, one: str, other: str) -> float:
        """How near two texts are in meaning: the cosine of their embeddings."""
        return float(self._embedder.embed_message(one) @ self._embedder.embed_message(other))

    def vectors(self, kind: Kind) -> list[tuple[Chunk, Vector]]:
        """All chunks of a kind with their embeddings, in the order of the content."""
        vectors = self._collection.vectors({"kind": str(kind)})
        return [(chunk, vectors[chunk.id]) for chunk in self._chunks.values() if chunk.kind == kind]

    def close(self) -> None:
        """Let go of the database."""
        self._collection.close()

    def delete(self) -> None:
        """Let go of the database, and leave nothing of it behind."""
        self._collection.delete()


def open_index(
    knowledge: Knowledge,
    embedder: Embedder,
    folder: Path,
    url: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Index:
    """Open the index of this knowledge; build it first if it is new or was damaged.

    Args:
        knowledge: the content.
        embedder: embeds the chunks of a build and later the queries.
        folder: where the index is kept on this machine.
        url: a Chroma server that keeps it instead, as ``http://host:port``.
        progress: is told how far a build has come.

    Raises:
        StorageError: the folder cannot be written or the server cannot be reached.
    """
    return open_chunks(chunks_of(knowledge), embedder, folder, url, progress)


def open_chunks(
    chunks: list[Chunk],
    embedder: Embedder,
    folder: Path,
    url: str | None = None,
    progress: Progress = lambda done, total: None,
    *,
    own: bool = False,
    known: Mapping[str, Vector] | None = None,
) -> Index:
    """Open the index of these chunks; build it first if it is new or was damaged.

    Args:
        chunks: the content, at least one chunk.
        embedder: embeds the chunks of a build and later the queries.
        folder: where the index is kept on this machine.
        url: a Chroma server that keeps it instead, as ``http://host:port``.
        progress: is told how far a build has come.
        own: the chunks are a user's own; on a server that several use, those of others stay.
        known: vectors of texts that need not be embedded again.

    Raises:
        StorageError: the folder cannot be written or the server cannot be reached.
    """
    # Importing Chroma takes half a second, which what only names these types need not spend.
    from interviewer.knowledge import chroma

    ids = {chunk.id for chunk in chunks}
    key = _key(chunks, embedder)
    if url:
        served = chroma.connect(url, key, own=own)
        if not served.holds(ids):
            _write(served, chunks, embedder, progress, known or {})
            if not own:
                served.remove_others()
        return Index(served, chunks, embedder)

    builds = Builds(folder)
    with builds.locked():
        for build in builds.of(key):
            if intact(build) and (found := _reopened(build, key, ids)):
                return Index(found, chunks, embedder)
            log.warning("the index in %s is damaged or unfinished; building it again", build)
        build = builds.begin(key)
        fresh = chroma.open_folder(build, key)
        _write(fresh, chunks, embedder, progress, known or {})
        fresh.close()
        chroma.wipe_unused(build, len(chunks))
        builds.seal(build)
        return Index(chroma.open_folder(build, key), chunks, embedder)


def _reopened(build: Path, key: str, ids: set[str]) -> "Collection | None":
    """The collection of a build, if Chroma still finds all of it there."""
    from interviewer.knowledge import chroma

    try:
        collection = chroma.open_folder(build, key)
        if collection.holds(ids):
            return collection
    except StorageError:
        return None
    collection.close()
    return None


def _write(
    collection: "Collection",
    chunks: list[Chunk],
    embedder: Embedder,
    progress: Progress,
    known: Mapping[str, Vector],
) -> None:
    """Embed and store all chunks; close the collection if that is interrupted."""
    log.info("building the index of %d chunks", len(chunks))
    # Texts of similar length together are embedded faster.
    by_length = sorted(chunks, key=lambda chunk: len(chunk.text))
    vectors = dict(known)
    try:
        for start in range(0, len(chunks), _BATCH):
            batch = by_length[start : start + _BATCH]
            wordings = dict.fromkeys(text for chunk in batch for text in chunk.wordings)
            new = [text for text in wordings if text not in vectors]
            vectors |= zip(new, embedder.embed(new), strict=True)
            collection.write(
                [chunk.id for chunk in batch],
                np.stack([_mean(vectors[text] for text in chunk.wordings) for chunk in batch]),
                [chunk.text for chunk in batch],
                [_metadata(chunk) for chunk in batch],
            )
            progress(start + len(batch), len(chunks))
        collection.complete()
    except BaseException:
        collection.close()
        raise


def _mean(vectors: Iterable[Vector]) -> Vector:
    """The direction of the mean of some vectors."""
    total: Vector = np.sum(list(vectors), axis=0, dtype=np.float32)
    return total / np.float32(np.linalg.norm(total))


def _metadata(chunk: Chunk) -> dict[str, str]:
    """What Chroma can filter by; it knows no missing value, so that is an empty one."""
    return {
        "kind": chunk.kind,
        "ref": chunk.ref,
        "title": chunk.title,
        "competency": chunk.competency or "",
        "scenario": chunk.scenario or "",
        "level": chunk.level or "",
        "polarity": chunk.polarity or "",
    }


def _target(chunk: Chunk) -> tuple[Kind, str | None, str]:
    """What a chunk leads to: chunks with the same target count as one find."""
    return chunk.kind, chunk.scenario, chunk.ref


def _key(chunks: list[Chunk], embedder: Embedder) -> str:
    """Identifies everything that decides what the database holds."""
    content = [[chunk.id, chunk.wordings, _metadata(chunk)] for chunk in chunks]
    text = json.dumps([_LAYOUT, version("chromadb"), embedder.model_hash, content])
    return hashlib.sha256(text.encode()).hexdigest()
