"""The built-in wording of every kind of move."""

import pytest

from interviewer.domain.events import InterviewerMoved
from interviewer.domain.interview import Interview
from interviewer.domain.move import Closing, Move, MoveKind
from interviewer.domain.rubric import CompetencyId
from interviewer.domain.stages import StageId
from interviewer.domain.wording import MANY_CLARIFICATIONS, Wording, Wordsmith
from tests.support.cases import bank, small_phrasebook, small_scenario
from tests.support.interviews import interview_of, moved, started, then

SMITH = Wordsmith(small_phrasebook(), small_scenario(), bank())
ASKED = Move(kind=MoveKind.PROBE, competency=CompetencyId.DATA, probe="data-1", stage=StageId.DATA)
BALL = Move(kind=MoveKind.CURVEBALL, curveball="new-law", stage=StageId.WRAP_UP)
SESSION = "\x00"
"""An id that starts every list at its first line."""


def after(*moves: Move) -> Interview:
    """An interview with these moves, each said in its built-in wording."""
    interview = interview_of((0, started()), session=SESSION)
    for move in moves:
        interview = moved(interview, move, SMITH.word(move, interview).text)
    return interview


def words(move: Move, *earlier: Move) -> str:
    """A move in words, after others."""
    return SMITH.word(move, after(*earlier)).text


def on(kind: MoveKind, **fields: object) -> Move:
    """A move that stays with the question on data."""
    return Move.model_validate({**ASKED.model_dump(), "kind": kind, **fields})


@pytest.mark.parametrize(
    ("move", "text"),
    [
        (Move(kind=MoveKind.OPEN), small_scenario().prompt),
        (on(MoveKind.REVEAL_FACT, facts=["fact-2"]), "fact-2 fact-2 go_on 1."),
        (on(MoveKind.REVEAL_FACT, facts=["fact-1", "fact-2"]), "fact-1 fact-2 fact-2 go_on 1."),
        (on(MoveKind.REVEAL_FACT, facts=["fact-1"], more_facts=True), "fact-1 more_facts 1."),
        (on(MoveKind.STATE_ASSUMPTION), "assume 1."),
        (on(MoveKind.RESTATE), "In plain words, data 1?"),
        (on(MoveKind.FIRST_PRINCIPLES), "first_principles 1."),
        (on(MoveKind.HINT, hint_level=1), "hint 1. Look at data 1."),
        (on(MoveKind.HINT, hint_level=2), "hint 1. Suppose there is no data 1."),
        (on(MoveKind.HINT, hint_level=3), "hint 1. Either data 1 or nothing?"),
        (on(MoveKind.HINT, hint_level=4), "hint 1. For example data 1."),
        (on(MoveKind.DECLINE), "decline 1."),
        (on(MoveKind.REDIRECT), "redirect 1. In plain words, data 1?"),
        (on(MoveKind.WAIT), "wait 1."),
        (on(MoveKind.GO_AHEAD), "go_ahead 1."),
        (on(MoveKind.FOCUS), "focus 1."),
        (
            on(MoveKind.CONSEQUENCE, error="leaky-split"),
            "consequence 1. What follows from leaky-split?",
        ),
        (on(MoveKind.FOLLOW_UP, rung=1), "rung 1 1."),
        (on(MoveKind.FOLLOW_UP, rung=3, about="recall"), "rung 3 with 1 recall."),
        (on(MoveKind.DEEPEN, probe="data-2"), "deepen 1. What about data 2?"),
        (on(MoveKind.DEEPEN, probe="data-2", about="recall"), "about 1 recall. What about data 2?"),
        (on(MoveKind.PROBE, probe="data-2"), "acknowledge 1. What about data 2?"),
        (on(MoveKind.PROBE, probe="data-2", about="recall"), "leave 1 recall. What about data 2?"),
        (BALL, "curveball 1. Now new-law. What does new-law change?"),
        (Move(kind=MoveKind.CLOSE, closing=Closing.TIME), "close_time 1."),
        (Move(kind=MoveKind.CLOSE, closing=Closing.COVERED), "close_covered 1."),
        (Move(kind=MoveKind.CLOSE, closing=Closing.CANDIDATE), "close_candidate 1."),
    ],
    ids=lambda value: value.kind if isinstance(value, Move) else "",
)
def test_each_kind_of_move_has_its_words(move: Move, text: str) -> None:
    # The first probe of a stage takes its opener from the transition; here the stage is opened.
    assert words(move, Move(kind=MoveKind.OPEN, stage=StageId.DATA)) == text


@pytest.mark.parametrize(
    ("minutes_left", "opener"),
    [
        (None, "transition 1 the model."),
        (12, "on_time 1 the model 12 minutes."),
        (1, "on_time 1 the model 1 minute."),
        (0, "overtime 1."),
    ],
)
def test_a_new_stage_is_announced_with_the_clock_where_it_is_the_reason(
    minutes_left: int | None, opener: str
) -> None:
    move = Move(
        kind=MoveKind.PROBE, stage=StageId.MODEL, probe="modelling-1", minutes_left=minutes_left
    )

    assert SMITH.word(move, after(Move(kind=MoveKind.OPEN))).opener == opener


def test_a_model_may_reword_questions_and_nothing_that_must_be_said_exactly() -> None:
    kinds = {
        kind
        for kind in MoveKind
        if SMITH.word(on(kind, error="leaky-split", curveball="new-law"), after(ASKED)).reworded
    }

    assert kinds == {
        MoveKind.PROBE,
        MoveKind.DEEPEN,
        MoveKind.FOLLOW_UP,
        MoveKind.CONSEQUENCE,
    }


def test_the_opening_facts_changes_and_the_close_are_said_word_for_word() -> None:
    fact = on(MoveKind.REVEAL_FACT, facts=["fact-1"])
    close = Move(kind=MoveKind.CLOSE)

    assert SMITH.word(Move(kind=MoveKind.OPEN), after()) == Wording(verbatim=SMITH.scenario.prompt)
    assert SMITH.word(fact, after(ASKED)).verbatim == "fact-1"
    assert SMITH.word(BALL, after(ASKED)).verbatim == "Now new-law."
    assert SMITH.word(close, after(ASKED)) == Wording(verbatim="close_covered 1.")


def test_the_opening_and_a_curveball_have_hints_of_their_own() -> None:
    opening = Move(kind=MoveKind.OPEN)
    hint = Move(kind=MoveKind.HINT, hint_level=1)
    hint_on_ball = BALL.model_copy(update={"kind": MoveKind.HINT, "hint_level": 1})

    assert words(hint, opening) == "hint 1. Look at the opening."
    assert words(hint_on_ball, opening, BALL) == "hint 1. Look at the change."


def test_many_facts_in_a_row_end_with_asking_what_follows_from_them() -> None:
    fact, gap = on(MoveKind.REVEAL_FACT, facts=["fact-1"]), on(MoveKind.STATE_ASSUMPTION)
    few = [fact, gap] * (MANY_CLARIFICATIONS // 2)

    assert words(fact, ASKED, *few[1:]) == "fact-1 go_on 2."
    assert words(fact, ASKED, *few) == "fact-1 conclude 3."
    assert words(fact, *few) == "fact-1 conclude 3."
    assert words(fact, ASKED, *few, on(MoveKind.WAIT)) == "fact-1 go_on 3."


def test_leading_back_repeats_the_question_once_a_question() -> None:
    redirect = on(MoveKind.REDIRECT)
    other = on(MoveKind.PROBE, probe="data-2")
    redirect_other = on(MoveKind.REDIRECT, probe="data-2")

    assert words(redirect, ASKED, redirect) == "redirect 2."
    assert words(redirect, ASKED, redirect, on(MoveKind.WAIT)) == "redirect 2."
    assert words(redirect_other, ASKED, redirect, other) == "redirect 2. In plain words, data 2?"


def test_leading_back_from_a_curveball_repeats_its_question() -> None:
    opening = Move(kind=MoveKind.OPEN)
    back = Move(kind=MoveKind.REDIRECT)
    back_to_ball = BALL.model_copy(update={"kind": MoveKind.REDIRECT})

    assert words(back_to_ball, opening, back, BALL) == "redirect 2. In plain words, the change?"


# Which line is picked.


def test_no_line_is_said_again_while_there_is_another() -> None:
    wait = on(MoveKind.WAIT)

    assert [words(wait, ASKED, *[wait] * n) for n in range(3)] == ["wait 1.", "wait 2.", "wait 3."]


def test_when_all_lines_were_said_they_are_said_in_turn() -> None:
    wait = on(MoveKind.WAIT)

    again = [words(wait, ASKED, *[wait] * n) for n in range(3, 7)]

    assert again == ["wait 1.", "wait 2.", "wait 3.", "wait 1."]


def test_sessions_begin_with_different_lines() -> None:
    firsts = {
        SMITH.word(ASKED, interview_of((0, started()), session=name)).opener for name in "abc"
    }

    assert len(firsts) == 3


def test_a_line_that_was_said_of_one_technique_is_still_new_for_another() -> None:
    on_recall = on(MoveKind.FOLLOW_UP, rung=2, about="recall")
    first_of_other_rung = on(MoveKind.FOLLOW_UP, rung=1)
    on_caching = on(MoveKind.FOLLOW_UP, rung=2, about="caching")
    earlier = [ASKED, on_recall, first_of_other_rung, first_of_other_rung]

    assert words(on_recall, *earlier) == "rung 2 with 2 recall."
    assert words(on_caching, *earlier) == "rung 2 with 1 caching."


@pytest.mark.parametrize(
    "move",
    [
        on(MoveKind.WAIT),
        on(MoveKind.REDIRECT),
        on(MoveKind.REVEAL_FACT, facts=["fact-1"]),
        Move(kind=MoveKind.PROBE, stage=StageId.MODEL, probe="modelling-1"),
    ],
)
def test_a_move_is_worded_the_same_whether_or_not_the_log_holds_it(move: Move) -> None:
    interview = after(ASKED, on(MoveKind.WAIT), on(MoveKind.REVEAL_FACT, facts=["fact-2"]))

    logged = then(interview, InterviewerMoved(move=move))

    assert SMITH.word(move, logged) == SMITH.word(move, interview)


def test_a_turn_is_its_parts_with_one_space_between_them() -> None:
    assert Wording(opener="So.", question="Why?").text == "So. Why?"
    assert Wording().text == ""


@pytest.mark.parametrize(
    ("kind", "level", "expected"),
    [
        (MoveKind.PROBE, None, "In plain words, the document?"),
        (MoveKind.RESTATE, None, "In plain words, the document?"),
        (MoveKind.HINT, 1, "Look at the document."),
    ],
)
def test_a_question_whose_document_was_removed_has_words_left(
    kind: MoveKind, level: int | None, expected: str
) -> None:
    move = Move(kind=kind, probe="document-000000000000-1", hint_level=level)
    assert SMITH.word(move, after(ASKED)).question == expected
