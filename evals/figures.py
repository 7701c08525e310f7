"""Figures in prose: numbers that claim something, and amounts that can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: n for n, word in enumerate(_SMALL.split(), start=1)} | {
    word: 10 * n for n, word in enumerate(_TENS.split(), start=1)
}
_MAGNITUDES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}

_TIMES = r"(?:milli|micro)?seconds?|minutes?|hours?|days?|weeks?|months?|years?"
_MONEY = r"euros?|dollars?|cents?|pounds?"
_SIZES = r"(?:kilo|mega|giga|tera)?bytes?|bits?|[kKMGTP]B"
_SHARE = r"%|per ?cent"
_DIGITS = r"(?<![\w.,/^-])\d+(?:[.,]\d+)*(?!\w)"
_WORDS = "|".join([*_UNITS, *_MAGNITUDES])

_CLAIM = re.compile(
    # A number in words may be a way of speaking ("two minutes") unless it is a share or large.
    rf"(?:{_DIGITS}|\b(?:{_WORDS})\b)[ -]?(?:(?:{_SHARE})|(?:thousand|[mbtr]+illion)\b)"
    rf"|{_DIGITS}[ -]?(?:{_TIMES}|{_MONEY}|{_SIZES}|ms|times)\b"
    rf"|[€$£] ?\d|(?<![\w.,/^-])(?:\d{{1,3}}(?:,\d{{3}})+|0\.\d+)(?!\w)",
    re.IGNORECASE,
)

_NUMBER = rf"(?:{_DIGITS}|\b(?:{_WORDS})\b)(?:(?:[ -]| and )(?:{_WORDS})\b)*"
_MEASURE = rf"(?:{_TIMES}|{_MONEY}|{_SIZES}|{_SHARE}|ms)(?![a-z])"
_RATE = r"(?: (?:an?|per|each|every) (?P<rate>\w+))?"
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER}) ?"
    rf"(?:(?P<measure>{_MEASURE})(?: of (?:all |the |our |its )*(?P<of>[a-z]+))?"
    # The thing that is counted is the first plural among the next words.
    rf"|(?:[a-z]+ ){{0,2}}?(?P<noun>(?!times)[a-z]{{2,}}[a-rt-z]s)\b){_RATE}"
)


def claims(text: str) -> Iterator[re.Match[str]]:
    """Every number with a unit, a share or a magnitude, which somebody could ask the source of."""
    return _CLAIM.finditer(text)


@dataclass(frozen=True)
class Amount:
    """A number of something.

    Attributes:
        value: how many.
        of: what is counted or measured, as comparable words: ``(noun, measure, rate)``.
        text: the words.
    """

    value: float
    of: tuple[str, str, str]
    text: str

    def agrees(self, other: "Amount") -> bool:
        """Whether two amounts of one thing are the same, give or take a tenth."""
        return isclose(self.value, other.value, rel_tol=0.1)

    def rivals(self, other: "Amount") -> bool:
        """Whether two amounts cannot both be how much there is of one thing.

        One that is less than half of the other is taken for a part of it ("thirty of the nine
        hundred articles"), so only amounts that are near each other compete.
        """
        near = self.value < 2 * other.value and other.value < 2 * self.value
        return self.of == other.of and near and not self.agrees(other)


def amounts(text: str) -> Iterator[Amount]:
    """Every amount in a text that says of what it is.

    A bare measure ("ten minutes") can be of anything and is left out, as is "one", which is
    seldom a count.
    """
    for match in _AMOUNT.finditer(" ".join(text.split()).lower()):
        noun = match["noun"] or match["of"] or ""
        value = _value(match["number"])
        if (noun or match["rate"]) and value != 1:
            of = (_singular(noun), _singular(match["measure"] or ""), match["rate"] or "")
            yield Amount(value, of, match.group().strip())


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _value(number: str) -> float:
    """The value of a number in digits or words: "2.5 million", "ninety-one", "three hundred"."""
    total = current = 0.0
    for word in re.split(r"[ -]", number.replace(" and ", " ")):
        if word in ("million", "billion", "trillion", "thousand"):
            total += (current or 1) * _MAGNITUDES[word]
            current = 0
        elif word == "hundred":
            current = (current or 1) * 100
        else:
            current += _UNITS[word] if word in _UNITS else float(word.replace(",", ""))
    return total + current
