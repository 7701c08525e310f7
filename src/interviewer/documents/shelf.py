"""The shelf: the user's documents on disk, one file each."""

import logging
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import ValidationError

from interviewer.documents.document import Document
from interviewer.errors import BadInput, StorageError

log = logging.getLogger(__name__)


class Shelf:
    """Documents in a folder, which several programs may share.

    Attributes:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, Document | None] = {}

    @property
    def documents(self) -> dict[str, Document]:
        """What is on the shelf now, by id, the oldest first.

        A file is read once, for its name stands for its content. One that is damaged is left out.
        """
        held = {}
        for id_ in sorted(path.stem for path in self.folder.glob("*.json")):
            if id_ not in self._read:
                self._read[id_] = self._load(id_)
            if document := self._read[id_]:
                held[id_] = document
        return dict(sorted(held.items(), key=lambda item: item[1].added_at))

    def document(self, id_: str) -> Document:
        """A document.

        Raises:
            BadInput: it is not on the shelf.
        """
        try:
            return self.documents[id_]
        except KeyError as error:
            raise BadInput(f"There is no document {id_!r}. See: interviewer documents.") from error

    def put(self, *documents: Document) -> None:
        """Put documents on the shelf.

        Raises:
            StorageError: the folder cannot be written.
        """
        for document in documents:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                # It gets its name when it is complete, and not before.
                with NamedTemporaryFile(
                    "w", encoding="utf-8", dir=self.folder, delete=False
                ) as partial:
                    partial.write(document.model_dump_json(indent=1))
                Path(partial.name).replace(self._path(document.id))
            except OSError as error:
                raise self._unusable(error) from error
            self._read[document.id] = document

    def remove(self, id_: str) -> None:
        """Take a document off the shelf.

        Raises:
            BadInput: there is no such document.
            StorageError: the folder cannot be written.
        """
        self.document(id_)
        try:
            self._path(id_).unlink(missing_ok=True)
        except OSError as error:
            raise self._unusable(error) from error
        self._read.pop(id_, None)

    def _load(self, id_: str) -> Document | None:
        path = self._path(id_)
        try:
            document = Document.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            log.warning("%s is damaged and left out: %s", path, str(error).splitlines()[0])
            return None
        return document if document.id == id_ else None

    def _path(self, id_: str) -> Path:
        return self.folder / f"{id_}.json"

    def _unusable(self, error: OSError) -> StorageError:
        advice = "free or choose a writable folder with INTERVIEWER_HOME"
        return StorageError(
            f"The documents in {self.folder} cannot be written ({error.strerror}): {advice}."
        )
