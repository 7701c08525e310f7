"""The text of an HTML page, section by section."""

import re
from html.parser import HTMLParser

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKED_SECTION = re.compile(r"<!\[[^>]*>")
"""Means nothing in HTML, and the parser fails at one that it does not know."""
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "nav"})
_WITHIN_A_LINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "td",
        "th",
        "time",
        "u",
        "var",
        "wbr",
    ]
)


def read_webpage(page: str) -> tuple[str, list[tuple[str, str]]]:
    """Read a page.

    Returns:
        Its title, which may be empty, and its sections: the headings above each, outermost first,
        and its text, one paragraph a line.
    """
    reader = _Reader()
    reader.feed(_MARKED_SECTION.sub(" ", page))
    reader.close()
    reader.end_section()
    return reader.title, reader.sections


class _Reader(HTMLParser):
    """Cuts at headings, and ends a line at every tag that does."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.sections: list[tuple[str, str]] = []
        self._path: list[tuple[int, str]] = []
        self._lines: list[str] = []
        self._line = ""
        self._within = ""
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _HEADINGS:
            self.end_section()
            self._within = tag
        elif tag == "title":
            self._within = tag
        elif tag in ("td", "th"):
            self._line += " "
        elif tag not in _WITHIN_A_LINE:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag == self._within:
            self._within = ""
            if tag in _HEADINGS:
                self._take_heading(_HEADINGS[tag])
        elif tag not in _WITHIN_A_LINE:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._within == "title":
            self.title = self.title or " ".join(data.split())
        else:
            self._line += data.replace("\n", " ")

    def end_section(self) -> None:
        """Keep what was read since the last heading."""
        self._end_line()
        if self._lines:
            # The title is on every passage anyway.
            path = [text for _, text in self._path if text != self.title]
            self.sections.append((": ".join(path), "\n".join(self._lines)))
            self._lines = []

    def _end_line(self) -> None:
        if line := " ".join(self._line.split()):
            self._lines.append(line)
        self._line = ""

    def _take_heading(self, level: int) -> None:
        self._end_line()
        heading, self._lines = " ".join(self._lines), []
        self._path = [entry for entry in self._path if entry[0] < level]
        if heading:
            self._path.append((level, heading))
            if level == 1:
                self.title = self.title or heading
