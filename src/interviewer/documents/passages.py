"""The passages of a document: pieces of it that can be found by meaning."""

import textwrap
from collections.abc import Iterable, Iterator

from interviewer.documents.document import Document, Section
from interviewer.domain.sentences import sentences
from interviewer.knowledge.chunks import Chunk, Kind

MARK = "yours: "
"""What the title of a passage begins with, so that nobody takes it for the guide."""

PIECE = 1_100
"""The longest piece in characters; with its heading it stays within what the embedder reads."""


def passages_of(document: Document) -> list[Chunk]:
    """Cut a document into passages."""
    found = [(s, piece) for s in document.sections for piece in _pieces(s.text)]
    return [
        Chunk(
            id=f"document/{document.id}/{n}",
            kind=Kind.DOCUMENT,
            ref=f"{document.id}#{n}",
            text=f"{_place(document, section)}\n{piece}",
            title=MARK + _place(document, section),
            body=piece,
        )
        for n, (section, piece) in enumerate(found)
    ]


def _place(document: Document, section: Section) -> str:
    page = f", page {section.page}" if section.page else ""
    return document.title + page + (f": {section.heading}" if section.heading else "")


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of whole paragraphs, or of whole sentences where those are too long."""
    paragraphs = (part for line in text.split("\n") for part in _packed(_sentences(line), " "))
    return _packed(paragraphs, "\n")


def _sentences(paragraph: str) -> Iterator[str]:
    if len(paragraph) <= PIECE:
        yield paragraph
        return
    for sentence in sentences(paragraph):
        yield from textwrap.wrap(sentence, PIECE)


def _packed(parts: Iterable[str], joint: str) -> Iterator[str]:
    piece = ""
    for part in parts:
        if piece and len(piece) + len(joint) + len(part) > PIECE:
            yield piece
            piece = ""
        piece += f"{joint}{part}" if piece else part
    if piece:
        yield piece
