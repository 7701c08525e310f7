"""How well the knowledge is found: ``python -m evals.retrieval [--tuning]``.

The queries are put as candidates and learners put them. They come in two halves that share no
target: improvements are tried on the tuning half, whose misses are listed, and judged on the
locked half, whose file must not change. Of several relevant passages any one answers a query.
"""

import argparse
import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

import bm25s  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, RootModel, model_validator
from rich import box
from rich.console import Console
from rich.table import Table

from evals import statistics
from evals.statistics import Estimate
from interviewer.domain.strict import Slug, Strict, Text
from interviewer.errors import SetupError
from interviewer.knowledge.chunks import Chunk, Kind, chunks_of
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index, open_index
from interviewer.knowledge.load import load_knowledge
from interviewer.located import read_yaml
from interviewer.settings import PROJECT_ROOT

DATASETS = Path(__file__).parent / "datasets" / "retrieval"
BASELINE = Path(__file__).parent / "baselines" / "retrieval.json"

LOCKED_SHA256 = "9e5ecdf49cfd8ad92542fb71f552417287a68d485f06f127545017bd959571fd"

IN_USE = "dense"
"""The program does not mix in BM25: no fusion was clearly better than dense alone when tuning."""

GOAL = 0.90
"""What the recall among the first five should be on the locked half."""

BM25_WEIGHT = 0.05
"""What the best match in words adds to a cosine; larger weights were worse when tuning."""

RRF_CONSTANT = 60

Scores = Mapping[str, float]
"""How well each ref matches a query; more is better."""

Retriever = Callable[["Query"], Scores]


class Half(StrEnum):
    """What a query may be used for."""

    TUNING = "tuning"
    LOCKED = "locked"


class Wording(StrEnum):
    """Whether a query shares words of content with a relevant passage, or next to none."""

    NEAR = "near"
    FAR = "far"


class Query(Strict):
    """One thing that somebody says or asks, and the refs of the chunks that fit it."""

    query: Text
    kind: Literal[Kind.GUIDE, Kind.FACT, Kind.PROBE]
    scenario: Slug | None = None
    relevant: list[Text] = Field(min_length=1)
    wording: Wording

    @model_validator(mode="after")
    def _only_the_guide_belongs_to_no_case(self) -> Self:
        if (self.scenario is None) != (self.kind is Kind.GUIDE):
            raise ValueError("a fact or probe needs a scenario, and the guide has none")
        return self


class _Queries(RootModel[list[Query]]):
    """A file of queries."""


def load(half: Half) -> list[Query]:
    """Read the queries of a half.

    Raises:
        SetupError: the locked half was changed.
        KnowledgeError: a query is not valid.
    """
    path = DATASETS / f"{half}.yaml"
    text = path.read_text(encoding="utf-8")
    if half is Half.LOCKED and hashlib.sha256(text.encode()).hexdigest() != LOCKED_SHA256:
        raise SetupError(f"{path.name} was changed: restore it, as earlier figures rest on it.")
    return read_yaml(text, path.name, _Queries).value.root


# Retrievers.


def targets(kind: Kind, scenario: str | None, chunks: Iterable[Chunk]) -> dict[str, list[Chunk]]:
    """The chunks that are searched for such a query, by their ref."""
    found: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        if chunk.kind == kind and chunk.scenario in (None, scenario):
            found.setdefault(chunk.ref, []).append(chunk)
    return found


def dense(index: Index, chunks: Sequence[Chunk]) -> Retriever:
    """The search of the program."""

    def scores(query: Query) -> Scores:
        passages = index.search(
            query.query,
            kinds=[query.kind],
            n=len(targets(query.kind, query.scenario, chunks)),
            scenario=query.scenario,
        )
        return {passage.chunk.ref: passage.score for passage in passages}

    return scores


def bm25(chunks: Sequence[Chunk]) -> Retriever:
    """BM25; a document consists of everything that the program embeds for a ref."""

    @lru_cache
    def fitted(kind: Kind, scenario: str | None) -> tuple[bm25s.BM25, list[str]]:
        documents = targets(kind, scenario, chunks)
        wordings = [dict.fromkeys(w for c in of for w in c.wordings) for of in documents.values()]
        model = bm25s.BM25()
        model.index(_words(" ".join(texts) for texts in wordings), show_progress=False)
        return model, list(documents)

    def scores(query: Query) -> Scores:
        model, refs = fitted(query.kind, query.scenario)
        words = [word for word in _words([query.query])[0] if word in model.vocab_dict]
        found = model.get_scores(words) if words else np.zeros(len(refs))
        return dict(zip(refs, map(float, found), strict=True))

    return scores


def _words(texts: Iterable[str]) -> list[list[str]]:
    words: list[list[str]] = bm25s.tokenize(
        list(texts), stopwords="en", return_ids=False, show_progress=False
    )
    return words


def weighted_sum(meaning: Retriever, words: Retriever, weight: float) -> Retriever:
    """The cosine plus a share of the BM25 score, which is scaled to at most one."""

    def scores(query: Query) -> Scores:
        cosine, lexical = meaning(query), words(query)
        scale = weight / (max(lexical.values()) or 1.0)
        return {ref: cosine[ref] + scale * lexical[ref] for ref in cosine}

    return scores


def reciprocal_rank_fusion(meaning: Retriever, words: Retriever) -> Retriever:
    """The sum of the reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009)."""

    def scores(query: Query) -> Scores:
        ranks = [_ranks(meaning(query)), _ranks(words(query))]
        return {ref: sum(1 / (RRF_CONSTANT + r[ref]) for r in ranks) for ref in ranks[0]}

    return scores


def _ranks(scores: Scores) -> dict[str, int]:
    """The rank of each ref from 1; equals share the best one."""
    losses = -np.fromiter(scores.values(), dtype=float)
    better = np.searchsorted(np.sort(losses), losses)
    return dict(zip(scores, (better + 1).tolist(), strict=True))


# Figures.


@dataclass(frozen=True)
class Figures:
    """How well one retriever does on some queries.

    Attributes:
        retriever: its name.
        queries: which queries: of a kind, of a wording, or all.
        count: how many they are.
        recall_at_1: the share of the queries with a relevant passage in the first place.
        recall_at_5: the same for the first five places.
        mrr_at_10: the mean reciprocal rank of the first relevant passage, 0 beyond rank 10.
    """

    retriever: str
    queries: str
    count: int
    recall_at_1: Estimate
    recall_at_5: Estimate
    mrr_at_10: Estimate


def first_rank(scores: Scores, relevant: Iterable[str]) -> int:
    """The rank of the best relevant ref, from 1; among equals the relevant one comes last."""
    wanted = set(relevant)
    best = max(scores[ref] for ref in wanted)
    return 1 + sum(score >= best for ref, score in scores.items() if ref not in wanted)


def estimate(values: NDArray[np.float64]) -> Estimate:
    """The mean of the values, and how far it moves when the queries are drawn again."""
    return statistics.estimate(
        lambda sums: sums[..., 0] / sums[..., 1], np.stack([values, np.ones(len(values))], axis=1)
    )


def figures(retriever: str, queries: Sequence[Query], ranks: Sequence[int]) -> list[Figures]:
    """The figures of one retriever: per kind, per wording and overall."""
    places = np.array(ranks)
    groups: dict[str, NDArray[np.bool]] = {}
    for kind in (Kind.GUIDE, Kind.FACT, Kind.PROBE):
        groups[kind] = np.array([query.kind is kind for query in queries])
    for wording in Wording:
        groups[wording] = np.array([query.wording is wording for query in queries])
    groups["all"] = np.ones(len(queries), dtype=bool)
    return [
        Figures(
            retriever,
            name,
            int(chosen.sum()),
            estimate((places[chosen] <= 1).astype(float)),
            estimate((places[chosen] <= 5).astype(float)),
            estimate(np.where(places[chosen] <= 10, 1 / places[chosen], 0.0)),
        )
        for name, chosen in groups.items()
        if chosen.any()
    ]


def print_table(half: Half, measured: Iterable[Figures]) -> None:
    """Print what was measured."""
    console = Console(width=88)
    columns = ("retriever", "queries", "n", "recall@1", "recall@5", "MRR@10")
    table = Table(*columns, title=f"{half}", box=box.SIMPLE_HEAD, pad_edge=False)
    for of in measured:
        row = (of.recall_at_1, of.recall_at_5, of.mrr_at_10)
        table.add_row(
            of.retriever, of.queries, str(of.count), *map(str, row), end_section=of.queries == "all"
        )
    console.print(table)


def main() -> None:
    """Measure and report; the figures of the locked half become the baseline."""
    # BM25's library would report each step of its indexing.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    parser = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="the tuning half, with its misses")
    half = Half.TUNING if parser.parse_args().tuning else Half.LOCKED
    queries = load(half)
    knowledge = load_knowledge(PROJECT_ROOT / "knowledge")
    chunks = chunks_of(knowledge)
    embedder = Embedder()
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(knowledge, embedder, Path(folder))
        meaning, words = dense(index, chunks), bm25(chunks)
        retrievers = {
            IN_USE: meaning,
            "BM25": words,
            "weighted": weighted_sum(meaning, words, BM25_WEIGHT),
            "RRF": reciprocal_rank_fusion(meaning, words),
        }
        ranks = {
            name: [first_rank(retrieve(query), query.relevant) for query in queries]
            for name, retrieve in retrievers.items()
        }
        index.close()
    measured = [row for name, places in ranks.items() for row in figures(name, queries, places)]
    print_table(half, measured)
    if half is Half.TUNING:
        for query, rank in zip(queries, ranks[IN_USE], strict=True):
            if rank > 5:
                print(f"{rank:4} {query.kind}: {query.query} -> {', '.join(query.relevant)}")
        return
    overall = next(row for row in measured if row.queries == "all")
    reached = "reached" if (overall.recall_at_5.value or 0.0) >= GOAL else "missed"
    print(f"recall@5 {overall.recall_at_5}; the goal of {GOAL:.2f} is {reached}")
    baseline = {
        "date": datetime.now(UTC).date().isoformat(),
        "knowledge": knowledge.fingerprint,
        "model": embedder.model_hash,
        "queries": LOCKED_SHA256,
        "figures": [asdict(row) for row in measured],
    }
    BASELINE.write_text(json.dumps(baseline, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
