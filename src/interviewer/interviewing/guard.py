"""The guard: lets a model's words through as they arrive, and nothing that must not be said."""

import re
from collections.abc import Iterable

from interviewer.domain.terms import Lexicon

MAX_WORDS = 60
"""The longest turn of the interviewer."""

_PRAISE = re.compile(
    r"\b(?:great|excellent|perfect|impressive|fantastic|wonderful|brilliant|awesome|amazing"
    r"|good (?:job|point|answer|idea|choice|thinking|question|start|approach)|well done|nicely"
    r"|nice|love (?:it|that)|exactly right|(?:is|are|'s|'re) correct|spot on|absolutely|solid"
    r"|strong (?:answer|start))\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PREAMBLE = re.compile(
    r"^\s*(?:(?:interviewer|assistant|question|rewritten)\s*:\s*)?[\"'“*_]*\s*", re.IGNORECASE
)


class Guard:
    """Filters one turn of the interviewer while a model words it.

    Words are released one by one, as soon as they cannot be the beginning of something that may
    not be said. After a refusal nothing more is released and `refusal` says why.

    Attributes:
        released: the words that may be shown.
        refusal: why the rest may not; None while all is well.
    """

    def __init__(
        self, lexicon: Lexicon, *, known: Iterable[str], asks: bool, max_words: int = MAX_WORDS
    ) -> None:
        """Set up for one turn.

        Args:
            lexicon: techniques that the interviewer must not bring up.
            known: texts whose techniques and figures may be said, as the candidate has them.
            asks: whether the turn must ask a question.
            max_words: the longest that the model's part may be.
        """
        known = list(known)
        self._lexicon = lexicon
        self._terms = {term for text in known for term in lexicon.find(text)}
        self._figures = {figure for text in known for figure in _FIGURE.findall(text)}
        self._asks = asks
        self._max_words = max_words
        self._buffer = ""
        self.released = ""
        self.refusal: str | None = None
        self.done = False

    def feed(self, piece: str) -> bool:
        """Take a piece of the model's output.

        Returns:
            Whether there is more to show in `released`.
        """
        if self.done:
            return False
        self._buffer += piece
        # The last word may be incomplete; it waits for the white space behind it.
        settled, space, _ = self._buffer.rpartition(" ")
        return self._release(settled) if space else False

    def finish(self) -> bool:
        """Tell that the model has said all.

        Returns:
            Whether there is more to show in `released`.
        """
        more = False if self.done else self._release(self._buffer, final=True)
        if self.refusal is None and not self.released:
            self.refusal = "said nothing"
        if self.refusal is None and self._asks and not self.released.endswith("?"):
            self.refusal = "asked nothing"
        self.done = True
        return more

    def _release(self, text: str, *, final: bool = False) -> bool:
        text = " ".join(_PREAMBLE.sub("", text).split())
        question, mark, _ = text.partition("?")
        if mark:
            text = question + mark
        text = text.rstrip('"”*_ ') if final or mark else text
        self.refusal = self._fault(text)
        if self.refusal is not None:
            self.done = True
            return False
        self.done = bool(mark)
        if not (final or mark) and self._lexicon.may_continue(text):
            return False
        more = len(text) > len(self.released)
        self.released = text if more else self.released
        return more

    def _fault(self, text: str) -> str | None:
        unknown = [term for term in self._lexicon.find(text) if term not in self._terms]
        if unknown:
            return f"named {unknown[0]}"
        invented = [f for f in _FIGURE.findall(text) if f not in self._figures]
        if invented:
            return f"brought up the figure {invented[0]}"
        praise = _PRAISE.search(text)
        if praise:
            return f"praised: {praise.group()}"
        if len(text.split()) > self._max_words:
            return "too long"
        return None
