"""Understanding a message: rules first, then what the index knows, then a model if one is there."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from interviewer.domain.events import (
    Action,
    AnswerGraded,
    CandidateSpoke,
    Intent,
    MessageUnderstood,
    Strength,
)
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import competency_of
from interviewer.domain.sentences import is_question, sentences
from interviewer.domain.terms import Lexicon
from interviewer.domain.transcript import Transcript
from interviewer.interviewing.intents import intent_by_rule
from interviewer.knowledge.chunks import Kind
from interviewer.knowledge.index import Index

SURE_OF_FACT = 0.62
"""Cosine from which a question is taken to ask for a fact."""

MAYBE_FACT = 0.45
"""Below this a question asks for nothing that the brief has; between the two a model is asked."""

OFF_TOPIC = 0.3
"""Cosine to everything that is known below which a message is off the subject."""

TELLING_WORDS = 4
"""Shorter messages ('yes', 'the second one') are near to nothing, and yet they mean something."""

STRONG_SIGNALS = 2
"""An answer that shows this many signals of the competency asked about is strong."""

ARGUED_WORDS = 45
"""An answer of this length that gives reasons or figures is not vague."""

ASIDE_WORDS = 25
"""A message that says less than this beside its questions is a question, not an answer."""

_REASON = re.compile(
    r"\b(?:because|since|so that|due to|therefore|which means|that way|otherwise|in order to)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_AND_ASKS = re.compile(
    r",?\s+(?:and|or|also)[, ]+(?:also )?"
    r"(?=(?:what|which|who|where|when|how|is|are|do|does|can|will)\b)",
    re.IGNORECASE,
)
"""Where a question goes over into a second one."""

_PROCEDURAL = re.compile(
    r"\b(?:shall|should|can|may|could|would) (?:i|we|you)\b.{0,30}"
    r"\b(?:start|go|continue|move|proceed|dive|begin|talk|discuss|cover|draw|elaborate)\b"
    r"|\b(?:make|makes) sense\b|\bis that (?:ok|okay|fine|enough|clear|what you)\b"
    r"|\b(?:sounds?|all) (?:good|right|ok)\b",
    re.IGNORECASE,
)


class QuickReader(Protocol):
    """Finds evidence without a model, fast enough for the way of every message."""

    def read(self, transcript: Transcript, turn: int) -> AnswerGraded:
        """Read one of the candidate's turns."""


@dataclass(frozen=True)
class Doubt:
    """A message with a question that the rules cannot place.

    Attributes:
        text: the message.
        facts: keys of the facts that it may be asking for, the likeliest first.
    """

    text: str
    facts: list[str]


@dataclass(frozen=True)
class Understanding:
    """Reads messages.

    Attributes:
        index: what is known, by meaning.
        reader: finds evidence in answers.
        lexicon_of: the techniques that may be named in a scenario.
    """

    index: Index
    reader: QuickReader
    lexicon_of: Callable[[str], Lexicon]

    def understand(self, interview: Interview, spoken: CandidateSpoke) -> MessageUnderstood | Doubt:
        """Take the last message for something, or say what is in doubt."""
        if spoken.action is not None:
            by_action = {
                Action.HINT: Intent.HINT,
                Action.SKIP: Intent.SKIP,
                Action.END: Intent.END,
            }
            return MessageUnderstood(intent=by_action[spoken.action])
        last = interview.moves[-1] if interview.moves else None
        intent = intent_by_rule(spoken.text, last)
        if intent is not None:
            return self.taken_for(interview, spoken.text, intent)
        asides, questions = _questions_to_interviewer(spoken.text)
        if not questions:
            answer = self.taken_for(interview, spoken.text, Intent.ANSWER)
            if answer.signals or not self._off_topic(interview, spoken.text):
                return answer
            return self.taken_for(interview, spoken.text, Intent.OFF_TOPIC)
        if all(_PROCEDURAL.search(question) for question in questions) and not asides:
            return self.taken_for(interview, spoken.text, Intent.PROCEED)
        found = [
            self._facts_near(interview, part)
            for question in questions
            for part in _AND_ASKS.split(question)
        ]
        near = [facts[0] for facts in found if facts and facts[0][1] >= MAYBE_FACT]
        # Where one part of a message surely asks for a fact, the other parts do so too.
        if any(score >= SURE_OF_FACT for _, score in near):
            keys = list(dict.fromkeys(key for key, _ in near))
            return self.taken_for(interview, spoken.text, Intent.CLARIFY, keys)
        maybe = [key for facts in found for key, score in facts if score >= MAYBE_FACT]
        return Doubt(text=spoken.text, facts=list(dict.fromkeys(maybe)))

    def settle(self, interview: Interview, doubt: Doubt) -> MessageUnderstood:
        """The likeliest reading of a doubtful message, when there is no model to ask."""
        off = not doubt.facts and self._off_topic(interview, doubt.text)
        intent = Intent.OFF_TOPIC if off else Intent.CLARIFY
        return self.taken_for(interview, doubt.text, intent, doubt.facts[:1])

    def taken_for(
        self, interview: Interview, text: str, intent: Intent, facts: list[str] | None = None
    ) -> MessageUnderstood:
        """The full record of a message whose kind is known."""
        terms = self.lexicon_of(interview.started.scenario).find(text)
        words = len(text.split())
        if intent is not Intent.ANSWER:
            return MessageUnderstood(
                intent=intent,
                facts=facts or [],
                unknown=intent is Intent.CLARIFY and not facts,
                terms=terms,
                words=words,
            )
        reading = self.reader.read(interview.transcript, len(interview.turns))
        signals = list(dict.fromkeys(found.signal for found in reading.evidence))
        return MessageUnderstood(
            intent=intent,
            strength=_strength(interview, signals, text),
            terms=terms,
            reason=bool(_REASON.search(text)),
            figure=bool(_FIGURE.search(text)),
            signals=signals,
            error=next((found.error for _, found in reading.errors), None),
            words=words,
        )

    def _facts_near(self, interview: Interview, question: str) -> list[tuple[str, float]]:
        scenario = interview.started.scenario
        passages = self.index.search(question, kinds=[Kind.FACT], n=3, scenario=scenario)
        return [(passage.chunk.ref, passage.score) for passage in passages]

    def _off_topic(self, interview: Interview, text: str) -> bool:
        scenario = interview.started.scenario
        if len(text.split()) < TELLING_WORDS or self.lexicon_of(scenario).find(text):
            return False
        return self.index.nearness(text, scenario=scenario) < OFF_TOPIC


def _questions_to_interviewer(text: str) -> tuple[list[str], list[str]]:
    """What a message says beside its questions, and its questions to the interviewer.

    An answer with a question in it counts as an answer: then there are no questions.
    """
    parts = sentences(text)
    questions = [part for part in parts if is_question(part)]
    asides = [part for part in parts if part not in questions]
    words = sum(len(part.split()) for part in asides)
    ends_asking = bool(questions) and parts[-1] is questions[-1]
    if words <= ASIDE_WORDS or (ends_asking and words <= 3 * ASIDE_WORDS):
        return asides, questions
    return parts, []


def _strength(interview: Interview, signals: list[str], text: str) -> Strength:
    """How much there is in an answer.

    Strong: several signals of the competency asked about. Vague: no signal at all, unless it is
    long and argues with reasons or figures, for then there may be more in it than was found.
    """
    asked = interview.moves[-1].competency if interview.moves else None
    on_subject = sum(competency_of(signal) is asked for signal in signals)
    if on_subject >= STRONG_SIGNALS:
        return Strength.STRONG
    argued = len(text.split()) >= ARGUED_WORDS and (_REASON.search(text) or _FIGURE.search(text))
    return Strength.ADEQUATE if signals or argued else Strength.VAGUE
