"""The weights that come in parts, and the server that runs them."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest
from pydantic import BaseModel

from interviewer.domain.events import ModelUsed, Purpose
from interviewer.errors import SetupError
from interviewer.models.chat import ChatModel
from interviewer.models.endpoint import EndpointKind
from interviewer.models.local import (
    QWEN_CODER,
    LocalServer,
    Weights,
    installed_parts,
    is_joined,
    join_weights,
)
from interviewer.prompts import Message

CONTENT = [b"GGUF" + bytes(range(200)), b"middle" * 50, b"end"]


def ignore(_: float) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"part{number:02}.bin" for number in range(1, 4)]
    for path, content in zip(paths, CONTENT, strict=True):
        path.write_bytes(content)
    return paths


@pytest.fixture
def weights() -> Weights:
    whole = b"".join(CONTENT)
    return Weights("tiny.gguf", len(whole), hashlib.sha256(whole).hexdigest())


def test_parts_are_joined_in_order(tmp_path: Path, parts: list[Path], weights: Weights) -> None:
    folder, shares = tmp_path / "home" / "models", list[float]()
    gguf = join_weights(folder, shares.append, parts=parts, weights=weights)
    assert gguf == folder / "tiny.gguf"
    assert gguf.read_bytes() == b"".join(CONTENT)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    marker = (folder / "tiny.gguf.sha256").read_text()
    assert marker == f"{weights.sha256}  tiny.gguf\n"
    assert not list(folder.glob("*.joining"))


def test_weights_are_joined_once(tmp_path: Path, parts: list[Path], weights: Weights) -> None:
    gguf = join_weights(tmp_path, ignore, parts=parts, weights=weights)
    before = gguf.stat().st_mtime_ns
    shares: list[float] = []
    join_weights(tmp_path, shares.append, parts=[], weights=weights)
    assert gguf.stat().st_mtime_ns == before
    assert shares == []


@pytest.mark.parametrize("damage", ["cut", "marker gone", "other marker"])
def test_a_damaged_file_is_joined_again(
    tmp_path: Path, parts: list[Path], weights: Weights, damage: str
) -> None:
    gguf = join_weights(tmp_path, ignore, parts=parts, weights=weights)
    marker = tmp_path / "tiny.gguf.sha256"
    match damage:
        case "cut":
            os.truncate(gguf, 10)
        case "marker gone":
            marker.unlink()
        case _:
            marker.write_text("0000  tiny.gguf\n")
    assert not is_joined(gguf, weights)
    join_weights(tmp_path, ignore, parts=parts, weights=weights)
    assert is_joined(gguf, weights)


def test_a_corrupt_part_is_noticed_and_nothing_is_left(
    tmp_path: Path, parts: list[Path], weights: Weights
) -> None:
    parts[1].write_bytes(b"muddle" * 50)
    with pytest.raises(SetupError, match=r"corrupt: run `make run-local`\."):
        join_weights(tmp_path / "models", ignore, parts=parts, weights=weights)
    assert not list((tmp_path / "models").glob("tiny.gguf*[!k]"))


def test_a_missing_part_is_named(tmp_path: Path, parts: list[Path], weights: Weights) -> None:
    parts[2].unlink()
    with pytest.raises(SetupError, match=r"part03\.bin.*run `make run-local`\."):
        join_weights(tmp_path, ignore, parts=parts, weights=weights)


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, parts: list[Path], weights: Weights
) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(SetupError, match=r"cannot be written to .*models.*run `make run-local`\."):
        join_weights(tmp_path / "models", ignore, parts=parts, weights=weights)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(tmp_path: Path, parts: list[Path], weights: Weights) -> None:
    (tmp_path / "tiny.gguf.joining").symlink_to("/dev/full")
    with pytest.raises(SetupError, match=r"No space left on device.*free 0\.0 GB"):
        join_weights(tmp_path, ignore, parts=parts, weights=weights)


@pytest.mark.parametrize("content", [b"", b"GGU", b"PK\x03\x04 not a model"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(SetupError, match=r"is not a GGUF model file: check INTERVIEWER_GGUF\."):
        LocalServer().start(path)


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"gone\.gguf cannot be read .* check INTERVIEWER_GGUF\."):
        LocalServer().start(tmp_path / "gone.gguf")


@pytest.mark.skipif(find_spec("xllamacpp") is None, reason="llama.cpp is not installed")
def test_a_broken_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF and then nothing that llama.cpp could use")
    with pytest.raises(SetupError, match=r"llama\.cpp cannot load"):
        LocalServer().start(path)


def test_stopping_what_does_not_run_is_no_error() -> None:
    LocalServer().stop()


class Verdict(BaseModel):
    """A form that the model fills in."""

    quote: str
    names_a_metric: bool


@pytest.fixture(scope="module")
def real_weights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if find_spec("xllamacpp") is None:
        pytest.skip("llama.cpp is not installed")
    try:
        installed_parts()
    except SetupError:
        pytest.skip("the weights of the local model are not installed")
    folder = tmp_path_factory.mktemp("models")
    yield join_weights(folder, ignore)
    shutil.rmtree(folder)


@pytest.mark.local
async def test_the_real_model_speaks_and_fills_in_a_form(real_weights: Path) -> None:
    assert is_joined(real_weights, QWEN_CODER)
    used: list[ModelUsed] = []
    with LocalServer() as server:
        endpoint = server.start(real_weights)
        assert endpoint.kind is EndpointKind.LOCAL
        async with httpx2.AsyncClient() as stranger:
            answer = await stranger.get(f"{endpoint.base_url}/props")
        assert answer.status_code == 401
        model = ChatModel(endpoint)
        pieces = model.stream(
            [Message("user", "Say hello in three words.")],
            max_tokens=8,
            purpose=Purpose.SPEAK,
            on_usage=used.append,
        )
        assert "".join([piece async for piece in pieces]).strip()
        said = "I would track recall at ten for every country."
        verdict = await model.structured(
            [Message("user", f"Quote this sentence and judge if it names a metric: {said}")],
            Verdict,
            max_tokens=40,
            purpose=Purpose.GRADE,
            on_usage=used.append,
        )
        assert isinstance(verdict, Verdict)
        await model.close()
    assert [usage.purpose for usage in used] == [Purpose.SPEAK, Purpose.GRADE]
    assert not any(usage.estimated for usage in used)
    async with httpx2.AsyncClient() as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(endpoint.base_url)
