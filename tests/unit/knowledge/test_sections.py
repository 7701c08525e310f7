"""Splitting a Markdown page into its sections."""

from interviewer.knowledge.sections import sections_of

PAGE = """
Before any heading.

## What it **is**

One paragraph
on two lines.

- a list
- of two

### A `part` of it

Text.

```python
# not a heading

x = 1
```

## What it is

Again.

## Empty

---

## Why?
Because.
"""


def test_a_section_knows_the_headings_above_it() -> None:
    assert [section.headings for section in sections_of(PAGE)] == [
        (),
        ("What it is",),
        ("What it is", "A part of it"),
        ("What it is",),
        ("Why?",),
    ]


def test_anchors_are_those_of_the_usual_renderers_and_unique() -> None:
    anchors = [section.anchor for section in sections_of(PAGE)]
    assert anchors == ["", "what-it-is", "a-part-of-it", "what-it-is-1", "why"]


def test_blocks_stay_whole() -> None:
    sections = sections_of(PAGE)
    assert sections[1].blocks == ("One paragraph\non two lines.", "- a list\n- of two")
    assert sections[2].blocks[1] == "```python\n# not a heading\n\nx = 1\n```"


def test_pieces_end_where_blocks_end() -> None:
    (section,) = sections_of("one two three\n\nfour five\n\nsix\n\nseven eight nine ten eleven")
    assert list(section.pieces(5)) == [
        "one two three\n\nfour five",
        "six",
        "seven eight nine ten eleven",
    ]
    assert list(section.pieces(3)) == [
        "one two three",
        "four five\n\nsix",
        "seven eight nine ten eleven",
    ]


def test_a_page_without_text_has_no_sections() -> None:
    assert sections_of("") == []
    assert sections_of("# Only a title\n") == []
