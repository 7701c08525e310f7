"""Embedding texts on this machine."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from interviewer.domain.library import Knowledge
from interviewer.knowledge.embedding import (
    DIMENSIONS,
    MAX_TOKENS,
    VOCABULARY,
    Embedder,
)

SENTENCES = [
    "The labels arrive six weeks late because a cardholder disputes the charge first.",
    "Chargebacks take about forty days, so yesterday's ground truth is not there yet.",
    "We serve the model from a cache in front of the ranking service.",
    "Ok.",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """A plain embedder, which computes what it is asked for."""
    return Embedder()


def test_the_vocabulary_is_the_published_one() -> None:
    checksum = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
    assert hashlib.sha256(VOCABULARY.read_bytes()).hexdigest() == checksum
    assert checksum in (VOCABULARY.parent / "README.md").read_text(encoding="utf-8")


def test_every_vector_has_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed(SENTENCES)
    assert vectors.shape == (len(SENTENCES), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)


def test_a_related_sentence_is_nearer_than_an_unrelated_one(embedder: Embedder) -> None:
    late, disputed, cached, _ = embedder.embed(SENTENCES)
    assert late @ disputed > late @ cached + 0.2


def test_the_published_similarity_is_reproduced(embedder: Embedder) -> None:
    # The first example in the documentation of Sentence Transformers, where it gives 0.6660.
    one, other = embedder.embed(["The weather is lovely today.", "It's so sunny outside!"])
    assert one @ other == pytest.approx(0.666, abs=0.01)


def test_a_vector_does_not_depend_on_its_batch_or_its_place(
    embedder: Embedder, knowledge: Knowledge
) -> None:
    prompts = [scenario.prompt for scenario in knowledge.scenarios.values()]
    texts = [*SENTENCES, *prompts, *(p.text for p in list(knowledge.probes.values())[:20])]
    together = embedder.embed(texts)
    alone = np.vstack([embedder.embed([text]) for text in texts])
    backwards = embedder.embed(texts[::-1])[::-1]
    assert together == pytest.approx(alone, abs=1e-6)
    assert together == pytest.approx(backwards, abs=1e-6)


def test_another_embedder_gives_the_same_vectors(embedder: Embedder) -> None:
    assert np.array_equal(Embedder().embed(SENTENCES), embedder.embed(SENTENCES))


def test_what_exceeds_the_limit_is_cut_off(embedder: Embedder) -> None:
    long = "drift " * MAX_TOKENS
    one, other, short = embedder.embed([long + "alpha", long + "omega beta", "drift drift"])
    assert np.array_equal(one, other)
    assert not np.array_equal(one, short)


def test_no_text_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize("text", ["", " ", "\n", "\ud800 broken", "日本語", "🙂" * 400, "\x00"])
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    assert np.linalg.norm(embedder.embed([text])[0]) == pytest.approx(1.0, abs=1e-6)


def test_case_does_not_matter(embedder: Embedder) -> None:
    lower, upper = embedder.embed(["Point in time", "POINT IN TIME"])
    assert np.array_equal(lower, upper)


def test_a_text_that_was_embedded_is_recalled() -> None:
    embedder = Embedder()
    first = embedder.embed(SENTENCES[:1])
    expected = first.copy()
    first[:] = 0.0  # what was handed out is the caller's own
    assert np.array_equal(embedder.embed([SENTENCES[0], *SENTENCES[1:3]])[:1], expected)


def test_a_message_points_where_its_sentences_do(embedder: Embedder) -> None:
    alone = embedder.embed(["Labels come late.", "Half arrive within a week."])
    message = embedder.embed_message("Labels come late. Half arrive within a week.")
    assert np.linalg.norm(message) == pytest.approx(1.0, abs=1e-6)
    assert (alone @ message).min() > alone[0] @ alone[1]
    one = embedder.embed_message("Labels come late.")
    assert np.allclose(one, alone[0], atol=1e-6)


def test_threads_may_share_an_embedder_that_is_not_loaded_yet() -> None:
    embedder = Embedder()
    expected = Embedder().embed(SENTENCES)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: embedder.embed(SENTENCES), range(8)))
    assert all(np.array_equal(result, expected) for result in results)


def test_the_hash_names_model_and_vocabulary(embedder: Embedder) -> None:
    assert embedder.model_hash == Embedder().model_hash
    assert len(embedder.model_hash) == 64


def test_nothing_is_loaded_before_the_first_text() -> None:
    script = (
        "import sys; from interviewer.knowledge.embedding import Embedder; Embedder().model_hash;"
        "print([m for m in ('onnxruntime', 'tokenizers', 'chromadb') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
