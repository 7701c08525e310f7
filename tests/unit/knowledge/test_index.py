"""Building, opening and searching the index."""

import logging
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId
from interviewer.errors import StorageError
from interviewer.knowledge.chunks import Kind, chunks_of
from interviewer.knowledge.index import Index, open_index
from tests.support.counting_embedder import CountingEmbedder


@pytest.fixture(scope="module")
def built(
    small: Knowledge, shared_embedder: CountingEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A complete index of the small knowledge that tests copy."""
    folder = tmp_path_factory.mktemp("built") / "index"
    open_index(small, shared_embedder, folder).close()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A complete index that a test may break."""
    return shutil.copytree(built, tmp_path / "index")


@pytest.fixture(scope="module")
def index(built: Path, small: Knowledge, shared_embedder: CountingEmbedder) -> Iterator[Index]:
    """An open index that tests only search."""
    index = open_index(small, shared_embedder, built)
    yield index
    index.close()


def wordings_of(knowledge: Knowledge) -> set[str]:
    return {text for chunk in chunks_of(knowledge) for text in chunk.wordings}


def build_in(folder: Path) -> Path:
    (build,) = (path for path in folder.iterdir() if path.is_dir())
    return build


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def assert_works(index: Index, knowledge: Knowledge) -> None:
    scenario = knowledge.scenarios["payment-fraud"]
    fact = scenario.facts[0]
    (found,) = index.search(fact.ask[0], kinds=[Kind.FACT], n=1, scenario=scenario.slug)
    assert found.chunk.ref == fact.key
    assert found.score == pytest.approx(1.0, abs=1e-5)
    index.close()


def test_a_build_embeds_every_wording_once_and_says_how_far_it_is(
    small: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    total = len(chunks_of(small))
    told: list[tuple[int, int]] = []
    index = open_index(
        small, embedder, tmp_path / "new" / "index", progress=lambda *at: told.append(at)
    )
    assert embedder.count == len(wordings_of(small))
    assert told == sorted(told)
    assert told[-1] == (total, total)
    assert len(told) > 1
    assert_works(index, small)


def test_a_complete_index_opens_without_embedding(
    folder: Path, small: Knowledge, embedder: CountingEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        index = open_index(small, embedder, folder)
        assert embedder.count == 0
        index.search("why?", kinds=list(Kind), n=3)
        index.close()
        embedder.count = 0
    assert warnings_in(caplog) == []


BUILD_THREE = """
import sys
from pathlib import Path
from interviewer.knowledge.chunks import Chunk, Kind
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import open_chunks
three = [Chunk(t, Kind.DOCUMENT, t, t, t, t) for t in ("one", "two", "three")]
open_chunks(three, Embedder(), Path(sys.argv[1])).close()
"""


def test_no_freed_memory_is_stored_with_the_vectors(tmp_path: Path) -> None:
    # With this the C library hands out memory that is filled with something.
    dirty = {**os.environ, "MALLOC_PERTURB_": "90"}
    folder = tmp_path / "index"
    subprocess.run([sys.executable, "-c", BUILD_THREE, str(folder)], env=dirty, check=True)
    (lengths,) = folder.glob("*/*/length.bin")
    for file in (lengths, lengths.with_name("data_level0.bin")):
        held = file.read_bytes()
        used = len(held) // (lengths.stat().st_size // 4) * 3
        assert used < len(held)
        assert any(held[:used])
        assert not any(held[used:])


def break_truncated_database(build: Path) -> None:
    database = build / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[:100_000])


def break_garbage_database(build: Path) -> None:
    (build / "chroma.sqlite3").write_bytes(b"garbage" * 1000)


def break_empty_database(build: Path) -> None:
    (build / "chroma.sqlite3").write_bytes(b"")


def break_no_database(build: Path) -> None:
    (build / "chroma.sqlite3").unlink()


def break_no_vectors(build: Path) -> None:
    shutil.rmtree(next(build.glob("*/header.bin")).parent)


def break_garbage_vectors(build: Path) -> None:
    next(build.glob("*/data_level0.bin")).write_bytes(b"\xff" * 5000)


def break_no_seal(build: Path) -> None:
    (build / "seal.json").unlink()


def break_garbage_seal(build: Path) -> None:
    (build / "seal.json").write_bytes(b"\xff{")


def break_empty_build(build: Path) -> None:
    shutil.rmtree(build)
    build.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        break_truncated_database,
        break_garbage_database,
        break_empty_database,
        break_no_database,
        break_no_vectors,
        break_garbage_vectors,
        break_no_seal,
        break_garbage_seal,
        break_empty_build,
    ],
)
def test_a_damaged_index_is_built_again(
    damage: Callable[[Path], None],
    folder: Path,
    small: Knowledge,
    embedder: CountingEmbedder,
    caplog: pytest.LogCaptureFixture,
) -> None:
    build = build_in(folder)
    damage(build)
    index = open_index(small, embedder, folder)
    assert embedder.count == len(wordings_of(small))
    assert warnings_in(caplog) == [
        f"the index in {build} is damaged or unfinished; building it again"
    ]
    assert not build.exists()
    assert_works(index, small)
    embedder.count = 0
    assert_works(open_index(small, embedder, folder), small)
    assert embedder.count <= 1


def test_an_index_that_is_damaged_while_this_process_has_it_open_is_built_again(
    folder: Path, small: Knowledge, embedder: CountingEmbedder
) -> None:
    first = open_index(small, embedder, folder)
    (build_in(folder) / "chroma.sqlite3").write_bytes(b"garbage")
    assert_works(open_index(small, embedder, folder), small)
    with pytest.raises(StorageError) as caught:
        first.search("why?", kinds=[Kind.PROBE], n=1)
    assert "\n" not in str(caught.value)
    first.close()


def test_an_empty_folder_is_no_damage(
    small: Knowledge, embedder: CountingEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").mkdir()
    assert_works(open_index(small, embedder, tmp_path / "index"), small)
    assert warnings_in(caplog) == []


def test_a_file_in_the_place_of_the_folder_is_replaced(
    small: Knowledge, embedder: CountingEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "index").write_text("not an index")
    assert_works(open_index(small, embedder, tmp_path / "index"), small)
    assert len(warnings_in(caplog)) == 1


def test_an_interrupted_build_is_noticed(
    small: Knowledge, embedder: CountingEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index(small, embedder, tmp_path / "index", progress=interrupt)
    assert_works(open_index(small, embedder, tmp_path / "index"), small)
    assert len(warnings_in(caplog)) == 1
    build_in(tmp_path / "index")


def test_new_content_is_a_new_build_and_only_the_last_old_one_stays(
    folder: Path, small: Knowledge, embedder: CountingEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    first = build_in(folder)
    before = open_index(small, embedder, folder)
    for n, ids in enumerate((["data-where-from"], ["data-label-origin"])):
        other = replace(small, scenarios={}, probes={i: small.probes[i] for i in ids})
        index = open_index(other, embedder, folder)
        (found,) = index.search("labels", kinds=[Kind.PROBE], n=5)
        assert found.chunk.ref == ids[0]
        index.close()
        assert first.exists() == (n == 0)
        if n == 0:
            assert_works(before, small)
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 2
    assert warnings_in(caplog) == []


def test_what_is_only_shown_can_change_without_a_new_build(
    folder: Path, small: Knowledge, embedder: CountingEmbedder
) -> None:
    facts = [f.model_copy() for f in small.scenarios["payment-fraud"].facts]
    case = small.scenarios["payment-fraud"].model_copy(update={"facts": facts, "summary": "New."})
    other = replace(small, scenarios={**small.scenarios, "payment-fraud": case}, fingerprint="new")
    open_index(other, embedder, folder).close()
    assert embedder.count == 0


SCRIPT = """
import pickle, sys
from pathlib import Path
from interviewer.knowledge.chunks import Kind
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import open_index
told = []
knowledge = pickle.loads(Path(sys.argv[1]).read_bytes())
index = open_index(knowledge, Embedder(), Path(sys.argv[2]), None, lambda *at: told.append(at))
print(len(index.search("labels", kinds=[Kind.PROBE], n=100)), len(told))
"""


def test_two_programs_that_open_a_new_folder_at_once_build_it_once(
    small: Knowledge, tmp_path: Path
) -> None:
    few = replace(small, scenarios={}, rubric=small.rubric.model_copy(update={"competencies": []}))
    (tmp_path / "knowledge").write_bytes(pickle.dumps(few))
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "knowledge"), str(tmp_path / "index")]
    programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = sorted(program.communicate()[0].split() for program in programs)
    found = str(len(few.probes))
    assert printed == [[found, "0"], [found, "1"]]


def test_a_folder_that_cannot_be_written_is_one_clear_line(
    small: Knowledge, embedder: CountingEmbedder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot be written \(.*\).*INTERVIEWER_HOME") as caught:
        open_index(small, embedder, tmp_path / "file" / "index")
    assert "\n" not in str(caught.value)
    assert embedder.count == 0


def test_a_paraphrased_question_finds_its_fact(index: Index) -> None:
    found = index.search(
        "What number of vehicles do we operate?",
        kinds=[Kind.FACT],
        n=2,
        scenario="driving-perception",
    )
    assert found[0].chunk.ref == "fleet-size"


def test_the_best_chunk_of_each_ref_is_found_and_no_other(
    index: Index, small: Knowledge, embedder: CountingEmbedder
) -> None:
    query = embedder.embed_message("How much delay is allowed?")
    found = index.search(query, kinds=[Kind.FACT], n=10, scenario="payment-fraud")
    best: dict[str, float] = {}
    for chunk, vector in index.vectors(Kind.FACT):
        if chunk.scenario == "payment-fraud":
            best[chunk.ref] = max(float(vector @ query), best.get(chunk.ref, -1.0))
    assert {p.chunk.ref: p.score for p in found} == pytest.approx(best, abs=1e-5)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert len(found) == len(small.scenarios["payment-fraud"].facts)
    nearest = index.search(query, kinds=[Kind.FACT], n=1, scenario="payment-fraud")
    assert nearest == found[:1]


def test_a_chunk_lies_in_the_middle_of_its_wordings(
    index: Index, embedder: CountingEmbedder
) -> None:
    chunk, vector = index.vectors(Kind.PROBE)[0]
    assert len(chunk.wordings) > 5
    middle = embedder.embed(chunk.wordings).mean(axis=0)
    assert vector == pytest.approx(middle / np.linalg.norm(middle), abs=1e-6)


def test_a_text_is_searched_for_like_its_vector(index: Index, embedder: CountingEmbedder) -> None:
    by_text = index.search("labels come late", kinds=[Kind.PROBE], n=3)
    by_vector = index.search(embedder.embed_message("labels come late"), kinds=[Kind.PROBE], n=3)
    assert by_text == by_vector


def test_without_a_case_only_what_belongs_to_none_is_found(index: Index, small: Knowledge) -> None:
    found = index.search("labels", kinds=[Kind.PROBE, Kind.FACT], n=100)
    assert {p.chunk.ref for p in found} == set(small.probes)


def test_with_a_case_its_own_and_what_belongs_to_none_are_found(
    index: Index, small: Knowledge
) -> None:
    found = index.search("labels", kinds=[Kind.PROBE], n=100, scenario="payment-fraud")
    own = {probe.id for probe in small.scenarios["payment-fraud"].probes}
    assert {p.chunk.ref for p in found} == set(small.probes) | own


def test_a_competency_narrows_the_search(index: Index) -> None:
    found = index.search("labels", kinds=[Kind.PROBE], n=100, competency=CompetencyId.DATA)
    assert {p.chunk.competency for p in found} == {CompetencyId.DATA}
    assert len(found) == 10


def test_a_kind_of_which_there_is_nothing_gives_nothing(index: Index) -> None:
    assert index.search("labels", kinds=[Kind.GUIDE], n=3) == []
    assert index.search("labels", kinds=[Kind.FACT], n=3, scenario="unheard-of") == []


def test_vectors_come_in_the_order_of_the_content(
    index: Index, small: Knowledge, embedder: CountingEmbedder
) -> None:
    pairs = index.vectors(Kind.EXAMPLE)
    assert [chunk for chunk, _ in pairs] == [
        chunk for chunk in chunks_of(small) if chunk.kind == Kind.EXAMPLE
    ]
    expected = embedder.embed([chunk.text for chunk, _ in pairs])
    assert np.vstack([vector for _, vector in pairs]) == pytest.approx(expected, abs=1e-5)
