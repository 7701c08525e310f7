"""Export: an interview as a file to keep, in Markdown to read and in JSON to work with."""

import re
from collections.abc import Iterable, Iterator

import yaml

from interviewer.domain.assessment import corrected_evidence
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import Competency, Provenance, Rubric
from interviewer.domain.scorecard import CompetencyScore, Recommendation, Scorecard
from interviewer.domain.strict import Strict
from interviewer.domain.transcript import Speaker, Transcript, Truth

SCORES = {1: "not yet", 2: "lean no", 3: "lean yes", 4: "strong"}
"""The four steps in words."""

VERDICTS: dict[Recommendation | None, str] = {
    Recommendation.STRONG: "Strong",
    Recommendation.LEAN_YES: "Lean yes",
    Recommendation.LEAN_NO: "Lean no",
    Recommendation.NOT_YET: "Not yet",
    None: "Not enough was covered for a recommendation",
}
"""The recommendation in words."""

HOW_SHOWN = {
    Provenance.VOLUNTEERED: "volunteered",
    Provenance.PROBED: "after a question",
    Provenance.HINTED: "after a hint",
}
"""How a signal came to be shown, in words."""

WHAT_IT_IS = (
    "This is practice feedback: code computed it from the quotes shown here, and it has not been "
    "validated against the decisions of real hiring panels."
)
"""What the score is, in one honest sentence."""

_NAMES = {Speaker.INTERVIEWER: "Interviewer", Speaker.CANDIDATE: "Candidate"}

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


class Report(Strict):
    """The JSON file."""

    transcript: Transcript
    scorecard: Scorecard


def json_report(transcript: Transcript, scorecard: Scorecard) -> str:
    """The interview and its score as JSON; the transcript in it can be graded again."""
    return Report(transcript=transcript, scorecard=scorecard).model_dump_json(indent=2)


def labelled_transcript(interview: Interview, scorecard: Scorecard) -> str:
    """The interview as a gold transcript in YAML: what it shows, as a person corrected it."""
    truth = Truth(
        shown=corrected_evidence(
            interview.transcript, interview.graded.values(), interview.corrected
        ),
        scores={c: score.score for c, score in scorecard.competencies.items()},
        recommendation=scorecard.recommendation,
        critical_errors=sorted(
            {e.error for score in scorecard.competencies.values() for e in score.critical_errors}
        ),
    )
    labelled = interview.transcript.model_copy(update={"truth": truth})
    plain = labelled.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)


def markdown_report(
    transcript: Transcript, scorecard: Scorecard, rubric: Rubric, title: str
) -> str:
    """The interview and its score as a readable Markdown page.

    Args:
        transcript: what was said.
        scorecard: its score.
        rubric: words the signals.
        title: the scenario's title.
    """
    return "\n".join(_lines(transcript, scorecard, rubric, title)) + "\n"


def _lines(
    transcript: Transcript, scorecard: Scorecard, rubric: Rubric, title: str
) -> Iterator[str]:
    yield f"# {_plain(title)}"
    yield ""
    yield f"Level: {transcript.level}. **{VERDICTS[scorecard.recommendation]}**"
    if scorecard.recommendation is not None:
        yield f"({scorecard.overall:.1f} of 4)"
    yield ""
    yield WHAT_IT_IS
    yield ""
    yield from _grader(scorecard)
    yield ""
    yield "| Competency | Score |"
    yield "| --- | --- |"
    for competency in rubric.competencies:
        score = scorecard.competencies[competency.id]
        yield f"| {_plain(competency.title)} | {_plain(score_in_words(score))} |"
    for competency in rubric.competencies:
        yield from _competency(competency, scorecard.competencies[competency.id], rubric)
    yield ""
    yield "## Transcript"
    for number, turn in enumerate(transcript.turns, start=1):
        yield ""
        yield f"**{number}. {_NAMES[turn.speaker]}**"
        yield ""
        yield from _quoted(turn.text or "(pressed a button)")


def score_in_words(score: CompetencyScore) -> str:
    """A competency's score on one line, or why there is none."""
    if score.score is not None:
        return f"{score.score} of 4, {SCORES[score.score]}"
    if score.unscored_reason is not None:
        return f"unscored: {score.unscored_reason}"
    return "not assessed"


def _grader(scorecard: Scorecard) -> Iterable[str]:
    used = scorecard.grader
    model = f" ({_plain(used.model)})" if used.model else ""
    yield f"Grader: {_plain(used.kind)}{model}, rubric version {used.rubric}."


def _competency(competency: Competency, score: CompetencyScore, rubric: Rubric) -> Iterator[str]:
    if not (score.assessed or score.signals or score.critical_errors):
        return
    yield ""
    yield f"## {_plain(competency.title)}: {_plain(score_in_words(score))}"
    if score.signals:
        yield ""
        yield "Shown:"
        yield ""
    for found in score.signals:
        yield f"- {_plain(rubric.signals[found.signal].wording)}"
        yield f"  (turn {found.turn}, {HOW_SHOWN[found.provenance]})"
        yield ""
        yield from (f"  {line}" for line in _quoted(found.quote))
    for error in score.critical_errors:
        yield ""
        yield f"Critical error in turn {error.turn} (it caps the score):"
        yield ""
        yield from _quoted(error.quote)
    if score.missed:
        yield ""
        yield "To work on:"
        yield ""
    for signal in score.missed:
        yield f"- {_plain(rubric.signals[signal].advice)}"


def _quoted(text: str) -> Iterator[str]:
    return (f"> {_plain(line)}".rstrip() for line in text.splitlines())


def _plain(text: str) -> str:
    """A text that no Markdown viewer takes for markup."""
    return _MARKDOWN.sub(r"\\\1", text)
