"""The measurement of retrieval, and the queries that it rests on."""

from collections import Counter
from pathlib import Path

import bm25s.stopwords  # type: ignore[import-untyped]
import numpy as np
import pytest
from pydantic import ValidationError

from evals import retrieval
from evals.retrieval import Half, Query, Wording
from interviewer.domain.library import Knowledge
from interviewer.errors import SetupError
from interviewer.knowledge.chunks import Chunk, Kind, chunks_of
from interviewer.knowledge.load import load_knowledge

STOPWORDS = set(bm25s.stopwords.STOPWORDS_EN_PLUS)
PREFIX = 5
"""Letters by which words count as the same: label, labels, labelled."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(Path(__file__).parents[3] / "knowledge")


@pytest.fixture(scope="module")
def chunks(knowledge: Knowledge) -> list[Chunk]:
    return chunks_of(knowledge)


@pytest.fixture(scope="module")
def queries() -> list[Query]:
    return [query for half in Half for query in retrieval.load(half)]


def query(text: str, kind: Kind = Kind.FACT, scenario: str = "payment-fraud") -> Query:
    return Query.model_validate(
        {
            "query": text,
            "kind": kind,
            "scenario": scenario,
            "relevant": ["latency"],
            "wording": "near",
        }
    )


def words_of(text: str) -> set[str]:
    words = "".join(c if c.isalpha() else " " for c in text.lower()).split()
    return {word[:PREFIX] for word in words if len(word) > 2 and word not in STOPWORDS}


def test_the_halves_share_no_target() -> None:
    tuning, locked = (
        {
            (query.kind, query.scenario if query.kind is Kind.FACT else None, ref)
            for query in retrieval.load(half)
            for ref in query.relevant
        }
        for half in Half
    )
    assert tuning.isdisjoint(locked)


def test_there_are_enough_queries_of_each_kind_and_no_query_twice(queries: list[Query]) -> None:
    assert len({(query.query, query.scenario) for query in queries}) == len(queries)
    for half in Half:
        count = Counter(query.kind for query in retrieval.load(half))
        assert min(count.values()) >= 30
    assert len(queries) >= 160
    assert sum(query.wording is Wording.FAR for query in queries) >= len(queries) / 2


def test_everything_relevant_exists(queries: list[Query], chunks: list[Chunk]) -> None:
    for query in queries:
        assert set(query.relevant) <= set(retrieval.targets(query.kind, query.scenario, chunks))


def test_a_far_query_shares_next_to_no_words_with_its_passages(
    queries: list[Query], chunks: list[Chunk]
) -> None:
    for query in queries:
        if query.wording is Wording.FAR:
            found = retrieval.targets(query.kind, query.scenario, chunks)
            own = words_of(query.query)
            for ref in query.relevant:
                passages = [c for c in found[ref] if not c.id.endswith(("/asked", "/heard"))]
                shared = own & words_of(" ".join(chunk.text for chunk in passages))
                assert len(shared) <= max(2, 0.25 * len(own)), (query.query, ref, shared)


def test_a_changed_locked_half_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    locked = (retrieval.DATASETS / "locked.yaml").read_text(encoding="utf-8")
    (tmp_path / "locked.yaml").write_text(locked + "\n", encoding="utf-8")
    monkeypatch.setattr(retrieval, "DATASETS", tmp_path)
    with pytest.raises(SetupError, match=r"locked\.yaml was changed"):
        retrieval.load(Half.LOCKED)


def test_a_fact_without_a_scenario_is_refused() -> None:
    record = {"query": "How fast?", "kind": "fact", "relevant": ["latency"], "wording": "near"}
    with pytest.raises(ValidationError, match="needs a scenario"):
        Query.model_validate(record)


def test_bm25_finds_words_and_gives_nothing_for_unknown_ones(chunks: list[Chunk]) -> None:
    search = retrieval.bm25(chunks)
    scores = search(query("Which GDPR privacy rules apply to card numbers?"))
    assert max(scores, key=scores.__getitem__) == "privacy"
    assert set(search(query("xylophone")).values()) == {0.0}


def test_the_rank_is_that_of_the_best_relevant_passage() -> None:
    scores = {"a": 0.9, "b": 0.5, "c": 0.5, "d": 0.1}
    assert retrieval.first_rank(scores, ["d", "a"]) == 1
    assert retrieval.first_rank(scores, ["b"]) == 3, "among equals the relevant one comes last"
    assert retrieval.first_rank(scores, ["b", "c"]) == 2


def test_a_weighted_sum_adds_at_most_the_weight() -> None:
    fused = retrieval.weighted_sum(
        lambda _: {"a": 0.5, "b": 0.4}, lambda _: {"a": 0.0, "b": 7.0}, weight=0.2
    )
    assert fused(query("x")) == pytest.approx({"a": 0.5, "b": 0.6})
    silent = retrieval.weighted_sum(lambda _: {"a": 0.5}, lambda _: {"a": 0.0}, weight=0.2)
    assert silent(query("x")) == {"a": 0.5}


def test_reciprocal_rank_fusion_adds_the_reciprocal_ranks() -> None:
    fused = retrieval.reciprocal_rank_fusion(
        lambda _: {"a": 0.5, "b": 0.4, "c": 0.3}, lambda _: {"a": 0.0, "b": 7.0, "c": 0.0}
    )
    assert fused(query("x")) == pytest.approx(
        {"a": 1 / 61 + 1 / 62, "b": 1 / 62 + 1 / 61, "c": 1 / 63 + 1 / 62}
    )


def test_an_estimate_holds_the_mean_in_its_interval() -> None:
    half = retrieval.estimate(np.array([0.0, 1.0] * 50))
    assert half.value == 0.5
    assert half == retrieval.estimate(np.array([0.0, 1.0] * 50))
    assert half.low == pytest.approx(0.4, abs=0.02)
    assert half.high == pytest.approx(0.6, abs=0.02)
    assert str(retrieval.estimate(np.ones(5))) == "1.00 (1.00–1.00)"


def test_figures_count_within_each_kind_and_wording() -> None:
    far = query("four", kind=Kind.PROBE).model_copy(update={"wording": Wording.FAR})
    queries = [query("one"), query("two"), query("three", kind=Kind.PROBE), far]
    measured = {row.queries: row for row in retrieval.figures("dense", queries, [1, 6, 2, 11])}
    assert Kind.GUIDE not in measured
    assert measured["all"].count == 4
    assert measured["all"].recall_at_1.value == 0.25
    assert measured["all"].recall_at_5.value == 0.5
    assert measured["fact"].mrr_at_10.value == pytest.approx((1 + 1 / 6) / 2, abs=1e-3)
    assert measured["probe"].mrr_at_10.value == 0.25
    assert measured["far"].recall_at_5.value == 0.0
