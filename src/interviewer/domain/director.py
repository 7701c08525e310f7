"""The director: the one policy that decides what a good interviewer does next.

It is pure: the same interview and the same deck give the same move. A language model may word the
move afterwards; it never chooses it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from interviewer.domain.events import Intent, MessageUnderstood, Mode, Strength
from interviewer.domain.interview import Interview
from interviewer.domain.move import REVEAL_HINT, TOP_HINT, Closing, Move, MoveKind
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId, Level
from interviewer.domain.scenario import Scenario
from interviewer.domain.stages import ALWAYS_PROBED, Stage, StageId, stage_end

MINUTES_A_QUESTION = 2.0
"""Time kept back for each question that must still be put."""

MAX_FOLLOW_UPS = 2
"""After two unproductive follow-ups on a subject the interviewer moves on."""

LAST_RUNG = 4
"""Which one? Why that? What evidence? How does it fail?"""

RAMBLING_WORDS = 300
"""An answer longer than this with little in it is cut short."""

FACT_WORDS = 48
"""Room for facts in a turn of sixty words."""

FIRST_DEPTH = {Level.MID: 1, Level.SENIOR: 2, Level.STAFF: 2}
"""The depth at which a subject is opened."""

OWN_EVERY = 3
"""Of so many questions one is the user's own, where there is one on the subject."""

LAST_DEPTH = {Level.MID: 3, Level.SENIOR: 4, Level.STAFF: 4}
"""The deepest that a level is asked."""


@dataclass(frozen=True)
class Deck:
    """What the director can draw from.

    Attributes:
        scenario: the case.
        probes: the bank's probes and the scenario's own, by id.
        ranking: ids of the probes, the one nearest to what was just said first.
        own: ids of those probes that come from the user's own documents.
    """

    scenario: Scenario
    probes: Mapping[str, Probe]
    ranking: Sequence[str]
    own: Collection[str] = frozenset()


def next_move(interview: Interview, deck: Deck) -> Move:
    """Decide the interviewer's next move.

    Args:
        interview: everything up to the message that is answered, which has been understood.
        deck: what can be drawn from.

    Raises:
        ValueError: the last message has not been understood, or the interview is closed.
    """
    if not interview.moves:
        return Move(kind=MoveKind.OPEN, stage=interview.plan[0].id, competency=CompetencyId.FRAMING)
    heard = interview.heard
    if heard is None or interview.closed:
        raise ValueError("there is no message to answer")
    if heard.intent is Intent.END:
        return _close(interview, Closing.CANDIDATE)
    if _minutes_left(interview) <= 0:
        return _next_core(interview, deck)
    return _REPLIES[heard.intent](interview, deck, heard)


# What each kind of message is answered with.


def _answer(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    subject = interview.since_core
    if heard.error and all(m.error != heard.error for m in interview.moves):
        error = next(e for e in deck.scenario.critical_errors if e.id == heard.error)
        return _stay(interview, MoveKind.CONSEQUENCE, error=error.id, competency=error.competency)
    if heard.strength is Strength.VAGUE:
        if heard.words > RAMBLING_WORDS and not _did(subject, MoveKind.FOCUS):
            return _stay(interview, MoveKind.FOCUS)
        rung = _next_rung(subject, heard)
        if rung is not None:
            return _stay(interview, MoveKind.FOLLOW_UP, rung=rung, about=_about(heard))
    if heard.strength is Strength.STRONG and _may_deepen(interview):
        deeper = _deeper_probe(interview, deck)
        if deeper is not None:
            return _ask(interview, MoveKind.DEEPEN, deeper, interview.stage, about=_about(heard))
    return _next_core(interview, deck, about=_about(heard))


def _clarify(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    told: list[str] = []
    room = FACT_WORDS
    for key in heard.facts:
        room -= len(deck.scenario.facts_by_key[key].value.split())
        if told and room < 0:
            break
        told.append(key)
    if told:
        more = len(told) < len(heard.facts)
        return _stay(interview, MoveKind.REVEAL_FACT, facts=told, more_facts=more)
    return _stay(interview, MoveKind.STATE_ASSUMPTION)


def _restate(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    if _did(interview.since_question, MoveKind.RESTATE):
        return _hint(interview, deck, heard)
    return _stay(interview, MoveKind.RESTATE)


def _dont_know(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    if _did(interview.since_question, MoveKind.FIRST_PRINCIPLES, MoveKind.HINT):
        return _hint(interview, deck, heard)
    return _stay(interview, MoveKind.FIRST_PRINCIPLES)


def _hint(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    given = [m.hint_level for m in interview.since_question if m.hint_level is not None]
    top = REVEAL_HINT if interview.started.mode is Mode.COACHING else TOP_HINT
    level = max(given, default=0) + 1
    if level > top:
        return _next_core(interview, deck)
    return _stay(interview, MoveKind.HINT, hint_level=level)


def _decline(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    return _stay(interview, MoveKind.DECLINE)


def _redirect(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    return _stay(interview, MoveKind.REDIRECT)


def _wait(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    return _stay(interview, MoveKind.WAIT)


def _go_ahead(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    return _stay(interview, MoveKind.GO_AHEAD)


def _skip(interview: Interview, deck: Deck, heard: MessageUnderstood) -> Move:
    return _next_core(interview, deck)


_REPLIES: dict[Intent, Callable[[Interview, Deck, MessageUnderstood], Move]] = {
    Intent.ANSWER: _answer,
    Intent.CLARIFY: _clarify,
    Intent.RESTATE: _restate,
    Intent.PROCEED: _go_ahead,
    Intent.THINK: _wait,
    Intent.DONT_KNOW: _dont_know,
    Intent.HINT: _hint,
    Intent.WANTS_ANSWER: _decline,
    Intent.SKIP: _skip,
    Intent.OFF_TOPIC: _redirect,
    Intent.MANIPULATION: _redirect,
}


# Which question comes next.


def _next_core(interview: Interview, deck: Deck, about: str | None = None) -> Move:
    """The next core question of the plan, or the close.

    Stages are worked off in order. One whose time is over keeps only what every interview must
    ask; so does the whole plan once the time left is just enough for that.
    """
    left = _minutes_left(interview)
    owed = [c for c in ALWAYS_PROBED if c not in interview.probed]
    thrown = _did(interview.moves, MoveKind.CURVEBALL)
    pressed = left <= MINUTES_A_QUESTION * (len(owed) + (not thrown))
    behind = pressed
    for stage in _stages_ahead(interview):
        stage_over = interview.seconds / 60 >= stage_end(interview.started.minutes, stage.id)
        for competency in interview.agenda_left(stage):
            if competency not in owed and (pressed or stage_over):
                behind = True
                continue
            if stage.id is StageId.WRAP_UP and not thrown and left > 0 and not pressed:
                return _throw_curveball(interview, deck)
            probe = _choose_probe(interview, deck, competency)
            if probe is None:
                continue
            return _ask(
                interview,
                MoveKind.PROBE,
                probe,
                stage.id,
                about=about if stage.id is interview.stage else None,
                minutes_left=max(0, int(left)) if behind else None,
            )
    if not thrown and left > 0:
        return _throw_curveball(interview, deck)
    return _close(interview, Closing.TIME if pressed or behind else Closing.COVERED)


def _throw_curveball(interview: Interview, deck: Deck) -> Move:
    """One of the scenario's curveballs; the session's id decides which."""
    choices = deck.scenario.curveballs
    curveball = choices[sum(interview.id.encode()) % len(choices)]
    return Move(
        kind=MoveKind.CURVEBALL,
        stage=StageId.WRAP_UP,
        competency=CompetencyId.TRADEOFFS,
        signals=curveball.signals,
        curveball=curveball.id,
    )


def _choose_probe(interview: Interview, deck: Deck, competency: CompetencyId) -> Probe | None:
    """An unasked probe of the wanted depth, with room for something not yet shown, nearest first.

    Scenario probes and the bank's compete on equal terms. Those of the user's own documents would
    seldom win, for they know nothing of the case; from time to time it is their turn.
    """
    level = interview.started.level
    asked_before = sum(
        m.competency is competency and m.probe is not None
        for m in interview.moves
        if m.kind in {MoveKind.PROBE, MoveKind.DEEPEN}
    )
    depth = min(FIRST_DEPTH[level] + asked_before, LAST_DEPTH[level])
    seen = interview.signals_seen

    def preference(probe: Probe) -> tuple[int, bool]:
        return abs(probe.depth - depth), seen.issuperset(probe.signals)

    probes = _unasked(interview, deck, competency)
    last = [m.probe for m in interview.moves if m.kind in {MoveKind.PROBE, MoveKind.DEEPEN}]
    last = last[1 - OWN_EVERY :]
    if len(last) == OWN_EVERY - 1 and not any(probe in deck.own for probe in last):
        probes = [probe for probe in probes if probe.id in deck.own] or probes
    # min() keeps the first of equals, which is the nearest.
    return min(probes, key=preference, default=None)


def _deeper_probe(interview: Interview, deck: Deck) -> Probe | None:
    """A probe of the subject at hand that goes deeper than the last one."""
    last = interview.since_question[0]
    if last.competency is None:
        return None
    # The probe of a document that the user has removed meanwhile is not in the deck.
    asked = deck.probes.get(last.probe or "")
    depth = asked.depth if asked else 1
    deeper = [p for p in _unasked(interview, deck, last.competency) if p.depth > depth]
    return min(deeper, key=lambda probe: probe.depth, default=None)


def _unasked(interview: Interview, deck: Deck, competency: CompetencyId) -> list[Probe]:
    asked = interview.probes_asked
    deepest = LAST_DEPTH[interview.started.level]
    probes = (deck.probes[id_] for id_ in deck.ranking if id_ not in asked)
    return [p for p in probes if p.competency is competency and p.depth <= deepest]


def _stages_ahead(interview: Interview) -> list[Stage]:
    ids = [stage.id for stage in interview.plan]
    return list(interview.plan[ids.index(interview.stage) :])


def _minutes_left(interview: Interview) -> float:
    return interview.started.minutes - interview.seconds / 60


def _may_deepen(interview: Interview) -> bool:
    """Once a subject, and only while its stage has time."""
    in_time = interview.seconds / 60 < stage_end(interview.started.minutes, interview.stage)
    return in_time and not _did(interview.since_core, MoveKind.DEEPEN)


def _next_rung(subject: Sequence[Move], heard: MessageUnderstood) -> int | None:
    """The next rung of the ladder for a vague answer; None when it is time to move on.

    A rung that the answer has already climbed is passed over: somebody who has named something is
    not asked which, and somebody who has given a reason and a figure is asked how it would fail.
    """
    used = [m.rung for m in subject if m.rung is not None]
    if len(used) >= MAX_FOLLOW_UPS or LAST_RUNG in used:
        return None
    climbed = 0
    for there in (bool(heard.terms), heard.reason, heard.figure):
        if not there:
            break
        climbed += 1
    return max(climbed, *used, 0) + 1


# Building moves.


def _stay(interview: Interview, kind: MoveKind, **details: object) -> Move:
    """A move that stays with the question that was put."""
    question = interview.since_question[0]
    carried = {
        "stage": interview.stage,
        "competency": question.competency,
        "probe": question.probe,
        "curveball": question.curveball,
        "signals": question.signals,
    }
    return Move.model_validate({"kind": kind, **carried, **details})


def _ask(
    interview: Interview,
    kind: MoveKind,
    probe: Probe,
    stage: StageId,
    *,
    about: str | None = None,
    minutes_left: int | None = None,
) -> Move:
    return Move(
        kind=kind,
        stage=stage,
        competency=probe.competency,
        probe=probe.id,
        signals=probe.signals,
        about=about,
        minutes_left=minutes_left if stage is not interview.stage else None,
    )


def _close(interview: Interview, why: Closing) -> Move:
    return Move(kind=MoveKind.CLOSE, stage=interview.stage, closing=why)


def _about(heard: MessageUnderstood) -> str | None:
    """What the next question can tie in with: the technique that was named last."""
    return heard.terms[-1] if heard.terms else None


def _did(moves: Sequence[Move], *kinds: MoveKind) -> bool:
    return any(m.kind in kinds for m in moves)
