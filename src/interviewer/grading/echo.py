"""Echo: words that were taken over from somebody else show nothing."""

import re
from collections.abc import Iterable

from interviewer.domain.rubric import Rubric
from interviewer.domain.transcript import Transcript

ECHOED = 0.7
"""Share of the content words from which a passage counts as taken over."""

RECITED = 0.4
"""Share of the rubric's runs of three words from which a passage counts as recited."""

_RECENT = 3
"""So many of the interviewer's turns are still in the ear."""

_STOP_WORD = re.compile(
    "a|about|above|after|all|also|am|an|and|any|are|as|at|be|"
    "because|been|before|being|between|both|but|by|can|could|did|do"
    "|does|doing|down|each|else|every|few|for|from|further|get|"
    "gets|going|good|had|has|have|having|he|her|here|him|his|how"
    "|i|if|in|into|is|it|its|just|kind|let|like|lot|make|makes"
    "|many|may|me|might|more|most|much|must|my|need|needs|no|nor"
    "|not|now|of|off|on|once|one|only|or|other|our|ours|out|"
    "over|own|really|say|says|see|shall|she|should|so|some|such|"
    "take|than|that|the|their|them|then|there|these|they|thing|"
    "things|this|those|through|to|too|under|until|up|use|used|uses"
    "|using|very|want|was|way|we|well|were|what|when|where|which|"
    "while|who|why|will|with|would|yes|you|your|think|candidate|"
    "okay|ok|right|sure|um|uh"
)
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SUFFIX = re.compile(r"(?:'s|ing|ies|ied|ed|es|s|y|e)$")


def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, each cut to its stem."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return frozenset(_stem(word) for word in words if not _STOP_WORD.fullmatch(word))


def echoes(words: frozenset[str], sources: Iterable[frozenset[str]]) -> bool:
    """Whether most content words of a passage stand in one of the sources."""
    return bool(words) and any(len(words & source) >= ECHOED * len(words) for source in sources)


class Echo:
    """Tells the candidate's own words from the interviewer's and from the rubric's."""

    def __init__(self, rubric: Rubric) -> None:
        texts = [
            text
            for signal in rubric.signals.values()
            for text in (signal.wording, signal.item, signal.advice)
        ]
        self._recited = [content_words(text) for text in texts]
        self._runs = {run for text in texts for run in _runs(text)}

    def of(self, passage: str, transcript: Transcript, turn: int) -> bool:
        """Whether a passage of a turn repeats the rubric or what the interviewer just said."""
        runs = _runs(passage)
        # Several entries of the rubric in one breath are like none of them alone.
        if runs and sum(run in self._runs for run in runs) >= RECITED * len(runs):
            return True
        heard = (content_words(t.text) for t in transcript.questions_before(turn)[:_RECENT])
        return echoes(content_words(passage), [*heard, *self._recited])


def _runs(text: str) -> list[tuple[str, ...]]:
    """Every three words in a row."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    return list(zip(words, words[1:], words[2:], strict=False))


def _stem(word: str) -> str:
    return _SUFFIX.sub("", word) if len(word) > 3 else word
