"""Quantity: whether words carry a number that means an amount."""

import re

_NUMERALS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty"
    "|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|tenth"
    "|quarter|third|fifth"
)
TIME = (
    "seconds?|minutes?|hours?|days?|weeks?|months?|years?|ms|milliseconds?|daily|weekly|nightly"
    "|hourly|monthly|yearly"
)
AMOUNT = rf"(?:(?<![a-z\d.])\d[\d.,]*(?:\s?(?:%|per ?cent|k|m|bn|x)(?![a-z]))?|\b(?:{_NUMERALS})\b)"
"""A regular expression for an amount in lower-case text; "F1", "p99" and "int8" are names."""

_AMOUNT = re.compile(AMOUNT)
_NAME_WITH_DIGIT = re.compile(r"\b\d[- ]?d\b|\bone[- ]hot\b")


def has_quantity(text: str) -> bool:
    """Whether a text states an amount."""
    return bool(_AMOUNT.search(_NAME_WITH_DIGIT.sub(" ", text.lower())))
