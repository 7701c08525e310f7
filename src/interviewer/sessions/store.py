"""The event store: one event a row, on disk before anyone sees it."""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    select,
)
from sqlalchemy.engine import Row
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from interviewer.domain.events import EVENT, Event, Logged
from interviewer.errors import InterviewerError, StorageError

_METADATA = MetaData()
_EVENTS = Table(
    "events",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("session", String(40), nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("event", Text, nullable=False),
    UniqueConstraint("session", "sequence"),
)


class SequenceTaken(InterviewerError):
    """Another writer has taken this place in the log."""


class EventStore:
    """Sessions as append-only lists of events, in SQLite or in any database by URL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> "EventStore":
        """Open a database and create what it lacks.

        Args:
            url: an asynchronous SQLAlchemy URL; `sqlite_url` makes one for a folder.

        Raises:
            StorageError: the database cannot be opened or written.
        """
        try:
            engine = create_async_engine(url)
        except (SQLAlchemyError, ImportError) as error:
            raise StorageError(
                f"INTERVIEWER_DATABASE_URL is not a usable database URL: {error}"
            ) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _use_write_ahead_log)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_METADATA.create_all)
        except (SQLAlchemyError, OSError) as error:
            await engine.dispose()
            raise _storage_error(engine, error) from error
        return cls(engine)

    async def append(self, session: str, sequence: int, new: Event) -> Logged:
        """Append an event; it is on disk when this returns.

        Args:
            session: id of the session.
            sequence: the place that the event takes: one above the last.
            new: the event.

        Raises:
            SequenceTaken: that place is taken.
            StorageError: the database cannot be written.
        """
        logged = Logged(sequence=sequence, at=datetime.now(UTC), event=new)
        row = {
            "session": session,
            "sequence": sequence,
            "at": logged.at,
            "event": new.model_dump_json(),
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(_EVENTS.insert().values(row))
        except IntegrityError as error:
            raise SequenceTaken(f"event {sequence} of session {session} exists") from error
        except SQLAlchemyError as error:
            raise _storage_error(self._engine, error) from error
        return logged

    async def load(self, session: str) -> list[Logged]:
        """The events of a session, oldest first; empty when there is no such session."""
        return (await self._read(session)).get(session, [])

    async def load_all(self) -> dict[str, list[Logged]]:
        """The events of every session, the session that was started last first."""
        sessions = await self._read()
        return dict(sorted(sessions.items(), key=lambda item: item[1][0].at, reverse=True))

    async def _read(self, session: str | None = None) -> dict[str, list[Logged]]:
        query = select(_EVENTS).order_by(_EVENTS.c.session, _EVENTS.c.sequence)
        if session is not None:
            query = query.where(_EVENTS.c.session == session)
        try:
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        except SQLAlchemyError as error:
            raise _storage_error(self._engine, error) from error
        sessions: defaultdict[str, list[Logged]] = defaultdict(list)
        for row in rows:
            sessions[row.session].append(_logged(row))
        return sessions

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def sqlite_url(home: Path) -> str:
    """The URL of the session database in the data folder.

    Raises:
        StorageError: the folder cannot be made or written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StorageError(
            f"The data folder {home} cannot be written ({error.strerror}): "
            "set INTERVIEWER_HOME to a folder that you can write to."
        ) from error
    return f"sqlite+aiosqlite:///{home / 'sessions.sqlite'}"


def _logged(row: Row[tuple[int, str, int, datetime, str]]) -> Logged:
    # SQLite keeps no time zone; everything is written in UTC.
    return Logged(
        sequence=row.sequence,
        at=row.at.replace(tzinfo=UTC),
        event=EVENT.validate_json(row.event),
    )


def _use_write_ahead_log(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Readers do not wait for the writer, and a commit survives the death of the process."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL keeps every commit over a crash of the process; only a power cut may lose the last.
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _storage_error(engine: AsyncEngine, error: Exception) -> StorageError:
    where = engine.url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return StorageError(
        f"The session database {where} cannot be used ({reason}): "
        "set INTERVIEWER_HOME to a folder that you can write to."
    )
