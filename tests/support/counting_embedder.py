"""An embedder that counts."""

from collections.abc import Sequence

import numpy as np

from interviewer.knowledge.embedding import DIMENSIONS, Embedder, Vector


class CountingEmbedder(Embedder):
    """The real embedder; it counts the texts it is asked for and computes each only once."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._known: dict[str, Vector] = {}

    def embed(self, texts: Sequence[str]) -> Vector:
        self.count += len(texts)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().embed(new), strict=True))
        rows = [self._known[text] for text in texts]
        return np.asarray(rows, dtype=np.float32).reshape(-1, DIMENSIONS)
