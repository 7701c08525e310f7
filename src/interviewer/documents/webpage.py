"""The text of an HTML page, section by section."""

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN = ["script", "style", "template", "noscript", "svg", "nav"]
# fmt: off
_WITHIN_A_LINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "td", "th",
    "time", "u", "var", "wbr",
})
# fmt: on


def read_webpage(html: str) -> tuple[str, list[tuple[str, str]]]:
    """Read a page.

    Returns:
        Its title, which may be empty, and its sections: the headings above each, outermost first,
        and its text, one paragraph a line.
    """
    page = LexborHTMLParser(html)
    page.strip_tags(_UNSEEN)
    head = page.css_first("head > title") or page.css_first("h1")
    title = _words(head.text()) if head else ""
    path: list[tuple[int, str]] = []
    sections: list[tuple[str, list[str]]] = []
    for tag, line in _lines(page):
        level = _HEADINGS.get(tag)
        if level is None:
            sections = sections or [("", [])]
            sections[-1][1].append(line)
        else:
            path = [entry for entry in path if entry[0] < level] + [(level, line)]
            # The title is on every passage anyway.
            above = [heading for _, heading in path if heading != title]
            sections.append((": ".join(above), []))
    return title, [(heading, "\n".join(lines)) for heading, lines in sections]


def _lines(page: LexborHTMLParser) -> list[tuple[str, str]]:
    """The lines of the body as they are shown, each with the tag of the block it stands in."""
    lines: list[tuple[str, str]] = []
    block, text = None, ""
    for node in page.body.traverse(include_text=True) if page.body else ():
        within = _block(node)
        if node.tag == "br" or (node.is_text_node and within.mem_id != (block and block.mem_id)):
            if block and (words := _words(text)):
                lines.append((block.tag or "", words))
            block, text = within, ""
        if node.is_text_node:
            text += node.text_content or ""
        elif node.tag in ("td", "th"):
            text += " "
    if block and (words := _words(text)):
        lines.append((block.tag or "", words))
    return lines


def _block(node: LexborNode) -> LexborNode:
    """The nearest element around a node that stands on lines of its own."""
    while node.parent and (node.is_text_node or node.tag == "br" or node.tag in _WITHIN_A_LINE):
        node = node.parent
    return node


def _words(text: str) -> str:
    return " ".join(text.split())
