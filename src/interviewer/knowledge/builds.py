"""The builds of the index on disk.

A build is a Chroma folder that is written once, sealed, and afterwards only read. Every build has
a folder of its own: Chroma keeps state for each path that a process has opened, so a path must
never come to hold something else.
"""

import hashlib
import json
import logging
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from interviewer.errors import StorageError

log = logging.getLogger(__name__)

_SEAL = "seal.json"
_DATABASE = "chroma.sqlite3"
_KEY = 16
"""So many characters of the key begin the name of a build."""
_PATIENCE = 300.0
"""Seconds to wait for another program that is building; a build takes about ten."""


class Builds:
    """A folder with builds, each for the key of its content.

    Attributes:
        folder: where the builds are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other program from opening or building meanwhile.

        Raises:
            StorageError: the folder cannot be used, or the other program does not finish.
        """
        lock = FileLock(self.folder.with_name(f"{self.folder.name}.lock"))
        try:
            self._make_folder()
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            advice = "another program keeps it locked; end that program and try again"
            raise StorageError(f"The index in {self.folder} cannot be opened: {advice}.") from error
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            yield
        finally:
            lock.release()

    def of(self, key: str = "") -> list[Path]:
        """The builds for a key or, without a key, all builds; the newest first."""
        pattern = f"{key[:_KEY] or '?' * _KEY}-{'?' * 8}"
        found = [path for path in self.folder.glob(pattern) if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)

    def begin(self, key: str) -> Path:
        """The path for a new build."""
        return self.folder / f"{key[:_KEY]}-{secrets.token_hex(4)}"

    def seal(self, build: Path) -> None:
        """Declare a build complete and remove the others.

        The newest one of other content stays, for a program that still has it open.
        """
        try:
            (build / _SEAL).write_text(json.dumps(_checksums(build)), encoding="utf-8")
        except OSError as error:
            raise _unusable(self.folder, error) from error
        replaced = [other for other in self.of() if other.name[:_KEY] != build.name[:_KEY]]
        kept = [build, *[other for other in replaced if (other / _SEAL).exists()][:1]]
        for other in self.of():
            if other not in kept:
                shutil.rmtree(other, ignore_errors=True)

    def _make_folder(self) -> None:
        if self.folder.is_file():
            log.warning("%s is a file where the index belongs; replacing it", self.folder)
            self.folder.unlink()
        self.folder.mkdir(parents=True, exist_ok=True)


def _unusable(folder: Path, error: OSError) -> StorageError:
    advice = "free or choose a writable folder with INTERVIEWER_HOME"
    return StorageError(f"The index in {folder} cannot be written ({error.strerror}): {advice}.")


def _checksums(build: Path) -> dict[str, str]:
    """SHA-256 of the vector files; the database is left out because Chroma touches it."""
    return {
        path.relative_to(build).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(build.glob("*/*"))
    }


def intact(build: Path) -> bool:
    """Whether a build was sealed and has not changed since.

    The vector files are compared byte by byte because Chroma crashes on a broken one.
    """
    try:
        if json.loads((build / _SEAL).read_bytes()) != _checksums(build):
            return False
        database = f"{(build / _DATABASE).as_uri()}?mode=rw"
        with closing(sqlite3.connect(database, uri=True)) as connection:
            return connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except (OSError, ValueError, sqlite3.DatabaseError):
        return False
