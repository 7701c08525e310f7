"""What kind of message it is, where plain rules can tell."""

import re

from interviewer.domain.events import Intent
from interviewer.domain.move import Move, MoveKind

SHORT_WORDS = 18
"""Longer messages are not taken for a mere 'I don't know' or 'skip'."""

_I = r"(?:^|[.,;!?\n]\s*|\b(?:sorry|well|hmm+|ok(?:ay)?|uh+|honestly|actually|so)[,.]?\s+)"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MANIPULATION = _any(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}"
    r"\b(?:instructions?|prompts?|rules|rubric|guidelines|above|previous|prior|constraints)\b",
    r"\byou are (?:now|no longer)\b",
    r"\bact as (?:if you|my|a|an|the)\b.{0,40}\b(?:assistant|grader|admin|developer|dan)\b",
    r"\bpretend (?:to be|that you|you are|you're)\b",
    r"\b(?:give|award|grant|assign|mark|score|rate)\b (?:me|this|my|the candidate|everything)\b"
    r".{0,40}\b(?:full|top|max\w*|perfect|highest|strong|pass\w*|4|10|100)\b",
    r"\b(?:reveal|print|show|repeat|output|leak|tell me)\b.{0,30}"
    r"\b(?:system prompt|your prompt|rubric|hidden (?:facts|notes)|your instructions|signals)\b",
    r"</?(?:system|assistant|instructions?|admin|im_start|transcript|candidate)\b",
    r"<\|(?:im_start|im_end|system|assistant)",
    r"^\s*(?:#+\s*)?(?:system|assistant|developer|admin)\s*(?:message|prompt|note)?\s*:",
    r"\b(?:new|updated) (?:system )?instructions?\s*:",
    r"\b(?:developer|debug|god|jailbreak) mode\b",
)
_WANTS_ANSWER = _any(
    r"\b(?:just )?(?:tell|give|show) me (?:the|your|a|an) (?:\w+ ){0,2}(?:answer|solution)\b",
    r"\bwhat(?:'s| is| would be) (?:the|your) (?:\w+ ){0,2}(?:answer|solution)\b",
    r"\bwhat (?:should|do) i (?:say|answer)\b",
    r"\b(?:what|how) would you (?:do|answer|say|solve|design|approach)\b",
    r"\bcan you (?:just )?(?:answer|solve) (?:it|this|that)\b",
    r"\bwhat (?:are|were) you (?:looking for|hoping to hear)\b",
)
_DONT_KNOW = _any(
    _I + r"(?:i )?(?:really |honestly |just )?(?:don'?t|do not|dunno|didn'?t)(?: really)? "
    r"(?:know|remember|have (?:an|any|a) (?:idea|clue|answer))\b",
    _I + r"(?:i have |i've )?(?:absolutely )?no (?:idea|clue)\b",
    _I + r"(?:i'?m |i am )?(?:really |quite |totally )?(?:not sure|unsure|stuck|lost|blank\w*)\b",
    _I + r"(?:i )?(?:can'?t|cannot) (?:think of|answer|say)\b",
    _I + r"(?:i(?:'ve| have) )?never (?:done|worked|used|heard|thought)\b",
    r"^\s*(?:idk|dunno|no clue|pass on that|beats me)\b",
)
_HINT = _any(
    r"\b(?:hint|clue|nudge|pointer)s?\b.{0,20}\?",
    r"\b(?:give|have|get|take|need|want|like|use|offer|could use)\b.{0,20}"
    r"\b(?:hint|clue|nudge|pointer)s?\b",
    r"^\s*(?:a |another |one more |next )?(?:hint|clue)(?:,? please)?[.!?]*\s*$",
    r"\bhelp me(?: out)?(?: here| a bit| with this| please)?[.!?]*\s*$",
)
_YES = _any(r"^\s*(?:yes|yeah|yep|sure|ok(?:ay)?|please|go ahead|why not)\b")
_SKIP = _any(
    r"^\s*(?:please )?(?:skip|pass)(?: (?:it|this|that|this one|this question))?[.!]*\s*$",
    r"\b(?:skip|leave) (?:this|that|the) (?:question|one|part|topic)\b",
    r"\b(?:next question|move on|something else)(?:,? please)?[.!?]*\s*$",
)
_END = _any(
    r"\b(?:end|stop|finish|quit|terminate|abort|conclude)\b.{0,12}\b(?:the )?interview\b",
    r"\b(?:let'?s|i(?:'d| would) like to|i want to|can we|could we|please) "
    r"(?:stop|end|finish|wrap up|quit)(?: here| now| it here)?[.!?]*\s*$",
    r"^\s*(?:i'?m|we(?:'re| are)|i am) (?:done|finished)[.!]*\s*$",
    r"^\s*(?:/?(?:quit|exit|end|stop))[.!]*\s*$",
)
_THINK = _any(
    r"\b(?:let me|need to|i'?ll|allow me to|give me (?:time|a chance) to)\b.{0,12}"
    r"\bthink\b(?! (?:about|of) (?:a|the|how|what))[^.]{0,30}[.…!]*\s*$",
    r"(?:\b(?:give me|need|take|just|wait|hold on)\b.{0,4})?\b(?:a|one)\s+(?:short |quick )?"
    r"(?:moment|minute|second|sec)(?:,? please| to think)?[.…!]*\s*$",
    r"^\s*[.…\-]+\s*$",
    r"^\s*(?:hm+|uh+m*|um+|er+m*|ok(?:ay)?|right|thinking)[.…,!]*\s*$",
    r"^\s*(?:hold on|wait)[.…,!]*\s*$",
)
_RESTATE = _any(
    r"\b(?:repeat|rephrase|reword|restate|reformulate)\b",
    r"\bsay (?:that|it) again\b",
    r"\bwhat (?:do|did|exactly do) you mean\b",
    r"\b(?:don'?t|do not|didn'?t|not sure i)\b.{0,12}"
    r"\b(?:understand|follow|get)\b.{0,14}(?:question|what you|you mean|that|you|it)\b",
    r"\bcan you (?:explain|clarify) (?:the|that|your|this)(?: last)? question\b",
    r"^\s*(?:pardon|sorry|come again|what|huh)\s*\?+\s*$",
)


def intent_by_rule(text: str, last: Move | None) -> Intent | None:
    """The kind of a message, or None when the rules cannot tell an answer from a question.

    Args:
        text: the message.
        last: what the interviewer did before it.
    """
    words = len(text.split())
    if _MANIPULATION.search(text):
        return Intent.MANIPULATION
    if words > SHORT_WORDS:
        return None
    if last is not None and last.kind is MoveKind.DECLINE and _YES.search(text):
        return Intent.HINT
    for pattern, intent in (
        (_END, Intent.END),
        (_HINT, Intent.HINT),
        (_RESTATE, Intent.RESTATE),
        (_WANTS_ANSWER, Intent.WANTS_ANSWER),
        (_SKIP, Intent.SKIP),
        (_DONT_KNOW, Intent.DONT_KNOW),
        (_THINK, Intent.THINK),
    ):
        if pattern.search(text):
            return intent
    return None
