"""From the gradings of single answers to a scorecard."""

from interviewer.domain.assessment import assess
from interviewer.domain.events import AnswerGraded, EvidenceCorrected
from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.move import Move, MoveKind
from interviewer.domain.rubric import CompetencyId, Level, Provenance
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Speaker, Transcript, Turn
from tests.support.cases import small_rubric

GRADER = GraderUsed(kind="model", model="some-model", rubric=1)


def asks(competency: CompetencyId) -> Turn:
    move = Move(kind=MoveKind.PROBE, competency=competency)
    return Turn(speaker=Speaker.INTERVIEWER, text="Well?", move=move)


def shown(signal: str, turn: int) -> Evidence:
    provenance = Provenance.VOLUNTEERED
    return Evidence(signal=signal, turn=turn, quote="This.", provenance=provenance)


SAYS = Turn(speaker=Speaker.CANDIDATE, text="This.")
TRANSCRIPT = Transcript(
    id="t",
    scenario="small-case",
    level=Level.MID,
    turns=[asks(CompetencyId.DATA), SAYS, asks(CompetencyId.SERVING), SAYS],
)


def test_the_gradings_of_all_answers_add_up() -> None:
    error = ErrorFound(error="cloud-loop", turn=4, quote="This.")
    graded = (
        AnswerGraded(turn=2, evidence=[shown("data.a", 2)]),
        AnswerGraded(
            turn=4,
            evidence=[shown("data.b", 4), *(shown(f"serving.{s}", 4) for s in "abcd")],
            errors=[(CompetencyId.SERVING, error)],
        ),
    )

    card = assess(small_rubric(), TRANSCRIPT, iter(graded), GRADER)

    scores = {c: s.score for c, s in card.competencies.items() if s.assessed}
    assert scores == {CompetencyId.DATA: 3, CompetencyId.SERVING: 2}
    assert card.competencies[CompetencyId.SERVING].critical_errors == [error]
    assert card.grader == GRADER


def test_one_failed_grading_leaves_its_competency_unscored() -> None:
    graded = [
        AnswerGraded(turn=2, unscored={CompetencyId.DATA: "no answer in time"}),
        AnswerGraded(turn=4, evidence=[shown("data.a", 4), shown("serving.a", 4)]),
    ]

    card = assess(small_rubric(), TRANSCRIPT, graded, GRADER)

    assert card.competencies[CompetencyId.DATA].unscored_reason == "no answer in time"
    assert card.competencies[CompetencyId.DATA].score is None
    assert card.competencies[CompetencyId.SERVING].score == 2


def test_the_bars_are_those_of_the_level_of_the_transcript() -> None:
    graded = [AnswerGraded(turn=2, evidence=[shown("data.a", 2), shown("data.b", 2)])]
    staff = TRANSCRIPT.model_copy(update={"level": Level.STAFF})

    def score(transcript: Transcript) -> int | None:
        return (
            assess(small_rubric(), transcript, graded, GRADER).competencies[CompetencyId.DATA].score
        )

    assert (score(TRANSCRIPT), score(staff)) == (3, 2)


def corrected(turn: int, signal: str, shown: bool) -> dict[tuple[int, str], EvidenceCorrected]:
    event = EvidenceCorrected(turn=turn, signal=signal, quote="This.", shown=shown)
    return {(turn, signal): event}


def test_what_a_person_marked_wrong_counts_no_more_in_that_turn() -> None:
    graded = [AnswerGraded(turn=2, evidence=[shown("data.a", 2), shown("data.b", 2)])]
    card = assess(small_rubric(), TRANSCRIPT, graded, GRADER, corrected(2, "data.a", shown=False))
    assert [e.signal for e in card.competencies[CompetencyId.DATA].signals] == ["data.b"]
    other_turn = corrected(4, "data.a", shown=False)
    card = assess(small_rubric(), TRANSCRIPT, graded, GRADER, other_turn)
    assert len(card.competencies[CompetencyId.DATA].signals) == 2


def test_what_a_person_added_counts_with_the_provenance_that_the_log_tells() -> None:
    card = assess(small_rubric(), TRANSCRIPT, [], GRADER, corrected(2, "serving.a", shown=True))
    (added,) = card.competencies[CompetencyId.SERVING].signals
    assert (added.turn, added.provenance) == (2, Provenance.VOLUNTEERED)
