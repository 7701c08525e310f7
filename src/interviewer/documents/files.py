"""The files that a user names: finding them in folders, and reading as much as is allowed."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from interviewer.documents.document import Document
from interviewer.documents.reading import read_document
from interviewer.errors import BadInput

ENDINGS = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".pdf")
"""What is looked at in a folder; a file that is named itself may be called anything."""

MAX_MEGABYTES = 20
"""The largest file."""

MAX_FILES = 200
"""The most files that a folder may hold."""


@dataclass
class Intake:
    """What was read of the files that were named.

    Attributes:
        documents: the documents, each content once.
        refused: a line for each file that cannot be used, and why.
    """

    documents: list[Document] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def read_files(paths: Iterable[Path]) -> Intake:
    """Read files, and the files of folders; what cannot be used keeps nothing else out."""
    intake = Intake()
    documents: dict[str, Document] = {}
    for path in paths:
        try:
            for file in _files(path):
                try:
                    document = read_document(_content(file), file.name)
                except BadInput as error:
                    intake.refused.append(str(error))
                else:
                    documents.setdefault(document.id, document)
        except BadInput as error:
            intake.refused.append(str(error))
    intake.documents = list(documents.values())
    return intake


def _files(path: Path) -> list[Path]:
    """The file itself, or what a folder holds, in the order of the names."""
    try:
        # Neither a device nor a pipe, which may never end.
        if path.is_file():
            return [path]
        if not path.is_dir():
            why = "is not a file" if path.exists() else "does not exist"
            raise BadInput(f"{path} {why}.")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    found = []
    for file in _walk(path):
        found.append(file)
        if len(found) > MAX_FILES:
            raise BadInput(f"{path} holds more than {MAX_FILES} documents: add a part of it.")
    if not found:
        raise BadInput(f"{path} holds no PDF, HTML, Markdown or text file.")
    return sorted(found)


def _walk(folder: Path) -> Iterator[Path]:
    """The documents in a folder and below it; links to folders, which may lead back, are left."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if file.suffix.lower() in ENDINGS and not name.startswith(".") and file.is_file():
                yield file


def _content(file: Path) -> bytes:
    limit = MAX_MEGABYTES * 1_000_000
    try:
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise BadInput(f"{file.name} cannot be read: {error.strerror}.") from error
    if len(data) > limit:
        raise BadInput(f"{file.name} is larger than {MAX_MEGABYTES} MB.")
    return data
