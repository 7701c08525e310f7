"""The director, as a table of situations and the moves that answer them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from interviewer.domain.director import FACT_WORDS, RAMBLING_WORDS, Deck, next_move
from interviewer.domain.events import CandidateSpoke, Intent, Mode, Strength
from interviewer.domain.move import Closing, Move, MoveKind
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId as C
from interviewer.domain.rubric import Level
from interviewer.domain.stages import PLANS, StageId
from tests.support.cases import bank, deck_of, probe_data
from tests.support.interviews import (
    Message,
    answer,
    directed,
    heard,
    interview_of,
    message,
    moved,
    started,
    then,
)

VAGUE = answer(Strength.VAGUE)


def vague(**details: object) -> Message:
    return answer(Strength.VAGUE, **details)


VAGUE_WITH_TERMS = answer(Strength.VAGUE, terms=["caching", "sharding"])
ADEQUATE = answer(Strength.ADEQUATE)
STRONG = answer(Strength.STRONG)
RAMBLING = answer(Strength.VAGUE, words=RAMBLING_WORDS + 1)
DONT_KNOW = message(Intent.DONT_KNOW)
HINT = message(Intent.HINT)
SKIP = message(Intent.SKIP)
RESTATE = message(Intent.RESTATE)

Expected = dict[str, Any]


def wrong(error: str, minute: float | None = None) -> Message:
    """An answer with a critical error in it."""
    return answer(Strength.STRONG, minute, error=error)


def asks_for(*facts: str) -> Message:
    """A clarifying question."""
    return message(Intent.CLARIFY, facts=list(facts), unknown=not facts)


def does(kind: MoveKind, **fields: object) -> Expected:
    """Some fields of a move."""
    return {"kind": kind, **fields}


def probes(id_: str, **fields: object) -> Expected:
    """A core question."""
    return does(MoveKind.PROBE, probe=id_, **fields)


def hints(level: int, **fields: object) -> Expected:
    """A hint of some level."""
    return does(MoveKind.HINT, hint_level=level, **fields)


def told(*facts: str, more: bool = False) -> Expected:
    """Facts, word for word."""
    return does(MoveKind.REVEAL_FACT, facts=list(facts), more_facts=more)


def fields_of(move: Move, expected: Expected) -> Expected:
    """The fields of a move that something is expected of."""
    return {name: getattr(move, name) for name in expected}


def agrees(moves: Sequence[Move], expected: Sequence[Expected]) -> None:
    """The last moves are the expected ones."""
    last = moves[len(moves) - len(expected) :]
    assert [fields_of(m, e) for m, e in zip(last, expected, strict=True)] == list(expected)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            [],
            [does(MoveKind.OPEN, stage=StageId.FRAMING, competency=C.FRAMING, probe=None)],
            id="the case is presented first",
        ),
        # Facts.
        pytest.param(
            [asks_for("fact-3")],
            [told("fact-3") | {"competency": C.FRAMING}],
            id="a clarifying question is told exactly the fact",
        ),
        pytest.param(
            [asks_for("fact-3"), asks_for("fact-3")],
            [told("fact-3"), told("fact-3")],
            id="the same fact is told again when it is asked for again",
        ),
        pytest.param(
            [asks_for("fact-3", "fact-10", "fact-11")],
            [told("fact-3", "fact-10", "fact-11")],
            id="facts that fit into a turn are told together",
        ),
        pytest.param(
            [asks_for("fact-40", "fact-8")],
            [told("fact-40", "fact-8")],
            id="facts may fill the room of a turn to the last word",
        ),
        pytest.param(
            [asks_for("fact-40", "fact-9", "fact-1")],
            [told("fact-40", more=True)],
            id="facts that do not fit are left for a further question",
        ),
        pytest.param(
            [asks_for("fact-60", "fact-1")],
            [told("fact-60", more=True)],
            id="one fact is told however long it is",
        ),
        pytest.param(
            [asks_for()],
            [does(MoveKind.STATE_ASSUMPTION, facts=[])],
            id="a fact that the brief lacks is left to be assumed",
        ),
        # Vague answers.
        pytest.param(
            [VAGUE],
            [does(MoveKind.FOLLOW_UP, rung=1, about=None)],
            id="a vague answer is asked which one",
        ),
        pytest.param(
            [VAGUE_WITH_TERMS],
            [does(MoveKind.FOLLOW_UP, rung=2, about="sharding")],
            id="a vague answer that names something is asked why that, by its last name",
        ),
        pytest.param(
            [vague(terms=["sharding"], reason=True)],
            [does(MoveKind.FOLLOW_UP, rung=3)],
            id="one that gives a reason too is asked for evidence",
        ),
        pytest.param(
            [vague(terms=["sharding"], reason=True, figure=True)],
            [does(MoveKind.FOLLOW_UP, rung=4)],
            id="one that gives a figure too is asked how it would fail",
        ),
        pytest.param(
            [vague(reason=True, figure=True)],
            [does(MoveKind.FOLLOW_UP, rung=1)],
            id="a reason for nothing in particular is asked which one all the same",
        ),
        pytest.param(
            [vague(terms=["sharding"], reason=True, figure=True), VAGUE],
            [does(MoveKind.FOLLOW_UP, rung=4), probes("framing-2")],
            id="below the last rung there is none",
        ),
        pytest.param(
            [VAGUE, VAGUE],
            [does(MoveKind.FOLLOW_UP, rung=1), does(MoveKind.FOLLOW_UP, rung=2)],
            id="a second vague answer is asked one rung further down",
        ),
        pytest.param(
            [VAGUE_WITH_TERMS, VAGUE],
            [does(MoveKind.FOLLOW_UP, rung=2), does(MoveKind.FOLLOW_UP, rung=3, about=None)],
            id="the ladder goes on from the rung that was used",
        ),
        pytest.param(
            [VAGUE, VAGUE, VAGUE],
            [probes("framing-2")],
            id="after two follow-ups the next question comes",
        ),
        pytest.param(
            [VAGUE, VAGUE, STRONG, VAGUE],
            [does(MoveKind.DEEPEN), probes("framing-3")],
            id="a deeper question does not start the follow-ups of its subject anew",
        ),
        pytest.param(
            [VAGUE, VAGUE, VAGUE, VAGUE],
            [probes("framing-2"), does(MoveKind.FOLLOW_UP, rung=1, probe="framing-2")],
            id="a new core question does start them anew, and they stay with it",
        ),
        # Answers with something in them.
        pytest.param(
            [ADEQUATE],
            [probes("framing-2", competency=C.FRAMING, signals=["framing.b"], about=None)],
            id="an adequate answer brings the next core question",
        ),
        pytest.param(
            [answer(Strength.ADEQUATE, terms=["recall"])],
            [probes("framing-2", about="recall")],
            id="the next question of a stage ties in with what was named",
        ),
        pytest.param(
            [ADEQUATE, answer(Strength.ADEQUATE, terms=["recall"])],
            [probes("architecture-2", stage=StageId.OUTLINE, about=None, minutes_left=None)],
            id="a question that opens a stage ties in with nothing and blames no clock",
        ),
        pytest.param(
            [ADEQUATE, answer(Strength.STRONG, terms=["recall"])],
            [does(MoveKind.DEEPEN, probe="framing-3", stage=StageId.FRAMING, about="recall")],
            id="a strong answer is asked a deeper question on the same subject",
        ),
        pytest.param(
            [STRONG],
            [does(MoveKind.DEEPEN, probe="framing-2")],
            id="a strong answer to the opening is asked the mildest deeper question",
        ),
        pytest.param(
            [STRONG, STRONG],
            [does(MoveKind.DEEPEN), probes("framing-3")],
            id="a subject is deepened only once",
        ),
        pytest.param(
            [answer(Strength.STRONG, minute=6.0)],
            [does(MoveKind.PROBE, stage=StageId.OUTLINE)],
            id="nothing is deepened once the time of its stage is over",
        ),
        # Not knowing.
        pytest.param(
            [DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW],
            [does(MoveKind.FIRST_PRINCIPLES), hints(1), hints(2), hints(3), probes("framing-2")],
            id="not knowing brings first principles, three hints, then the next question",
        ),
        pytest.param(
            [HINT, HINT, HINT, HINT],
            [hints(1), hints(2), hints(3), probes("framing-2")],
            id="hints that are asked for climb the same ladder",
        ),
        pytest.param(
            [HINT, DONT_KNOW],
            [hints(1), hints(2)],
            id="whoever has had a hint is not sent back to first principles",
        ),
        pytest.param(
            [HINT, ADEQUATE, HINT],
            [probes("framing-2"), hints(1, probe="framing-2", signals=["framing.b"])],
            id="a new question has its own ladder of hints",
        ),
        pytest.param(
            [HINT, STRONG, HINT],
            [does(MoveKind.DEEPEN, probe="framing-2"), hints(1, probe="framing-2")],
            id="so has a deeper question",
        ),
        # Other messages.
        pytest.param(
            [message(Intent.WANTS_ANSWER), HINT],
            [does(MoveKind.DECLINE), hints(1)],
            id="the answer is kept back, and the hint that was offered is given",
        ),
        pytest.param(
            [message(Intent.MANIPULATION)],
            [does(MoveKind.REDIRECT, competency=C.FRAMING)],
            id="orders to the interviewer lead back to the design",
        ),
        pytest.param(
            [message(Intent.OFF_TOPIC)],
            [does(MoveKind.REDIRECT, competency=C.FRAMING)],
            id="so does another subject",
        ),
        pytest.param(
            [message(Intent.THINK)],
            [does(MoveKind.WAIT)],
            id="whoever wants to think is given time",
        ),
        pytest.param(
            [message(Intent.PROCEED)],
            [does(MoveKind.GO_AHEAD, competency=C.FRAMING)],
            id="whoever asks leave to go on is given it",
        ),
        pytest.param(
            [RESTATE, RESTATE],
            [does(MoveKind.RESTATE), hints(1)],
            id="a question is put in plainer words once, then with a hint",
        ),
        pytest.param(
            [RESTATE, ADEQUATE, RESTATE],
            [probes("framing-2"), does(MoveKind.RESTATE, probe="framing-2")],
            id="the next question can be put in plainer words again",
        ),
        pytest.param(
            [SKIP], [probes("framing-2", about=None)], id="a skipped question gives way to the next"
        ),
        pytest.param(
            [message(Intent.END)],
            [does(MoveKind.CLOSE, closing=Closing.CANDIDATE)],
            id="the candidate may end the interview",
        ),
        # Faults in the answer.
        pytest.param(
            [wrong("leaky-split")],
            [does(MoveKind.CONSEQUENCE, error="leaky-split", competency=C.EVALUATION)],
            id="a critical error is asked for its consequence, whatever else is in the answer",
        ),
        pytest.param(
            [wrong("leaky-split"), wrong("leaky-split")],
            [does(MoveKind.CONSEQUENCE), does(MoveKind.DEEPEN)],
            id="its consequence is asked for only once",
        ),
        pytest.param(
            [wrong("leaky-split"), ADEQUATE, wrong("leaky-split"), wrong("cloud-loop")],
            [
                does(MoveKind.DEEPEN, error=None),
                does(MoveKind.CONSEQUENCE, error="cloud-loop", competency=C.SERVING),
            ],
            id="once in the whole interview, each error by itself",
        ),
        pytest.param(
            [RAMBLING, RAMBLING],
            [does(MoveKind.FOCUS, rung=None), does(MoveKind.FOLLOW_UP, rung=1)],
            id="rambling is cut short once a subject, then followed up like any vague answer",
        ),
        pytest.param(
            [RAMBLING, ADEQUATE, RAMBLING],
            [does(MoveKind.FOCUS), probes("framing-2"), does(MoveKind.FOCUS, probe="framing-2")],
            id="and once more on the next subject",
        ),
        pytest.param(
            [answer(Strength.VAGUE, words=RAMBLING_WORDS)],
            [does(MoveKind.FOLLOW_UP)],
            id="a long answer is not rambling yet",
        ),
        pytest.param(
            [answer(Strength.ADEQUATE, words=RAMBLING_WORDS + 1)],
            [probes("framing-2")],
            id="a long answer with something in it is heard out",
        ),
    ],
)
def test_a_situation_is_answered_by_its_move(
    messages: list[Message], expected: list[Expected]
) -> None:
    agrees(directed(started(), deck_of(), messages).moves, expected)


def test_the_last_hint_shows_an_answer_when_coaching_and_then_the_next_question_comes() -> None:
    setup = started(mode=Mode.COACHING)

    moves = directed(setup, deck_of(), [HINT] * 5).moves

    agrees(moves, [hints(1), hints(2), hints(3), hints(4), probes("framing-2")])


def test_the_facts_of_the_table_fill_a_turn_exactly() -> None:
    facts = deck_of().scenario.facts_by_key
    assert sum(len(facts[k].value.split()) for k in ("fact-40", "fact-8")) == FACT_WORDS


# Which probe is chosen.


@pytest.mark.parametrize(
    ("level", "first", "second"),
    [
        (Level.MID, "framing-1", "framing-2"),
        (Level.SENIOR, "framing-2", "framing-3"),
        (Level.STAFF, "framing-2", "framing-3"),
    ],
)
def test_a_subject_opens_at_the_depth_of_the_level_and_goes_one_deeper(
    level: Level, first: str, second: str
) -> None:
    deck = deck_of()
    interview = directed(started(level=level), deck, [ADEQUATE])
    assert interview.moves[-1].probe == first

    # The same competency comes up again only later in a real plan; here it is asked at once.
    again = replace(interview, moves=(interview.moves[-1],))
    again = heard(again, ADEQUATE)
    assert next_move(again, deck).probe == second


def test_a_mid_level_candidate_is_never_asked_the_deepest_questions() -> None:
    only_deep = deck_of(*(p for p in bank().values() if p.depth == 4))

    interview = directed(started(level=Level.MID), only_deep, [STRONG])

    assert interview.moves[-1].kind is not MoveKind.DEEPEN
    assert interview.moves[-1].probe is None


def test_no_probe_is_put_twice() -> None:
    one = Probe.model_validate(probe_data("only", 2, ("framing.a",)))
    deck = deck_of(one, *(p for p in bank().values() if p.competency is not C.FRAMING))

    moves = directed(started(), deck, [STRONG, STRONG]).moves

    agrees(moves, [does(MoveKind.DEEPEN, probe="only"), probes("architecture-2")])


def probe(id_: str, depth: int, *signals: str) -> Probe:
    return Probe.model_validate(probe_data(id_, depth, signals))


def test_of_equal_probes_the_nearest_to_what_was_said_is_put() -> None:
    far, near = probe("far", 2, "framing.a"), probe("near", 2, "framing.b")

    assert directed(started(), deck_of(near, far), [ADEQUATE]).moves[-1].probe == "near"
    assert directed(started(), deck_of(far, near), [ADEQUATE]).moves[-1].probe == "far"


def test_the_wanted_depth_counts_for_more_than_nearness() -> None:
    deck = deck_of(probe("near", 4, "framing.a"), probe("far", 2, "framing.b"))

    assert directed(started(), deck, [ADEQUATE]).moves[-1].probe == "far"


def test_a_probe_with_room_for_something_new_counts_for_more_than_nearness() -> None:
    deck = deck_of(
        probe("shown", 2, "framing.a"),
        probe("partly-shown", 2, "framing.a", "framing.b"),
    )
    shown = answer(Strength.ADEQUATE, signals=["framing.a"])

    assert directed(started(), deck, [shown]).moves[-1].probe == "partly-shown"
    assert directed(started(), deck, [ADEQUATE]).moves[-1].probe == "shown"


def test_a_deeper_question_is_the_next_deeper_one_of_its_competency() -> None:
    deck = deck_of(
        probe("first", 2, "framing.a"),
        probe("shallow", 1, "framing.b"),
        probe("deepest", 4, "framing.c"),
        probe("deeper", 3, "framing.d"),
        probe("elsewhere", 3, "data.a"),
    )

    moves = directed(started(), deck, [ADEQUATE, STRONG]).moves

    agrees(moves, [probes("first"), does(MoveKind.DEEPEN, probe="deeper")])


def test_a_strong_answer_with_nothing_deeper_left_to_ask_brings_the_next_question() -> None:
    deck = deck_of(probe("first", 4, "framing.a"), probe("next", 1, "architecture.a"))

    moves = directed(started(), deck, [ADEQUATE, STRONG]).moves

    agrees(moves, [probes("first"), probes("next")])


def test_a_strong_answer_to_a_move_without_a_subject_brings_the_next_question() -> None:
    opening = Move(kind=MoveKind.OPEN)
    interview = heard(moved(interview_of((0, started())), opening), STRONG)

    agrees([next_move(interview, deck_of())], [probes("framing-2")])


# The clock. Minutes of the 45-minute plan: framing ends at 6, outline 11, data 20, model 29,
# evaluation 35, scale 41.


@pytest.mark.parametrize("minutes", PLANS)
def test_with_time_enough_every_question_of_the_plan_is_put_in_its_order(minutes: int) -> None:
    plan = PLANS[minutes]
    agenda = [(stage.id, c) for stage in plan for c in stage.agenda]

    interview = directed(started(minutes=minutes), deck_of(), [ADEQUATE] * (len(agenda) + 1))

    core = [m for m in interview.moves if m.kind in {MoveKind.OPEN, MoveKind.PROBE}]
    assert [(m.stage, m.competency) for m in core] == agenda
    kinds = [m.kind for m in interview.moves]
    late = len(agenda) - len(plan[-1].agenda)
    assert kinds.index(MoveKind.CURVEBALL) == late, "the curveball opens the wrap-up"
    agrees(interview.moves, [does(MoveKind.CLOSE, closing=Closing.COVERED)])


def at(minute: float) -> Message:
    """An adequate answer at some minute."""
    return answer(Strength.ADEQUATE, minute)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            [at(5.9)],
            [probes("framing-2", stage=StageId.FRAMING)],
            id="a stage is worked off while it has time",
        ),
        pytest.param(
            [at(6)],
            [probes("architecture-2", stage=StageId.OUTLINE, minutes_left=39)],
            id="the rest of a stage whose time is over is skipped, and the clock is named",
        ),
        pytest.param(
            [at(11.5)],
            [probes("evaluation-2", stage=StageId.OUTLINE, minutes_left=33)],
            id="except what every interview must ask",
        ),
        pytest.param(
            [at(29.5)],
            [probes("evaluation-2", stage=StageId.OUTLINE)],
            id="which is asked in its order, however late it is",
        ),
        pytest.param(
            [at(29.5), at(30)],
            [probes("tradeoffs-2", stage=StageId.MODEL, minutes_left=15)],
            id="one owed question after the other",
        ),
        pytest.param(
            [at(29.5), at(30), at(30.5)],
            [probes("evaluation-3", stage=StageId.EVALUATION, minutes_left=None)],
            id="and once none is owed before it, the stage at hand is worked off as planned",
        ),
        pytest.param(
            [at(5), at(36.9)],
            [probes("evaluation-2", stage=StageId.OUTLINE, minutes_left=8)],
            id="a question late in the plan is still preceded by what is owed",
        ),
        pytest.param(
            [at(37), at(37), at(37), at(38)],
            [probes("serving-2", stage=StageId.SCALE), probes("scaling-2", stage=StageId.SCALE)],
            id="as long as more time is left than what is owed needs",
        ),
        pytest.param(
            [at(37), at(38), at(40), at(41), at(43.1)],
            [probes("scaling-2"), does(MoveKind.CURVEBALL, stage=StageId.WRAP_UP)],
            id="the last minutes are for the curveball",
        ),
        pytest.param(
            [at(37), at(38), at(40), at(41), at(43.1), at(44)],
            [does(MoveKind.CURVEBALL), probes("monitoring-2")],
            id="after it the plan goes on as long as there is time",
        ),
        pytest.param(
            [at(37), at(38), at(40), at(41), at(43.1), at(45)],
            [does(MoveKind.CURVEBALL), does(MoveKind.CLOSE, closing=Closing.TIME)],
            id="when the time is over and nothing is owed, the interview ends",
        ),
        pytest.param(
            [at(45), at(46), at(47), at(48)],
            [
                probes("evaluation-2", stage=StageId.OUTLINE, minutes_left=0),
                probes("tradeoffs-2", stage=StageId.MODEL, minutes_left=0),
                probes("scaling-2", stage=StageId.SCALE, minutes_left=0),
                does(MoveKind.CLOSE, closing=Closing.TIME),
            ],
            id="owed questions are put even when the time is over; a curveball is not",
        ),
        pytest.param(
            [
                at(40),
                message(Intent.HINT, 45),
                message(Intent.CLARIFY, 46, facts=["fact-3"]),
                message(Intent.THINK, 47),
            ],
            [
                probes("tradeoffs-2"),
                probes("scaling-2"),
                does(MoveKind.CLOSE, closing=Closing.TIME),
            ],
            id="when the time is over no message keeps the interview from its end",
        ),
        pytest.param(
            [message(Intent.END, 46)],
            [does(MoveKind.CLOSE, closing=Closing.CANDIDATE)],
            id="except that the candidate may end it before what is owed",
        ),
    ],
)
def test_the_clock_leads_to_its_move(messages: list[Message], expected: list[Expected]) -> None:
    agrees(directed(started(), deck_of(), messages).moves, expected)


# In half an hour framing ends at 5, data 11, model 17, evaluation 22, scale 27. Two minutes are
# kept for each of scaling, trade-offs and the curveball.
FIRST_HALF = [at(4), at(5), at(6), at(11), at(16), at(17), at(18)]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param(
            [*FIRST_HALF, at(23.9)],
            [probes("serving-2", stage=StageId.SCALE, minutes_left=None)],
            id="with more time than is kept the stage is worked off",
        ),
        pytest.param(
            [*FIRST_HALF, at(24)],
            [probes("scaling-2", stage=StageId.SCALE, minutes_left=6)],
            id="with no more time than is kept only the owed question is put",
        ),
        pytest.param(
            [*FIRST_HALF, at(23), at(23.5), at(25.9)],
            [does(MoveKind.CURVEBALL)],
            id="with time enough the curveball comes before the owed question",
        ),
        pytest.param(
            [*FIRST_HALF, at(23), at(23.5), at(26), at(28)],
            [probes("tradeoffs-2", stage=StageId.WRAP_UP), does(MoveKind.CURVEBALL)],
            id="without it the owed question comes first",
        ),
        pytest.param(
            [*FIRST_HALF, at(23), at(23.5), at(26), at(27), at(29)],
            [
                probes("tradeoffs-2", stage=StageId.WRAP_UP),
                does(MoveKind.CURVEBALL),
                probes("monitoring-2"),
            ],
            id="and the rest of the last stage comes after both",
        ),
    ],
)
def test_time_is_kept_for_what_is_owed(messages: list[Message], expected: list[Expected]) -> None:
    agrees(directed(started(minutes=30), deck_of(), messages).moves, expected)


# The curveball.


def thrown(session: str, messages: Sequence[Message] = ()) -> str | None:
    """The curveball of a session whose framing took nearly all the time."""
    deck = deck_of(*(p for p in bank().values() if p.competency is C.FRAMING))
    interview = interview_of((0, started()), session=session)
    interview = moved(interview, next_move(interview, deck))
    for each in (*messages, at(44)):
        interview = heard(interview, each)
        interview = moved(interview, next_move(interview, deck))
    ball = interview.moves[-1]
    assert (ball.kind, ball.stage) == (MoveKind.CURVEBALL, StageId.WRAP_UP)
    assert (ball.competency, ball.signals) == (C.TRADEOFFS, ["tradeoffs.b", "data.b"])
    return ball.curveball


def test_the_session_alone_decides_which_curveball_is_thrown() -> None:
    balls = {name: thrown(name) for name in ("a", "b", "c", "d")}

    assert set(balls.values()) == {"ten-times", "late-labels", "new-law"}
    assert balls == {name: thrown(name, [VAGUE, STRONG, HINT]) for name in balls}


def test_the_curveball_is_thrown_once() -> None:
    deck = deck_of(*(p for p in bank().values() if p.competency is C.FRAMING))

    moves = directed(started(), deck, [at(44), at(44.5)]).moves

    agrees(moves, [does(MoveKind.CURVEBALL), does(MoveKind.CLOSE)])


def test_questions_about_the_curveball_stay_with_it() -> None:
    deck = deck_of(*(p for p in bank().values() if p.competency is C.FRAMING))

    ball, hint = directed(started(), deck, [at(44), message(Intent.HINT, 44.2)]).moves[-2:]

    assert hint.kind is MoveKind.HINT
    assert (hint.curveball, hint.signals, hint.probe) == (ball.curveball, ball.signals, None)


# What the bank lacks.


def test_a_competency_without_a_probe_is_passed_over() -> None:
    deck = deck_of(*(p for p in bank().values() if p.competency is not C.ARCHITECTURE))

    moves = directed(started(), deck, [ADEQUATE, ADEQUATE]).moves

    agrees(moves, [probes("evaluation-2", stage=StageId.OUTLINE)])


def test_no_question_takes_the_place_of_one_that_was_passed_over() -> None:
    # At minute 24 serving gives way to scaling, which is owed. A quick answer leaves time again;
    # the stage must not use it to ask about scaling a second time.
    moves = directed(started(minutes=30), deck_of(), [*FIRST_HALF, at(24), at(24.5)]).moves

    scale = [m.competency for m in moves if m.stage is StageId.SCALE]
    assert scale.count(C.SCALING) == 1


# Wrong calls.


def test_a_message_that_was_not_read_cannot_be_answered() -> None:
    interview = directed(started(), deck_of(), [])
    unread = then(interview, CandidateSpoke(text="Well."))

    for case in (interview, unread):
        with pytest.raises(ValueError, match="no message to answer"):
            next_move(case, deck_of())


def test_a_closed_interview_is_not_answered() -> None:
    closed = directed(started(), deck_of(), [message(Intent.END)])

    with pytest.raises(ValueError, match="no message to answer"):
        next_move(heard(closed, ADEQUATE), deck_of())


def test_the_same_interview_gives_the_same_move() -> None:
    deck: Deck = deck_of()
    interview = heard(directed(started(), deck, [VAGUE, STRONG]), VAGUE)

    assert next_move(interview, deck) == next_move(interview, deck)
    assert re.fullmatch(r"[a-z]+-\d", str(next_move(interview, deck).probe))


def test_a_question_that_was_removed_after_it_was_put_keeps_nothing_from_going_on() -> None:
    asked = directed(started(), deck_of(), [ADEQUATE])
    assert asked.moves[-1].probe == "framing-2"
    left = deck_of(*(probe for probe in bank().values() if probe.id != "framing-2"))

    move = next_move(heard(asked, STRONG), left)

    assert (move.kind, move.probe) == (MoveKind.DEEPEN, "framing-3")


def test_of_three_questions_one_is_the_users_own_where_there_is_one() -> None:
    own = [
        Probe.model_validate(probe_data(f"own-{competency}", 2, (f"{competency}.a",)))
        for competency in C
    ]
    deck = deck_of(*bank().values(), *own)
    deck = replace(deck, own={probe.id for probe in own})

    asked = [move.probe for move in directed(started(), deck, [SKIP] * 9).moves if move.probe]

    assert [probe in deck.own for probe in asked] == [False, False, True] * 3


def test_without_one_on_the_subject_the_others_go_on() -> None:
    own = Probe.model_validate(probe_data("own", 2, ("responsibility.a",)))
    deck = replace(deck_of(*bank().values(), own), own={"own"})

    asked = [move.probe for move in directed(started(), deck, [SKIP] * 4).moves if move.probe]

    assert len(asked) == 4
    assert "own" not in asked
