"""Chroma, the vector database: in a folder of this machine or on a server.

Vectors are always computed by the caller. Chroma is never given an embedding function, because
its default one downloads a model.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.client import AdminClient, Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings

from interviewer.errors import StorageError
from interviewer.knowledge.embedding import Vector

if TYPE_CHECKING:
    import httpx

_HNSW = CreateHNSWConfiguration(
    space="cosine",
    # Wide enough that the approximate search misses nothing among a few thousand vectors.
    ef_construction=200,
    ef_search=200,
    max_neighbors=32,
    # Every vector goes into the vector files at once, which then never change again.
    batch_size=1,
    sync_threshold=1,
)
_LENGTH_BYTES = 4
"""``length.bin`` holds one number of this size for every place in the vector files."""
_TIMEOUT = 30.0
"""Seconds that a server may take to answer."""
_KNOWLEDGE, _OWN = "interviewer-", "documents-"
"""What the names of collections begin with: those of the knowledge, those of a user's own."""
_KEY = 32
"""So many characters of the key end the name of a collection."""
_COMPLETE = {"complete": True}


class Collection:
    """One set of vectors with their metadata."""

    def __init__(self, client: Client, name: str, place: str, folder: Path | None) -> None:
        self._client = client
        self._place = place
        self._folder = folder
        self._name = name
        with storage_errors(place):
            self._chroma = client.get_or_create_collection(
                self._name, configuration={"hnsw": _HNSW}, embedding_function=None
            )

    def holds(self, ids: set[str]) -> bool:
        """Whether the collection was completed and holds exactly these ids."""
        with storage_errors(self._place):
            found = self._chroma.get(include=[])["ids"]
        return self._chroma.metadata == _COMPLETE and set(found) == ids

    def write(
        self,
        ids: Sequence[str],
        vectors: Vector,
        texts: Sequence[str],
        metadata: Sequence[Mapping[str, str]],
    ) -> None:
        """Add entries, or replace those with the same id."""
        with storage_errors(self._place):
            self._chroma.upsert(
                ids=list(ids),
                embeddings=vectors,
                documents=list(texts),
                metadatas=list(metadata),
            )

    def complete(self) -> None:
        """Note that everything was written, after making Chroma write all of its files."""
        with storage_errors(self._place):
            self._chroma.peek(1)  # the first read of a vector writes the vector files
            self._chroma.modify(metadata=_COMPLETE)

    def nearest(self, vector: Vector, where: dict[str, Any], n: int) -> list[tuple[str, float]]:
        """The ids of the n nearest entries with their cosine similarity, nearest first."""
        with storage_errors(self._place):
            found = self._chroma.query(
                query_embeddings=vector[np.newaxis], n_results=n, where=where, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(i, 1.0 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]

    def vectors(self, where: dict[str, Any]) -> dict[str, Vector]:
        """The vectors of all entries with matching metadata, by id."""
        with storage_errors(self._place):
            found = self._chroma.get(where=where, include=["embeddings"])
        rows = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], rows, strict=True))

    def remove_others(self) -> None:
        """Remove the collections of other knowledge."""
        with storage_errors(self._place):
            for other in self._client.list_collections():
                if other.name.startswith(_KNOWLEDGE) and other.name != self._name:
                    self._client.delete_collection(other.name)

    def delete(self) -> None:
        """Let go of the database, and leave nothing of the collection behind."""
        try:
            with storage_errors(self._place):
                if self._folder is None and self._name in self._names():
                    self._client.delete_collection(self._name)
        finally:
            self.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _names(self) -> set[str]:
        return {collection.name for collection in self._client.list_collections()}

    def close(self) -> None:
        """Let go of the database."""
        self._client.close()
        for session in _sessions(self._client):
            session.close()  # which Chroma leaves open


def open_folder(folder: Path, key: str) -> Collection:
    """Open or create the collection for a key in a folder.

    Raises:
        StorageError: Chroma cannot use the folder.
    """
    with storage_errors(str(folder)):
        client = chromadb.PersistentClient(folder, settings=_settings())
    return _collection(client, _KNOWLEDGE + key[:_KEY], str(folder), folder)


def wipe_unused(folder: Path, count: int) -> None:
    """Zero the places of the vector files that no vector has taken yet.

    They are written as they lie in memory, where anything that the process freed may still stand:
    the text of a removed document, for one. The collection must be closed.

    Args:
        folder: holds one collection.
        count: how many vectors it has.

    Raises:
        OSError: a file cannot be written.
    """
    for lengths in folder.glob("*/length.bin"):
        places = lengths.stat().st_size // _LENGTH_BYTES
        for file in (lengths, lengths.with_name("data_level0.bin")):
            size = file.stat().st_size
            used = size // places * count
            with file.open("r+b") as opened:
                opened.seek(used)
                opened.write(bytes(size - used))


def connect(url: str, key: str, *, own: bool = False) -> Collection:
    """Open or create the collection for a key on the server at ``http://host:port``.

    Args:
        url: the server's address.
        key: identifies the content.
        own: the content is a user's own, not the program's knowledge.

    Raises:
        StorageError: the server cannot be reached, or is not a Chroma server.
    """
    with storage_errors(url):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as http://127.0.0.1:8000 is needed")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 8000)
        # Chroma would read host and port from the environment, too, and complain of a difference.
        settings = _settings(chroma_server_host=parts.hostname, chroma_server_http_port=port)
        client = chromadb.HttpClient(parts.hostname, port, ssl=tls, settings=settings)
    return _collection(client, (_OWN if own else _KNOWLEDGE) + key[:_KEY], url)


def _collection(client: ClientAPI, name: str, place: str, folder: Path | None = None) -> Collection:
    # The interface that Chroma declares for its clients lacks their close().
    client = cast(Client, client)
    for session in _sessions(client):
        session.timeout = _TIMEOUT  # Chroma would wait for ever
    try:
        return Collection(client, name, place, folder)
    except StorageError:
        client.close()
        raise


def _sessions(client: Client) -> "list[httpx.Client]":
    """The connections to a server; there are none to a folder."""
    servers = (client._server, cast(AdminClient, client._admin_client)._server)
    return [server._session for server in servers if isinstance(server, FastAPI)]


@contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Turn whatever Chroma raises into one line for a person.

    Chroma raises a bare ``Exception`` for an answer of a server that it cannot interpret.
    """
    try:
        yield
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise StorageError(f"The index at {place} cannot be used: {reason}.") from error


def _settings(**server: Any) -> Settings:
    """Chroma's settings, untouched by a ``.env`` file in the working directory."""
    options = {"_env_file": None, "anonymized_telemetry": False, **server}
    return Settings(**options)
