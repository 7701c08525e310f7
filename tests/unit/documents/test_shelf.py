"""Documents on disk."""

import logging
from pathlib import Path

import pytest

from interviewer.documents.document import Document
from interviewer.documents.reading import read_document
from interviewer.documents.shelf import Shelf
from interviewer.errors import BadInput, StorageError


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "home" / "documents")


@pytest.fixture
def document() -> Document:
    return read_document(b"# Guide\n\nWords.", "guide.md")


def test_what_was_put_is_there_for_another_program(shelf: Shelf, document: Document) -> None:
    other = Shelf(shelf.folder)
    assert other.documents == {}
    shelf.put(document)
    assert other.documents == shelf.documents == {document.id: document}
    assert [path.name for path in shelf.folder.iterdir()] == [f"{document.id}.json"]


def test_only_the_name_of_the_file_is_kept_not_where_it_was(
    shelf: Shelf, document: Document, tmp_path: Path
) -> None:
    shelf.put(document)
    assert str(tmp_path) not in (shelf.folder / f"{document.id}.json").read_text()


def test_what_was_removed_is_gone_for_every_program(shelf: Shelf, document: Document) -> None:
    shelf.put(document)
    other = Shelf(shelf.folder)
    assert other.document(document.id) == document
    shelf.remove(document.id)
    assert shelf.documents == other.documents == {}
    with pytest.raises(BadInput, match=f"no document '{document.id}'"):
        other.remove(document.id)


@pytest.mark.parametrize("id_", ["nope", "../secret", "", "*"])
def test_a_document_that_is_not_there_is_named(shelf: Shelf, document: Document, id_: str) -> None:
    shelf.put(document)
    with pytest.raises(BadInput, match="There is no document"):
        shelf.remove(id_)
    assert shelf.documents


def test_a_damaged_file_is_left_out_and_said_once(
    shelf: Shelf, document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.put(document)
    (shelf.folder / "abcabcabcabc.json").write_text("{")
    renamed = shelf.folder / "000000000000.json"
    renamed.write_bytes((shelf.folder / f"{document.id}.json").read_bytes())
    other = Shelf(shelf.folder)
    for _ in range(2):
        assert list(other.documents) == [document.id]
    (record,) = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert "abcabcabcabc.json is damaged and left out" in record.getMessage()


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    tmp_path: Path, document: Document
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot be written.*INTERVIEWER_HOME") as refused:
        Shelf(tmp_path / "file" / "documents").put(document)
    assert "\n" not in str(refused.value)
