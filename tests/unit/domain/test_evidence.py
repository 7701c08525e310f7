"""Finding a quote in the candidate's words."""

import pytest

from interviewer.domain.evidence import find_quote

TEXT = "First, we’d split\n  by “time”. Then (maybe) 10% more, not 100."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("First, we’d split", "First, we’d split"),
        ("we'd split by", "we’d split\n  by"),
        ('by "time".', "by “time”."),
        ("by „time«.", "by “time”."),
        (" \n(maybe)\t10% ", "(maybe) 10%"),
        ("Then (maybe) 10% more, not 100.", "Then (maybe) 10% more, not 100."),
    ],
)
def test_white_space_and_quotation_marks_may_differ(quote: str, found: str) -> None:
    assert find_quote(quote, TEXT) == found


@pytest.mark.parametrize(
    "quote",
    [
        "first, we'd split",
        "First we'd split",
        "we would split",
        "split by the time",
        "splitby",
        "more, not 100!",
        "Then .maybe. 10%",
        "Then … 100",
        "",
        " \n ",
    ],
)
def test_nothing_else_may_differ(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


def test_the_first_of_several_places_is_taken() -> None:
    assert find_quote("a b", "a  b, a b") == "a  b"
