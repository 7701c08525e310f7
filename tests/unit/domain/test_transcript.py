"""The transcript: its turns, and how a signal came to be shown in one."""

import pytest
from pydantic import ValidationError

from interviewer.domain.evidence import Evidence
from interviewer.domain.move import Closing, Move, MoveKind
from interviewer.domain.rubric import CompetencyId, Level, Provenance
from interviewer.domain.transcript import Speaker, Transcript, Truth, Turn

VOLUNTEERED, PROBED, HINTED = Provenance.VOLUNTEERED, Provenance.PROBED, Provenance.HINTED


def asks(kind: MoveKind, competency: str = "data", *signals: str, **fields: object) -> Turn:
    """An interviewer's turn; its question has room for ``data.a`` unless signals are given."""
    move = {"kind": kind, "competency": competency, "signals": signals or ("data.a",), **fields}
    return Turn(speaker=Speaker.INTERVIEWER, text="Well?", move=Move.model_validate(move))


def hint(level: int, competency: str = "data") -> Turn:
    return asks(MoveKind.HINT, competency, hint_level=level)


PROBE = asks(MoveKind.PROBE)
ASKS = Turn(speaker=Speaker.INTERVIEWER, text="Well?")
SAYS = Turn(speaker=Speaker.CANDIDATE, text="This.")
PRESSES = Turn(speaker=Speaker.CANDIDATE, text=" ")


def transcript(*turns: Turn, truth: Truth | None = None) -> Transcript:
    return Transcript(
        id="t", scenario="small-case", level=Level.MID, turns=list(turns), truth=truth
    )


@pytest.mark.parametrize(
    ("earlier", "signal", "provenance"),
    [
        pytest.param([PROBE], "data.a", PROBED, id="the question left room for it"),
        pytest.param([PROBE], "data.b", VOLUNTEERED, id="the question was about something else"),
        pytest.param([PROBE], "serving.a", VOLUNTEERED, id="the question was elsewhere"),
        pytest.param([], "data.a", PROBED, id="nothing was asked before"),
        pytest.param([ASKS], "data.a", PROBED, id="nobody knows what was asked"),
        pytest.param([SAYS, ASKS], "data.b", PROBED, id="of an imported interview"),
        pytest.param([PROBE, PRESSES, hint(1)], "data.a", HINTED, id="after a hint"),
        pytest.param(
            [asks(MoveKind.FOLLOW_UP)], "data.a", PROBED, id="of an interview without its beginning"
        ),
        pytest.param(
            [PROBE, PRESSES, hint(1)], "data.b", HINTED, id="a hint helps with its competency"
        ),
        pytest.param(
            [PROBE, PRESSES, hint(1)], "serving.a", VOLUNTEERED, id="and with no other competency"
        ),
        pytest.param(
            [PROBE, PRESSES, hint(0)], "data.a", PROBED, id="the plainer question is no hint"
        ),
        pytest.param(
            [PROBE, asks(MoveKind.RESTATE)], "data.a", PROBED, id="nor is the question restated"
        ),
        pytest.param(
            [PROBE, PRESSES, hint(2), SAYS, asks(MoveKind.FOLLOW_UP)],
            "data.a",
            HINTED,
            id="a hint helps until the next question",
        ),
        pytest.param(
            [PROBE, PRESSES, hint(2), SAYS, asks(MoveKind.DEEPEN)],
            "data.a",
            PROBED,
            id="a deeper question is a new question",
        ),
        pytest.param(
            [PROBE, PRESSES, hint(2), SAYS, asks(MoveKind.PROBE, "serving", "serving.a")],
            "data.b",
            VOLUNTEERED,
            id="so is another subject's",
        ),
        pytest.param(
            [hint(2), SAYS, ASKS, SAYS, asks(MoveKind.FOLLOW_UP)],
            "data.a",
            PROBED,
            id="what lies before an unknown move is unknown",
        ),
    ],
)
def test_provenance(earlier: list[Turn], signal: str, provenance: Provenance) -> None:
    assert transcript(*earlier, SAYS).provenance(signal, len(earlier) + 1) is provenance


def test_what_is_said_later_does_not_change_how_a_signal_was_shown() -> None:
    assert transcript(PROBE, SAYS, hint(1), SAYS).provenance("data.a", 2) is PROBED


def test_turns_are_numbered_from_one_and_only_words_are_answers() -> None:
    held = transcript(PROBE, SAYS, hint(1), PRESSES, PROBE, SAYS)

    assert held.answers == [2, 6]
    assert held.text(2) == "This."


def test_an_answer_belongs_to_the_question_before_it() -> None:
    serving = asks(MoveKind.PROBE, "serving")
    held = transcript(SAYS, PROBE, SAYS, SAYS, serving, SAYS, ASKS, SAYS)

    assert held.questions_before(6) == [serving, PROBE]
    assert [held.question_of(n) for n in (1, 3, 4, 6)] == [None, PROBE, PROBE, serving]
    assert [held.competency_asked(n) for n in (1, 4, 6, 8)] == [
        None,
        CompetencyId.DATA,
        CompetencyId.SERVING,
        None,
    ]


def test_a_competency_was_asked_when_its_question_was_replied_to_if_only_by_passing() -> None:
    scaling, serving = asks(MoveKind.PROBE, "scaling", "framing.a"), asks(MoveKind.PROBE, "serving")
    passes = Turn(speaker=Speaker.CANDIDATE, text="")
    held = transcript(SAYS, scaling, SAYS, serving, passes, asks(MoveKind.PROBE, "data"))

    assert held.competencies_asked == {CompetencyId.SCALING, CompetencyId.SERVING}


def test_the_question_that_the_candidate_ended_the_interview_on_does_not_count() -> None:
    def closes(closing: Closing) -> Turn:
        move = Move(kind=MoveKind.CLOSE, closing=closing)
        return Turn(speaker=Speaker.INTERVIEWER, text="Bye.", move=move)

    question = asks(MoveKind.PROBE, "scaling")

    ended = transcript(question, SAYS, closes(Closing.CANDIDATE))
    assert ended.competencies_asked == set()
    over = transcript(question, SAYS, closes(Closing.TIME))
    assert over.competencies_asked == {CompetencyId.SCALING}


def test_the_truth_can_only_be_about_words_of_the_candidate() -> None:
    def truth(turn: int) -> Truth:
        shown = Evidence(signal="data.a", turn=turn, quote="This.", provenance=PROBED)
        return Truth(shown=[shown])

    assert transcript(PROBE, SAYS, truth=truth(2)).truth == truth(2)
    for wrong in (1, 3, 4):
        with pytest.raises(ValidationError, match=f"turn {wrong}, which is no candidate's turn"):
            transcript(PROBE, SAYS, PRESSES, truth=truth(wrong))


def test_a_transcript_has_turns() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        transcript()
