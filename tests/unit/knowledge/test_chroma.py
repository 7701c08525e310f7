"""The index on a Chroma server."""

import http.server
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from interviewer.domain.library import Knowledge
from interviewer.errors import StorageError
from interviewer.knowledge.chunks import Kind, chunks_of
from interviewer.knowledge.index import open_chunks, open_index
from tests.support.counting_embedder import CountingEmbedder

PATIENCE = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--path", str(tmp_path_factory.mktemp("server"))]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
            break
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def few(small: Knowledge) -> Knowledge:
    """The probes of two competencies and nothing else."""
    rubric = small.rubric.model_copy(update={"competencies": []})
    return replace(small, scenarios={}, rubric=rubric)


def test_a_server_keeps_the_index(
    server: str, few: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index(few, embedder, tmp_path / "index", server, interrupt)
    embedder.count = 0
    first = open_index(few, embedder, tmp_path / "index", server)
    wordings = {text for chunk in chunks_of(few) for text in chunk.wordings}
    assert embedder.count == len(wordings), "an unfinished collection is completed"

    embedder.count = 0
    second = open_index(few, embedder, tmp_path / "index", server)
    assert embedder.count == 0, "a complete one is used as it is"
    probe = few.probes["data-where-from"]
    for index in (first, second):
        (found,) = index.search(probe.text, kinds=[Kind.PROBE], n=1)
        assert found.chunk.ref == probe.id
        assert found.score > 0.5
    assert {chunk.ref for chunk, _ in second.vectors(Kind.PROBE)} == few.probes.keys()
    assert not (tmp_path / "index").exists()

    other = replace(few, probes={probe.id: probe})
    open_index(other, embedder, tmp_path / "index", server).close()
    with pytest.raises(StorageError) as caught:
        first.search("labels", kinds=[Kind.PROBE], n=1)
    assert "\n" not in str(caught.value), "the collection of the content before is gone"
    for index in (first, second):
        index.close()


def test_a_users_own_chunks_stand_apart_on_a_server(
    server: str, few: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    probes = [chunk for chunk in chunks_of(few) if chunk.kind is Kind.PROBE]
    chunks = list({chunk.ref: chunk for chunk in probes}.values())
    one = open_chunks(chunks[:2], embedder, tmp_path, server, own=True)
    other = open_chunks(chunks[:3], embedder, tmp_path, server, own=True)
    open_index(few, embedder, tmp_path, server).close()
    for index, size in ((one, 2), (other, 3)):
        found = index.search("labels", kinds=list(Kind), n=9)
        assert len(found) == size, "neither the knowledge nor another user's takes its place"

    one.delete()
    with pytest.raises(StorageError):
        one.search("labels", kinds=[Kind.PROBE], n=1)
    embedder.count = 0
    open_chunks(chunks[:3], embedder, tmp_path, server, own=True).close()
    assert embedder.count == 0
    open_chunks(chunks[:2], embedder, tmp_path, server, own=True).delete()
    assert embedder.count > 0, "nothing of it was left behind"
    other.delete()


def test_a_server_that_is_not_there_is_one_clear_line(
    few: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(StorageError, match=f"{url} cannot be used: Could not connect") as caught:
        open_index(few, embedder, tmp_path, url)
    assert "\n" not in str(caught.value)
    assert embedder.count == 0


def test_a_server_that_is_no_chroma_server_is_one_clear_line(
    few: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Silent) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{web.server_port}"
        with pytest.raises(StorageError, match=f"{url} cannot be used: ") as caught:
            open_index(few, embedder, tmp_path, url)
        web.shutdown()
        thread.join()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://", "http://h:port"])
def test_an_address_that_is_none_is_one_clear_line(
    url: str, few: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="cannot be used: "):
        open_index(few, embedder, tmp_path, url)


def test_a_dot_env_file_and_the_environment_do_not_disturb_the_settings(
    few: Knowledge,
    embedder: CountingEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / ".env").write_text("IS_PERSISTENT=false\nANONYMIZED_TELEMETRY=true\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_SERVER_HOST", "elsewhere")
    open_index(few, embedder, tmp_path / "index").close()
    embedder.count = 0
    open_index(few, embedder, tmp_path / "index").close()
    assert embedder.count == 0
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


class Silent(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no log."""

    def log_message(self, *args: object) -> None:
        pass
