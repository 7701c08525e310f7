"""The lexicon of techniques: what a text names, and what the interviewer may therefore name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from interviewer.domain.strict import Strict, Text


class Term(Strict):
    """A technique, metric or product that a candidate may be expected to bring up."""

    name: Text
    aliases: list[Text] = []
    family: Text


class TermFile(Strict):
    """The lexicon as it stands in its file."""

    version: int
    terms: list[Term]


def _fold(text: str) -> str:
    """Lower case with hyphens as spaces, so that 'two-tower' and 'Two tower' are one.

    A typographic apostrophe is an apostrophe.
    """
    return text.lower().replace("-", " ").replace("‑", " ").replace("–", " ").replace("’", "'")


@dataclass(frozen=True)
class Lexicon:
    """Finds the techniques that a text names.

    Attributes:
        names: surface form (folded) to the name of its term.
    """

    names: dict[str, str]

    @classmethod
    def of(cls, terms: Iterable[Term], extra: Iterable[str] = ()) -> "Lexicon":
        """Build from terms and, for one scenario, the words of its solution."""
        names = {_fold(word): word for word in extra}
        for term in terms:
            for form in (term.name, *term.aliases):
                names[_fold(form)] = term.name
        return cls(names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = sorted(self.names, key=len, reverse=True)
        body = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms)
        # A plural s is part of the word; "A/B" and "p99.9" contain what \b would cut at.
        return re.compile(rf"(?<![\w/])(?:({body})s?)(?![\w/]|[.]\d)")

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        """Every proper word-wise prefix of a form, for deciding whether to wait for more."""
        return frozenset(
            " ".join(words[:n])
            for words in (form.split() for form in self.names)
            for n in range(1, len(words))
        )

    def find(self, text: str) -> list[str]:
        """The names of the terms in a text, each once, in the order in which they appear."""
        if not self.names:
            return []
        found = (" ".join(m.group(1).split()) for m in self._pattern.finditer(_fold(text)))
        return list(dict.fromkeys(self.names[form] for form in found))

    def may_continue(self, text: str) -> bool:
        """Whether the last words of a text are the beginning of a longer term."""
        words = re.findall(r"[\w/']+", _fold(text))[-4:]
        return any(" ".join(words[n:]) in self._prefixes for n in range(len(words)))
