"""The sections of a Markdown page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Section:
    """The text between one heading and the next.

    Attributes:
        headings: the heading and those above it, outermost first; empty before the first heading.
        anchor: what follows # in a link to the section; empty before the first heading.
        blocks: the paragraphs, lists and code blocks, as Markdown.
    """

    headings: tuple[str, ...]
    anchor: str
    blocks: tuple[str, ...]

    def pieces(self, words: int) -> Iterator[str]:
        """The text in pieces of whole blocks that have at most so many words, if blocks allow."""
        piece: list[str] = []
        for block in self.blocks:
            if piece and len(" ".join([*piece, block]).split()) > words:
                yield "\n\n".join(piece)
                piece = []
            piece.append(block)
        if piece:
            yield "\n\n".join(piece)


def sections_of(markdown: str) -> list[Section]:
    """Split a page at its headings; a section without text of its own is left out."""
    lines = markdown.splitlines()
    tokens = [token for token in _MARKDOWN.parse(markdown) if token.level <= 1]
    path: list[tuple[int, str]] = []
    anchor = ""
    taken: dict[str, int] = {}
    sections: list[Section] = []
    blocks: list[str] = []

    def close() -> None:
        if blocks:
            sections.append(Section(tuple(text for _, text in path), anchor, tuple(blocks)))
            blocks.clear()

    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            close()
            level = int(token.tag.removeprefix("h"))
            path = [entry for entry in path if entry[0] < level]
            path.append((level, re.sub(r"[`*]", "", tokens[place + 1].content)))
            anchor = _anchor(path[-1][1], taken)
        elif token.level == 0 and token.map and token.type not in ("heading_open", "hr"):
            blocks.append("\n".join(lines[token.map[0] : token.map[1]]).strip())
    close()
    return sections


def _anchor(heading: str, taken: dict[str, int]) -> str:
    """The heading in lower case with hyphens; a repeated one is numbered."""
    words = re.sub(r"[^\w\s-]", "", heading.lower())
    anchor = re.sub(r"\s+", "-", words.strip())
    taken[anchor] = taken.get(anchor, -1) + 1
    return f"{anchor}-{taken[anchor]}" if taken[anchor] else anchor
