"""Candidates who answer by chance, and whole interviews with them in the built-in wording."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interviewer.domain.director import Deck, next_move
from interviewer.domain.events import Intent, MessageUnderstood, SessionStarted, Strength
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.move import Move
from interviewer.domain.scenario import Scenario
from interviewer.domain.wording import Wording, Wordsmith
from tests.support.interviews import Message, heard, interview_of, moved

TOO_MANY = 400
"""More messages than any interview of an hour has."""


@dataclass(frozen=True)
class Kind:
    """A kind of candidate.

    Attributes:
        seconds: how long a message takes, at least and at most.
        intents: how often each kind of message comes, relative to the others.
        strengths: how often an answer is vague, adequate and strong.
    """

    seconds: tuple[int, int]
    intents: Mapping[Intent, int]
    strengths: tuple[int, int, int] = (1, 1, 1)


_EVERYTHING: dict[Intent, int] = {i: 1 for i in Intent if i is not Intent.END}

KINDS = {
    "expert": Kind((60, 150), {Intent.ANSWER: 9, Intent.CLARIFY: 1}, (0, 1, 3)),
    "quick": Kind((5, 15), {Intent.ANSWER: 1}, (0, 1, 1)),
    "vague": Kind((30, 90), {Intent.ANSWER: 1}, (8, 1, 0)),
    "slow": Kind((240, 420), {Intent.ANSWER: 4, Intent.THINK: 1}),
    "curious": Kind((15, 40), {Intent.CLARIFY: 5, Intent.ANSWER: 2}),
    "lost": Kind((20, 60), {Intent.DONT_KNOW: 4, Intent.HINT: 2, Intent.RESTATE: 1}, (1, 0, 0)),
    "evasive": Kind((10, 30), {Intent.SKIP: 3, Intent.WANTS_ANSWER: 2, Intent.OFF_TOPIC: 2}),
    "hostile": Kind((20, 60), {Intent.MANIPULATION: 3, Intent.ANSWER: 1}),
    "erratic": Kind((5, 200), {**_EVERYTHING, Intent.ANSWER: 12}),
}
"""The kinds of candidate, none of whom ends the interview."""


@dataclass(frozen=True)
class Candidate:
    """A candidate of some kind.

    Attributes:
        kind: the kind.
        chance: decides everything that the kind leaves open.
        scenario: the case, whose facts are asked for and whose errors are made.
        terms: techniques that can be named.
    """

    kind: Kind
    chance: random.Random
    scenario: Scenario
    terms: list[str]

    def message(self, interview: Interview) -> Message:
        """What the candidate says next."""
        chance = self.chance
        [intent] = chance.choices(list(self.kind.intents), list(self.kind.intents.values()))
        details: dict[str, Any] = {}
        if chance.random() < 0.3:
            details["terms"] = chance.sample(self.terms, chance.randint(1, 3))
        if intent is Intent.CLARIFY:
            keys = [fact.key for fact in self.scenario.facts]
            details["facts"] = chance.sample(keys, chance.choice((0, 1, 1, 1, 2, 3)))
        if intent is Intent.ANSWER:
            [details["strength"]] = chance.choices(list(Strength), self.kind.strengths)
            details["words"] = chance.choice((20, 80, 150, 350))
            if chance.random() < 0.1:
                details["error"] = chance.choice(self.scenario.critical_errors).id
        minute = (interview.seconds + chance.randint(*self.kind.seconds)) / 60
        return Message(MessageUnderstood(intent=intent, **details), minute)


@dataclass(frozen=True)
class Played:
    """One turn of the interviewer.

    Attributes:
        before: the interview up to the move.
        move: the move.
        wording: the move in words.
    """

    before: Interview
    move: Move
    wording: Wording


def play(setup: SessionStarted, kind: str, seed: int, knowledge: Knowledge) -> list[Played]:
    """A whole interview with a candidate of some kind, led and worded as without a model."""
    chance = random.Random(f"{setup.scenario} {setup.level} {setup.minutes} {kind} {seed}")
    scenario = knowledge.scenarios[setup.scenario]
    probes = knowledge.probes | {probe.id: probe for probe in scenario.probes}
    wordsmith = Wordsmith(knowledge.phrases, scenario, probes)
    terms = [term.name for term in knowledge.terms]
    candidate = Candidate(KINDS[kind], chance, scenario, terms)
    interview = interview_of((0, setup), session=f"{kind}-{seed}")
    played: list[Played] = []
    while not interview.closed and len(played) < TOO_MANY:
        if played:
            interview = heard(interview, candidate.message(interview))
        move = next_move(
            interview, Deck(scenario, probes, chance.sample(list(probes), len(probes)))
        )
        wording = wordsmith.word(move, interview)
        played.append(Played(interview, move, wording))
        interview = moved(interview, move, wording.text)
    return played
