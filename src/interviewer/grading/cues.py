"""Cues: the words by which the built-in grader recognises each signal.

They stand in ``cues.yaml`` beside this module, because they are many and are read more easily
than the regular expressions that they become. They belong to this grader alone, so they are no
part of the rubric, which every grader shares.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from interviewer.domain.rubric import CompetencyId
from interviewer.grading.quantity import AMOUNT, TIME

_FILE = Path(__file__).with_name("cues.yaml")

WHY = (
    r"because|since|so that|so (?:we|i|it|the|they|no|this|that)|otherwise|therefore|hence|thus"
    r"|that's why|which (?:is why|means|makes|keeps)|due to|or else|as (?:the|it|we|they|a|most)"
)
_MACROS = {"NUM": AMOUNT, "TIME": rf"\b(?:{TIME})\b", "WHY": rf"\b(?:{WHY})\b"}


@dataclass(frozen=True)
class Cue:
    """One way of showing a signal.

    Attributes:
        needs: patterns, each with how many different matches it needs.
        lacks: patterns of which none may match.
        asked: competencies that the question must be about; any where it is empty.
        question: the words must be a question.
    """

    needs: tuple[tuple[re.Pattern[str], int], ...]
    lacks: tuple[re.Pattern[str], ...]
    asked: frozenset[CompetencyId]
    question: bool

    def met(self, text: str, allowed: int = 0) -> bool:
        """Whether a folded text meets the cue.

        Args:
            text: what `fold` returns.
            allowed: how many groups it may lack.
        """
        lacking = 0
        for pattern, count in self.needs:
            if not _occurs(pattern, count, text):
                lacking += 1
                if lacking > allowed:
                    return False
        return not any(pattern.search(text) for pattern in self.lacks)


def _occurs(pattern: re.Pattern[str], count: int, text: str) -> bool:
    """Whether a pattern has so many different matches in a text."""
    if count == 1:
        return pattern.search(text) is not None
    return len({match.group() for match in pattern.finditer(text)}) >= count


def fold(text: str) -> str:
    """The text as cues are compared with it: lower case, plain apostrophes."""
    return text.lower().replace("’", "'")


@lru_cache(maxsize=1)
def load_cues() -> Mapping[str, tuple[Cue, ...]]:
    """The cues by the id of their signal."""
    content: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {signal: tuple(map(_cue, cues)) for signal, cues in content.items()}


def _cue(text: str) -> Cue:
    needs: list[tuple[re.Pattern[str], int]] = []
    lacks: list[re.Pattern[str]] = []
    asked: frozenset[CompetencyId] = frozenset()
    question = False
    for group in text.split(" & "):
        head, _, rest = group.strip().partition(" ")
        if head == "NOT":
            lacks.append(_pattern(rest))
        elif head == "ASKED":
            asked = frozenset(map(CompetencyId, rest.split()))
        elif head == "QUESTION":
            question = True
        elif head.isdigit() and rest.startswith("OF "):
            needs.append((_pattern(rest.removeprefix("OF ")), int(head)))
        else:
            needs.append((_pattern(group), 1))
    return Cue(tuple(needs), tuple(lacks), asked, question)


def _pattern(phrases: str) -> re.Pattern[str]:
    body = "|".join(_phrase(phrase.strip()) for phrase in phrases.split("|"))
    # One look at the start of a word for all phrases together makes the search much faster.
    return re.compile(rf"(?<!\w)(?:{body})")


def _phrase(phrase: str) -> str:
    pattern = r"[\s-]+".join(map(_word, re.split(r"[ -]+", phrase)))
    pattern = pattern.replace(r"[\s-]+~[\s-]+", r"\b.{1,40}?(?<!\w)")
    # "100ms" and "100 ms" are one, so nothing needs to stand behind an amount.
    pattern = pattern.replace(rf"{AMOUNT}[\s-]+", rf"{AMOUNT}[\s-]*")
    return pattern if phrase.endswith("NUM") else rf"{pattern}(?!\w)"


def _word(word: str) -> str:
    if word == "~":
        return word
    return _MACROS.get(word) or re.escape(word).replace(r"\*", r"\w*")
