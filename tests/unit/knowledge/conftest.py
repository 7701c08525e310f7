"""The real content, and a part of it that is small enough to be indexed in every test."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId
from interviewer.knowledge.load import load_knowledge
from tests.support.counting_embedder import CountingEmbedder

CONTENT = Path(__file__).parents[3] / "knowledge"
CASES = ("driving-perception", "payment-fraud", "video-recommendation")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The content of this repository."""
    return load_knowledge(CONTENT)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the content files, with three of the cases, that a test may break."""
    copy = shutil.copytree(CONTENT, tmp_path / "knowledge")
    for case in (copy / "scenarios").iterdir():
        if case.stem not in CASES:
            case.unlink()
    return copy


@pytest.fixture(scope="session")
def small(knowledge: Knowledge) -> Knowledge:
    """Two signals, two cases with a few facts each and the probes of two competencies."""
    framing = knowledge.rubric.competency(CompetencyId.FRAMING)
    framing = framing.model_copy(update={"signals": framing.signals[:2]})
    two = (CompetencyId.DATA, CompetencyId.FRAMING)
    return replace(
        knowledge,
        rubric=knowledge.rubric.model_copy(update={"competencies": [framing]}),
        guide={},
        probes={i: p for i, p in knowledge.probes.items() if p.competency in two},
        scenarios={
            slug: knowledge.scenarios[slug].model_copy(
                update={
                    "facts": knowledge.scenarios[slug].facts[:3],
                    "probes": knowledge.scenarios[slug].probes[:3],
                }
            )
            for slug in ("driving-perception", "payment-fraud")
        },
    )


@pytest.fixture(scope="session")
def shared_embedder() -> CountingEmbedder:
    """One embedder for all tests that do not count."""
    return CountingEmbedder()


@pytest.fixture
def embedder(shared_embedder: CountingEmbedder) -> CountingEmbedder:
    """An embedder whose count starts at zero."""
    shared_embedder.count = 0
    return shared_embedder
