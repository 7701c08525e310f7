"""Reading documents of every format, and refusing what is none."""

import pytest

from interviewer.documents.reading import MAX_CHARACTERS, read_document
from interviewer.errors import BadInput
from tests.support.pdf import pdf

MARKDOWN = """\
---
title: not this
---
# My guide

Some *words* with `code`,
wrapped.

## Data

- What **data** do you need?
- A [link](https://example.org), and ![a picture](https://example.org/a.png)

<script>alert("no")</script>

### Labels

| kind | delay |
|------|-------|
| click | none |
"""

HTML = b"""<!DOCTYPE html>
<html><head><title>My &amp; guide</title><style>p {}</style></head>
<body><nav>Home</nav><h1>My &amp; guide</h1><p>First <b>bold</b>
line.<br>Second.<script>alert(1)</script>
<h2>Data</h2><ul><li>One<li>Two</ul><table><tr><td>a<td>b</table></body></html>"""


def text_of(data: bytes, file: str) -> list[tuple[str, str]]:
    return [(s.heading, s.text) for s in read_document(data, file).sections]


def test_markdown_is_cut_at_its_headings() -> None:
    document = read_document(MARKDOWN.encode(), "guide.md")
    assert document.title == "My guide"
    assert [(s.heading, s.text) for s in document.sections] == [
        ("", "Some words with code, wrapped."),
        ("Data", "What data do you need?\nA link, and"),
        ("Data: Labels", "kind delay\nclick none"),
    ]


@pytest.mark.parametrize("file", ["page.html", "page.txt", "page"])
def test_html_is_known_by_its_first_tag(file: str) -> None:
    assert read_document(HTML, file).title == "My & guide"
    assert text_of(HTML, file) == [
        ("", "First bold line.\nSecond."),
        ("Data", "One\nTwo\na b"),
    ]


def test_a_part_of_html_is_known_by_its_name() -> None:
    assert text_of(b"<p>One</p><p>Two</p>", "page.html") == [("", "One\nTwo")]


def test_a_text_keeps_its_paragraphs_and_loses_its_line_breaks() -> None:
    text = (
        "Labels\n"
        "Labels that arrive late look negative for as long as nobody had\n"
        "the time to complain, and what is new always looks good; re-\n"
        "train later.\n"
        "1. First\n"
        "2. Second\n"
        "\n"
        "Another paragraph.\n"
    )
    ((_, read),) = text_of(text.encode(), "guide.txt")
    assert read.split("\n") == [
        "Labels",
        "Labels that arrive late look negative for as long as nobody had the time to complain, "
        "and what is new always looks good; retrain later.",
        "1. First",
        "2. Second",
        "Another paragraph.",
    ]


def test_a_pdf_has_a_section_for_each_page_with_text() -> None:
    document = read_document(pdf(["Data", "Why so?"], [], ["The last page."]), "My guide.pdf")
    assert document.title == "My guide"
    assert [(s.page, s.text) for s in document.sections] == [
        (1, "Data\nWhy so?"),
        (3, "The last page."),
    ]


def test_an_encrypted_pdf_that_asks_for_no_password_is_read() -> None:
    assert text_of(pdf(["Open to all."], password=""), "a.pdf") == [("", "Open to all.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_in_unicode_is_read(encoding: str) -> None:
    assert text_of("Wörter – und mehr".encode(encoding), "a.txt") == [("", "Wörter – und mehr")]


def test_what_steers_a_terminal_or_a_reader_is_taken_out() -> None:
    text = (
        "A\N{NO-BREAK SPACE}b\x1b[31mred\N{RIGHT-TO-LEFT OVERRIDE} end\N{SOFT HYPHEN}ing" + "." * 99
    )
    ((_, read),) = text_of(text.encode(), "a.txt")
    assert read == "A b[31mred ending" + "." * 99


def test_the_name_of_the_file_is_cleaned_and_names_a_text_without_title() -> None:
    document = read_document(b"Words.", "my\nnotes\x1b.txt")
    assert document.title == "my notes"
    assert document.file == "my notes.txt"


def test_the_same_content_is_the_same_document() -> None:
    assert read_document(b"Words.", "a.md").id == read_document(b"Words.", "b.txt").id
    assert read_document(b"Words.", "a.md").id != read_document(b"Other.", "a.md").id


@pytest.mark.parametrize(
    ("data", "file", "message"),
    [
        pytest.param(b"", "a.md", "a.md is empty.", id="empty"),
        pytest.param(b" \n\t\0\0 ", "a.md", "a.md is empty.", id="blank"),
        pytest.param(bytes(range(256)) * 9, "a.md", "a.md is no text", id="binary"),
        pytest.param(b"PK\x03\x04\x00\x00more", "cv.docx", "cv.docx is no text", id="archive"),
        pytest.param(b"\x01\x02\x03\x04words", "a.txt", "a.txt is no text", id="controls"),
        pytest.param("café".encode("latin-1"), "a.txt", "a.txt is not in UTF-8", id="latin-1"),
        pytest.param(b"\xff\xfeodd", "a.txt", "a.txt is not in UTF-8", id="half a character"),
        pytest.param(b"<html><p></p></html>", "a.html", "a.html has no text in it.", id="hollow"),
        pytest.param(b"--- *** ---", "a.md", "a.md has no text in it.", id="no word"),
        pytest.param(pdf(["secret"], password="key"), "a.pdf", "a.pdf is encrypted", id="locked"),
        pytest.param(pdf([], []), "a.pdf", "a.pdf is a PDF without text", id="scan"),
        pytest.param(b"%PDF-1.7 and no more", "a.pdf", "a.pdf is a damaged PDF", id="damaged"),
        pytest.param(pdf(["words"])[:300], "a.pdf", "a.pdf is a damaged PDF", id="cut off"),
        pytest.param(
            b"word " * (MAX_CHARACTERS // 5 + 1), "a.md", "a.md has more than 400,000", id="long"
        ),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(data: bytes, file: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_document(data, file)
    assert str(refused.value).startswith(message)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("piece", "file"),
    [("<a ", "a.html"), ("<![x[ ", "b.html"), ("<!--", "c.html"), ("![](", "d.md")],
)
def test_broken_markup_takes_no_time(piece: str, file: str) -> None:
    # A parser that looks for the end of each tag anew would take minutes.
    with pytest.raises(BadInput, match="no text"):
        read_document((piece * 40_000).encode(), file)
