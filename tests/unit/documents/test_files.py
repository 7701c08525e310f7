"""Finding and reading the files that a user names."""

import os
from pathlib import Path

import pytest

from interviewer.documents.files import MAX_FILES, read_files
from tests.support.pdf import pdf


def test_what_cannot_be_used_keeps_nothing_else_out(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# Guide\n\nWords.")
    (tmp_path / "binary.md").write_bytes(bytes(range(256)))
    (tmp_path / "empty.txt").touch()
    (tmp_path / "job.html").write_text("<p>A job.</p>")
    (tmp_path / "locked.pdf").write_bytes(pdf(["secret"], password="key"))
    (tmp_path / "notes.pdf").write_bytes(pdf(["Notes."]))
    (tmp_path / "old.txt").write_bytes("café".encode("latin-1"))
    (tmp_path / "scan.pdf").write_bytes(pdf([]))
    with (tmp_path / "huge.pdf").open("wb") as huge:
        huge.truncate(200_000_000)
    (tmp_path / "wide.txt").write_text("Wide words.", encoding="utf-16")

    intake = read_files([tmp_path, tmp_path / "nowhere"])
    assert [document.file for document in intake.documents] == [
        "guide.md",
        "job.html",
        "notes.pdf",
        "wide.txt",
    ]
    assert [line.split(" ")[0] for line in intake.refused] == [
        "binary.md",
        "empty.txt",
        "huge.pdf",
        "locked.pdf",
        "old.txt",
        "scan.pdf",
        str(tmp_path / "nowhere"),
    ]
    assert "huge.pdf is larger than 20 MB." in intake.refused


def test_a_file_that_is_named_may_be_called_anything(tmp_path: Path) -> None:
    (tmp_path / "NOTES").write_text("Words.")
    assert [d.title for d in read_files([tmp_path / "NOTES"]).documents] == ["NOTES"]


def test_a_folder_gives_what_is_below_it_but_nothing_hidden(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("deep/er/a.MD", ".git/b.md", ".c.md", "d.png"):
        (tmp_path / name).write_text(f"In {name}.")
    intake = read_files([tmp_path])
    assert [document.file for document in intake.documents] == ["a.MD"]
    assert intake.refused == []


def test_a_link_that_leads_back_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Words.")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere")
    assert len(read_files([tmp_path]).documents) == 1


def test_the_same_content_counts_once(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("Words.")
    intake = read_files([tmp_path, tmp_path / "a.md"])
    assert [document.file for document in intake.documents] == ["a.md"]


def test_a_folder_with_nothing_usable_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "photo.png").touch()
    intake = read_files([tmp_path])
    assert intake.refused == [f"{tmp_path} holds no PDF, HTML, Markdown or text file."]


def test_a_folder_with_too_many_files_is_one_line(tmp_path: Path) -> None:
    for n in range(MAX_FILES + 1):
        (tmp_path / f"{n}.md").touch()
    intake = read_files([tmp_path])
    assert intake.refused == [f"{tmp_path} holds more than 200 documents: add a part of it."]


@pytest.mark.parametrize("path", ["/dev/zero", "a\0b", "x" * 5000, "/proc/self/mem"])
def test_what_cannot_be_read_is_one_line(path: str) -> None:
    (line,) = read_files([Path(path)]).refused
    assert any(why in line for why in ("cannot be read", "is not a file", "does not exist"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch(mode=0)
    assert "Permission denied" in read_files([tmp_path / "a.md"]).refused[0]
