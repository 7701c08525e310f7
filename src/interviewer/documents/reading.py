"""Reads a document's bytes as plain text, whatever its name promises.

What a file is shows in its bytes: a PDF begins with its mark, a page of HTML with a tag, and a text
is what can be decoded. Only Markdown and plain text cannot be told apart but by the name.
"""

import hashlib
import io
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import PurePath

from interviewer.documents.document import Document, Section
from interviewer.documents.webpage import read_webpage
from interviewer.errors import BadInput

MAX_CHARACTERS = 400_000
"""The longest document: a book of about 200 pages."""

_LONGEST_TITLE = 120
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.S)
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1f\x7f]")
_LIST_MARK = re.compile(r"[-*•‣▪◦–]\s|\(?\d{1,3}[.)]\s")
_FULL_LINE = 0.7
"""A line shorter than this share of the longest ends its paragraph."""

# A damaged page is said in one line of ours, if it matters at all.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_document(data: bytes, file: str) -> Document:
    """Read a document.

    Args:
        data: the bytes of the file.
        file: the name of the file, without its folder.

    Raises:
        BadInput: there is no text in it that can be read; the message begins with its name.
    """
    if not data.strip(b"\0\t\n\r "):
        raise BadInput(f"{file} is empty.")
    title = ""
    if data.lstrip().startswith(b"%PDF-"):
        sections = _some(_pdf_pages(data, file), file)
        if not sections:
            raise BadInput(
                f"{file} is a PDF without text, such as a scan: have its text recognised first."
            )
    else:
        title, parts = _parts(_decoded(data, file), file)
        sections = _some((_section(text, heading) for heading, text in parts), file)
        if not sections:
            raise BadInput(f"{file} has no text in it.")
    return Document(
        id=hashlib.sha256(data).hexdigest()[:12],
        title=_line(title) or _line(PurePath(file).stem) or "Untitled",
        file=_line(file),
        added_at=datetime.now(UTC),
        sections=sections,
    )


def _some(sections: Iterable[Section | None], file: str) -> list[Section]:
    """The sections with something in them; a long PDF is not read to its end to be refused."""
    kept: list[Section] = []
    length = 0
    for section in filter(None, sections):
        kept.append(section)
        length += len(section.text)
        _limit(length, file)
    return kept


def _limit(length: int, file: str) -> None:
    if length > MAX_CHARACTERS:
        raise BadInput(
            f"{file} has more than {MAX_CHARACTERS:,} characters: add the parts that matter."
        )


def _section(text: str, heading: str = "", page: int | None = None) -> Section | None:
    lines = (_cleaned(line) for line in text.split("\n"))
    text = "\n".join(line for line in lines if line)
    if not re.search(r"\w", text):
        return None
    return Section(heading=_line(heading), page=page, text=text)


def _cleaned(line: str) -> str:
    """A line without control characters, lone surrogates and spaces that are none."""
    line = re.sub(r"\s+", " ", line)
    return "".join(c for c in line if c.isprintable()).strip()


def _line(text: str) -> str:
    text = _cleaned(text)
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"


# One function for each format.


def _decoded(data: bytes, file: str) -> str:
    """The text of a file in UTF-8 or UTF-16.

    Another encoding would have to be guessed, and a wrong guess is found only when it is read.
    """
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    if encoding is None:
        encoding = _utf_16_without_mark(data) if b"\0" in data else "utf-8"
    if encoding is None:
        raise BadInput(f"{file} is no text: save it as PDF, HTML, Markdown or plain text.")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not in UTF-8: save it in that encoding.") from error
    if len(_CONTROL.findall(text)) > len(text) / 100:
        raise BadInput(f"{file} is no text: save it as PDF, HTML, Markdown or plain text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf_16_without_mark(data: bytes) -> str | None:
    """The byte order, if every other byte is mostly zero, as in a text in a Latin script."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    most = 0.4 * min(len(data), 4096) / 2
    if odd > most and even == 0:
        return "utf-16-le"
    if even > most and odd == 0:
        return "utf-16-be"
    return None


def _parts(text: str, file: str) -> tuple[str, list[tuple[str, str]]]:
    """The title of a text, which may be empty, and its sections, each with its headings."""
    ending = PurePath(file).suffix.lower()
    if _HTML.match(text) or ending in (".html", ".htm"):
        return read_webpage(text)
    _limit(len(text), file)
    if ending in (".md", ".markdown"):
        return _markdown(text)
    return "", [("", _unwrapped(text))]


def _markdown(text: str) -> tuple[str, list[tuple[str, str]]]:
    from markdown_it import MarkdownIt

    # A page's headings, lists and tables are the same in both; one reader is enough.
    html: str = MarkdownIt("commonmark").enable("table").render(_FRONT_MATTER.sub("", text))
    return read_webpage(html)


def _pdf_pages(data: bytes, file: str) -> Iterator[Section | None]:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        for number, page in enumerate(PdfReader(io.BytesIO(data)).pages, start=1):
            # Ligatures and the like are for the eye; words are found by their letters.
            text = unicodedata.normalize("NFKC", page.extract_text())
            yield _section(_unwrapped(text), page=number)
    except (FileNotDecryptedError, DependencyError) as error:
        raise BadInput(f"{file} is encrypted: save it without a password.") from error
    except Exception as error:  # what pypdf raises for a broken file is anything
        raise BadInput(f"{file} is a damaged PDF: open and save it again.") from error


def _unwrapped(text: str) -> str:
    """A text whose lines are paragraphs, made from one whose lines are as wide as a page."""
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines))
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        begins = (
            not last
            or not line
            or _LIST_MARK.match(line)
            or (len(last) < _FULL_LINE * width and not line[:1].islower())
        )
        if begins:
            paragraphs.append(line)
        elif re.search(r"[^\W\d_]-$", last) and line[:1].islower():
            paragraphs[-1] = paragraphs[-1][:-1] + line
        else:
            paragraphs[-1] += f" {line}"
        last = line
    return "\n".join(paragraphs)
