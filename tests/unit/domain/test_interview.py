"""The interview as a fold over its log."""

import pytest

from interviewer.domain.events import (
    Action,
    AnswerGraded,
    CandidateSpoke,
    EvidenceCorrected,
    Intent,
    InterviewerMoved,
    InterviewerSpoke,
    MessageUnderstood,
    ModelUsed,
    Purpose,
    SessionResumed,
    Source,
)
from interviewer.domain.interview import fold
from interviewer.domain.move import Closing, Move, MoveKind
from interviewer.domain.rubric import CompetencyId, Level
from interviewer.domain.stages import PLANS, StageId
from interviewer.domain.transcript import Speaker
from tests.support.interviews import BEGIN, interview_of, log_of, started, then

OPEN = Move(kind=MoveKind.OPEN, competency=CompetencyId.FRAMING)
PROBE = Move(kind=MoveKind.PROBE, competency=CompetencyId.DATA, probe="data-1", stage=StageId.DATA)
DEEPEN = Move(kind=MoveKind.DEEPEN, competency=CompetencyId.DATA, probe="data-2")
HINT = Move(kind=MoveKind.HINT, competency=CompetencyId.SERVING, probe="data-1", hint_level=1)
BALL = Move(kind=MoveKind.CURVEBALL, competency=CompetencyId.TRADEOFFS, stage=StageId.WRAP_UP)
CLOSE = Move(kind=MoveKind.CLOSE, closing=Closing.COVERED)


def spoke(text: str, notice: str | None = None) -> InterviewerSpoke:
    return InterviewerSpoke(text=text, source=Source.BUILT_IN, notice=notice)


def decided(move: Move) -> InterviewerMoved:
    return InterviewerMoved(move=move)


def said(text: str) -> CandidateSpoke:
    return CandidateSpoke(text=text)


def understood(**details: object) -> MessageUnderstood:
    return MessageUnderstood.model_validate({"intent": Intent.ANSWER, **details})


ASKED = interview_of((0, started()), (1, decided(OPEN)), (2, spoke("Design it.")))


def test_a_log_must_begin_with_the_start_of_its_session() -> None:
    for log in ([], log_of((0, said("Hello.")))):
        with pytest.raises(ValueError, match="session lost does not begin with its start"):
            fold("lost", log)


def test_a_new_interview_knows_how_it_was_set_up_and_nothing_else() -> None:
    interview = interview_of((0, started(minutes=30, level=Level.STAFF)), session="s1")

    assert (interview.id, interview.sequence, interview.started_at) == ("s1", 1, BEGIN)
    assert interview.started.level is Level.STAFF
    assert interview.plan == PLANS[30]
    assert interview.stage is StageId.FRAMING
    assert interview.since_question == interview.since_core == ()
    assert interview.turn_of is Speaker.INTERVIEWER
    assert (interview.unspoken, interview.heard, interview.message) == (None, None, None)
    assert not interview.closed
    assert interview.ungraded == []


def test_what_was_said_becomes_turns_with_their_times_and_moves() -> None:
    interview = then(ASKED, said("Who uses it?"), at=60)

    assert [(t.speaker, t.text, t.move) for t in interview.turns] == [
        (Speaker.INTERVIEWER, "Design it.", OPEN),
        (Speaker.CANDIDATE, "Who uses it?", None),
    ]
    assert interview.turn_times == (2, 60)
    assert interview.message == said("Who uses it?")
    assert interview.spoken == {"Design it."}
    assert interview.sequence == 4
    assert interview.transcript.model_dump(include={"id", "scenario", "level"}) == {
        "id": "session",
        "scenario": "small-case",
        "level": Level.SENIOR,
    }
    assert interview.transcript.turns == list(interview.turns)


# The clock.


def test_the_clock_runs_from_event_to_event() -> None:
    assert then(ASKED, said("Well."), at=90).seconds == 90


def test_the_time_away_does_not_count() -> None:
    away = then(ASKED, said("Well."), at=90)
    back = then(away, SessionResumed(), at=5000)
    later = then(back, understood(), at=5010)

    assert (back.seconds, later.seconds) == (90, 100)


def test_a_clock_that_was_set_back_does_not_take_time_from_the_interview() -> None:
    back = then(then(ASKED, said("Well."), at=90), understood(), at=30)

    assert back.seconds == 90
    assert then(back, decided(PROBE), at=40).seconds == 100


def test_the_clock_stops_when_the_interview_is_closed() -> None:
    closed = then(ASKED, decided(CLOSE), at=100)

    assert closed.seconds == 100
    assert then(closed, spoke("Thank you."), AnswerGraded(turn=2), at=900).seconds == 100


# What there is to do.


def test_it_is_the_turn_of_whoever_did_not_speak_last_until_the_closing_words() -> None:
    answered = then(ASKED, said("Well."), understood())
    deciding = then(answered, decided(CLOSE))

    assert ASKED.turn_of is Speaker.CANDIDATE
    assert answered.turn_of is Speaker.INTERVIEWER
    assert (deciding.closed, deciding.turn_of) == (True, Speaker.INTERVIEWER)
    assert then(deciding, spoke("Thank you.")).turn_of is None


def test_a_move_that_was_not_said_waits_to_be_said() -> None:
    cut_short = then(ASKED, said("Well."), understood(), decided(PROBE))

    assert ASKED.unspoken is None
    assert cut_short.unspoken == PROBE
    assert then(cut_short, spoke("Which data?")).unspoken is None


def test_a_message_is_heard_once_it_was_read() -> None:
    unread = then(ASKED, said("Well."))
    read = then(unread, understood(words=1))
    next_unread = then(read, decided(PROBE), spoke("Which data?"), said("Hm."))

    assert ASKED.heard is None
    assert unread.heard is None
    assert read.heard == understood(words=1)
    assert next_unread.heard is None


def test_answers_without_a_grading_are_ungraded_and_empty_ones_need_none() -> None:
    two = then(ASKED, said("First."), spoke("And?"), said("Second."), spoke("Well?"))
    pressed = then(two, CandidateSpoke(text="", action=Action.HINT))

    assert pressed.ungraded == [2, 4]
    assert then(pressed, AnswerGraded(turn=2)).ungraded == [4]


def test_a_later_grading_of_a_turn_replaces_the_earlier_one() -> None:
    reason = {CompetencyId.DATA: "the model did not answer"}
    first = then(ASKED, said("First."), AnswerGraded(turn=2, unscored=reason))

    again = then(first, AnswerGraded(turn=2))

    assert first.graded[2].unscored == reason
    assert again.graded == {2: AnswerGraded(turn=2)}


def test_notices_are_kept_with_the_turn_that_they_are_about() -> None:
    noted = then(ASKED, said("Well."), decided(PROBE), spoke("Which data?", "no answer in time"))

    assert ASKED.notices == {}
    assert noted.notices == {3: "no answer in time"}
    assert noted.turns[2].text == "Which data?"


def test_calls_of_the_model_are_kept_in_order() -> None:
    calls = [
        ModelUsed(purpose=p, prompt_tokens=9, completion_tokens=3, seconds=0.2, estimated=False)
        for p in (Purpose.UNDERSTAND, Purpose.SPEAK)
    ]

    assert list(then(ASKED, *calls).used) == calls


# Where the interview is.


def test_the_stage_is_that_of_the_last_move() -> None:
    assert then(ASKED, decided(PROBE)).stage is StageId.DATA


def test_a_stages_agenda_shrinks_by_its_core_questions_only() -> None:
    played = then(ASKED, *map(decided, (PROBE, DEEPEN, HINT, BALL)))
    by_id = {stage.id: stage for stage in played.plan}

    for stage, asked in ((StageId.FRAMING, 1), (StageId.DATA, 1), (StageId.WRAP_UP, 0)):
        assert played.agenda_left(by_id[stage]) == by_id[stage].agenda[asked:]


def test_a_question_lasts_until_the_next_and_a_subject_until_the_next_core_question() -> None:
    deepened = then(ASKED, *map(decided, (PROBE, HINT, DEEPEN, HINT)))

    assert deepened.since_question == (DEEPEN, HINT)
    assert deepened.since_core == (PROBE, HINT, DEEPEN, HINT)
    assert then(deepened, decided(BALL)).since_core == (BALL,)


# What the log knows.


def test_only_new_questions_probe_a_competency() -> None:
    played = then(ASKED, *map(decided, (PROBE, HINT, Move(kind=MoveKind.PROBE))))

    assert played.probed == {CompetencyId.FRAMING, CompetencyId.DATA}
    assert played.probes_asked == {"data-1"}


def test_facts_terms_and_signals_are_collected_in_order_each_once() -> None:
    told = [Move(kind=MoveKind.REVEAL_FACT, facts=keys) for keys in (["b", "a"], ["a"], ["c", "b"])]
    played = then(ASKED, *map(decided, told))
    for terms in (["recall", "caching"], ["caching", "sharding"]):
        played = then(played, said("Well."), understood(terms=terms, signals=["data.a"]))

    assert played.facts_told == ["b", "a", "c"]
    assert played.terms_named == ["recall", "caching", "sharding"]
    assert played.signals_seen == {"data.a"}


def test_the_last_correction_of_a_signal_in_a_turn_holds_and_can_be_taken_back() -> None:
    def correct(shown: bool | None, turn: int = 2) -> EvidenceCorrected:
        return EvidenceCorrected(turn=turn, signal="data.labels", quote="Words.", shown=shown)

    interview = then(ASKED, correct(True), correct(False), correct(True, turn=4), at=60)
    assert {k: c.shown for k, c in interview.corrected.items()} == {
        (2, "data.labels"): False,
        (4, "data.labels"): True,
    }
    assert interview.seconds == ASKED.seconds, "correcting is no time of the interview"
    taken_back = then(interview, correct(None), at=90)
    assert list(taken_back.corrected) == [(4, "data.labels")]
