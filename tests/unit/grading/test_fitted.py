"""The fitted files are the ones that were measured."""

import hashlib
from pathlib import Path

from interviewer.grading import builtin

FITTED = Path(builtin.__file__).parent / "fitted"


def test_the_files_are_those_that_their_checksums_name() -> None:
    lines = (FITTED / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(named) == {"encoder.onnx", "quick.npz", "tuned.npz"}
    for name, digest in named.items():
        assert hashlib.sha256((FITTED / name).read_bytes()).hexdigest() == digest


def test_the_encoder_is_small_enough_for_a_repository() -> None:
    assert (FITTED / "encoder.onnx").stat().st_size < 25_000_000
