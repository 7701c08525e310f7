"""The scorecard as a table."""

import io

from rich.console import Console

from interviewer.cli.scorecard_table import QUOTE_WIDTH, score_table
from interviewer.domain.evidence import Evidence
from interviewer.domain.rubric import CompetencyId, Provenance
from interviewer.domain.scorecard import CompetencyScore, GraderUsed, Scorecard
from interviewer.knowledge.load import load_knowledge
from interviewer.settings import PROJECT_ROOT


def test_the_table_tells_unscored_from_not_assessed_and_shortens_quotes() -> None:
    rubric = load_knowledge(PROJECT_ROOT / "knowledge").rubric
    signals = [signal.id for signal in rubric.competency(CompetencyId.DATA).signals]
    shown = Evidence(
        signal=signals[0], turn=2, quote="[red]long " * 30, provenance=Provenance.PROBED
    )
    scorecard = Scorecard(
        competencies={
            CompetencyId.FRAMING: CompetencyScore(score=None),
            CompetencyId.DATA: CompetencyScore(score=2, signals=[shown], missed=signals[1:]),
            CompetencyId.FEATURES: CompetencyScore(score=None, unscored_reason="no\x1banswer"),
        },
        overall=2.0,
        recommendation=None,
        grader=GraderUsed(kind="built-in", rubric=1),
    )
    out = io.StringIO()
    Console(file=out, width=300).print(score_table(rubric, scorecard))
    framing, data, features = (
        next(line for line in out.getvalue().splitlines() if title in line)
        for title in ("Problem framing", "Data and labels", "Features")
    )
    assert " - " in framing
    assert "[red]long" in data
    assert "…" in data
    assert len(data.split("“")[1].split("”")[0]) == QUOTE_WIDTH
    assert "and 4 more" in data
    assert "unscored" in features
    assert "\x1b" not in features
