"""Sentences: the unit in which answers are read."""

import re

# A full stop inside a number, an abbreviation such as "e.g." or a list mark ends no sentence.
_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\b\d\.)(?<=[.!?…])\s+"
    r"|(?<=[.!?…][\"')\]])\s+"
    r"|\s*[\r\n]+\s*"
)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
_QUESTION_START = re.compile(
    r"^(?:(?:and|so|ok(?:ay)?|well|first|also|then|but|just to (?:check|clarify|confirm))[,:]?\s+)*"
    r"(?:what|which|who|whose|where|when|why|how|is|are|do|does|did|can|could|should|shall|would"
    r"|will|may|am|was|were|has|have|any|i(?:'d| would) like to (?:know|ask)"
    r"|i wonder|tell me (?:about|how|what)|may i)\b",
    re.IGNORECASE,
)
_ASKS_LEAVE_TO_ASSUME = re.compile(
    r"\b(?:can|could|may|should|shall) (?:i|we) assume\b|\b(?:do|are) we\b.*\?|\bright\?$"
    r"|^(?:first,? |so,? )?i(?:'d| would) like to (?:know|ask|understand)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """Split a text into sentences and list items, each a verbatim part of it."""
    parts = (_LIST_MARK.sub("", part).strip() for part in _END.split(text))
    return [part for part in parts if re.search(r"\w", part)]


def is_question(sentence: str) -> bool:
    """Whether a sentence asks something, with or without a question mark."""
    if _ASKS_LEAVE_TO_ASSUME.search(sentence):
        return True
    return sentence.rstrip("\"')] ").endswith("?") or (
        bool(_QUESTION_START.match(sentence)) and not sentence.rstrip().endswith((".", "!", ":"))
    )
