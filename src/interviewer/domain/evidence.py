"""Evidence: the candidate's own words, and the check that they are."""

import re

from pydantic import Field

from interviewer.domain.rubric import Provenance, SignalId
from interviewer.domain.strict import Slug, Strict, Text

_TYPOGRAPHIC = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
)


class Evidence(Strict):
    """A signal that was shown, with the words that show it.

    Attributes:
        signal: id of the signal.
        turn: number of the candidate's turn in the transcript, from 1.
        quote: a verbatim part of that turn.
        provenance: unasked, after a question, or after a hint.
    """

    signal: SignalId
    turn: int = Field(ge=1)
    quote: Text
    provenance: Provenance


class ErrorFound(Strict):
    """A critical error, with the words that commit it."""

    error: Slug
    turn: int = Field(ge=1)
    quote: Text


def find_quote(quote: str, text: str) -> str | None:
    """Find a quote in a text and return it as it stands there.

    White space and typographic quotation marks may differ; nothing else may.

    Returns:
        The matching part of `text`, or None when the quote is not in it.
    """
    words = quote.translate(_TYPOGRAPHIC).split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    # Translation is one character to one, so positions in both texts agree.
    match = re.search(pattern, text.translate(_TYPOGRAPHIC))
    return text[match.start() : match.end()] if match else None
