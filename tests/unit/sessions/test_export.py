import json

import pytest

from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId, Level, Provenance
from interviewer.domain.scorecard import GraderUsed, Scorecard, score_interview
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.sessions.export import json_report, markdown_report

SIGNAL = "framing.goal"
ANSWER = "Who is served? <script>alert(1)</script>\n# The *merchant*, I think."


@pytest.fixture
def transcript() -> Transcript:
    return Transcript(
        id="one",
        scenario="payment-fraud",
        level=Level.SENIOR,
        turns=[
            Turn(speaker=Speaker.INTERVIEWER, text="Where would you like to start?"),
            Turn(speaker=Speaker.CANDIDATE, text=ANSWER),
            Turn(speaker=Speaker.INTERVIEWER, text="Go on."),
            Turn(speaker=Speaker.CANDIDATE, text=""),
        ],
    )


@pytest.fixture
def scorecard(knowledge: Knowledge) -> Scorecard:
    return score_interview(
        knowledge.rubric,
        Level.SENIOR,
        asked=[CompetencyId.FRAMING, CompetencyId.DATA],
        evidence=[
            Evidence(
                signal=SIGNAL, turn=2, quote="Who is served?", provenance=Provenance.VOLUNTEERED
            )
        ],
        errors=[(CompetencyId.DATA, ErrorFound(error="leak", turn=2, quote="The *merchant*"))],
        unscored={CompetencyId.SERVING: "the model did not answer"},
        grader=GraderUsed(kind="built-in", rubric=1),
    )


def test_the_json_holds_transcript_and_scorecard(
    transcript: Transcript, scorecard: Scorecard
) -> None:
    report = json.loads(json_report(transcript, scorecard))
    assert set(report) == {"transcript", "scorecard"}
    assert Transcript.model_validate(report["transcript"]) == transcript
    assert Scorecard.model_validate(report["scorecard"]) == scorecard


def test_the_markdown_shows_score_quote_and_advice(
    transcript: Transcript, scorecard: Scorecard, knowledge: Knowledge
) -> None:
    report = markdown_report(transcript, scorecard, knowledge.rubric, "Card fraud")
    assert report.startswith("# Card fraud\n")
    assert "Not enough was covered for a recommendation" in report
    assert "| Problem framing | 2 of 4, lean no |" in report
    assert "  (turn 2, volunteered)\n\n  > Who is served?" in report
    assert "Critical error in turn 2" in report
    missed = scorecard.competencies[CompetencyId.FRAMING].missed
    assert sum(report.count(s) for s in ("To work on:",)) == 2
    assert len(missed) == 7


def test_not_assessed_and_unscored_are_no_ones(
    transcript: Transcript, scorecard: Scorecard, knowledge: Knowledge
) -> None:
    report = markdown_report(transcript, scorecard, knowledge.rubric, "Card fraud")
    assert "| Scaling | not assessed |" in report
    assert "| unscored: the model did not answer |" in report


def test_nothing_that_was_said_is_markup_in_the_markdown(
    transcript: Transcript, scorecard: Scorecard, knowledge: Knowledge
) -> None:
    report = markdown_report(transcript, scorecard, knowledge.rubric, "Card fraud")
    assert r"> Who is served? \<script\>alert(1)\</script\>" in report
    assert r"> \# The \*merchant\*, I think." in report
    assert "> (pressed a button)" in report
