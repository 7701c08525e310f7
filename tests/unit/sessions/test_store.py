"""The event store: nothing that was appended is lost, and no place is taken twice."""

import asyncio
import sys
from pathlib import Path

import pytest

from interviewer.domain.events import CandidateSpoke, SessionResumed
from interviewer.errors import StorageError
from interviewer.sessions.store import EventStore, SequenceTaken, sqlite_url

WRITER = """
import asyncio, sys
from pathlib import Path
from interviewer.domain.events import CandidateSpoke
from interviewer.sessions.store import EventStore, sqlite_url

async def write():
    store = await EventStore.open(sqlite_url(Path(sys.argv[1])))
    for place in range(1, 10_000):
        await store.append("session", place, CandidateSpoke(text=f"turn {place}"))
        print(place, flush=True)

asyncio.run(write())
"""


async def test_events_come_back_in_order_and_unchanged(tmp_path: Path) -> None:
    store = await EventStore.open(sqlite_url(tmp_path))
    written = [
        await store.append("a", 1, CandidateSpoke(text="Ünïcode, “quotes” and\nlines")),
        await store.append("a", 2, SessionResumed()),
    ]
    await store.close()
    store = await EventStore.open(sqlite_url(tmp_path))
    assert await store.load("a") == written
    assert await store.load("unknown") == []
    await store.close()


async def test_a_place_is_taken_once(tmp_path: Path) -> None:
    store = await EventStore.open(sqlite_url(tmp_path))
    await store.append("a", 1, SessionResumed())
    with pytest.raises(SequenceTaken):
        await store.append("a", 1, CandidateSpoke(text="late"))
    await store.append("b", 1, SessionResumed())
    assert len(await store.load("a")) == 1
    await store.close()


async def test_of_two_writers_at_once_one_wins(tmp_path: Path) -> None:
    stores = [await EventStore.open(sqlite_url(tmp_path)) for _ in range(2)]
    results = await asyncio.gather(
        *(store.append("a", 1, CandidateSpoke(text=str(n))) for n, store in enumerate(stores)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, SequenceTaken) for result in results) == 1
    for store in stores:
        await store.close()


async def test_the_latest_session_comes_first(tmp_path: Path) -> None:
    store = await EventStore.open(sqlite_url(tmp_path))
    for session in ("first", "second"):
        await store.append(session, 1, SessionResumed())
    assert list(await store.load_all()) == ["second", "first"]
    await store.close()


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert writer.stdout is not None
    acknowledged = 0
    async for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged >= 25:
            break
    writer.kill()
    await writer.communicate()
    store = await EventStore.open(sqlite_url(tmp_path))
    places = [logged.sequence for logged in await store.load("session")]
    assert places == list(range(1, len(places) + 1))
    assert len(places) >= acknowledged
    await store.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "sessions.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError, match=r"sessions\.sqlite.*INTERVIEWER_HOME"):
        await EventStore.open(sqlite_url(tmp_path))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"INTERVIEWER_HOME"):
        sqlite_url(tmp_path / "file" / "home")


async def test_a_url_of_no_known_database_is_refused() -> None:
    with pytest.raises(StorageError, match="INTERVIEWER_DATABASE_URL"):
        await EventStore.open("nonsense")
