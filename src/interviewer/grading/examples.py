"""Examples: how like the example phrasings a passage is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.knowledge.chunks import Chunk, Polarity
from interviewer.knowledge.embedding import Vector


@dataclass(frozen=True)
class Examples:
    """The embedded examples of several signals or critical errors.

    Attributes:
        refs: the ids of the signals or errors, in the order of the columns of `likeness`.
        shown: for each ref the embeddings of what shows it.
        not_shown: for each ref the embeddings of what merely looks like it.
    """

    refs: list[str]
    shown: list[Vector]
    not_shown: list[Vector]

    @classmethod
    def of(cls, embedded: Sequence[tuple[Chunk, Vector]]) -> "Examples":
        """Sort embedded chunks by what they are examples of."""
        refs = list(dict.fromkeys(chunk.ref for chunk, _ in embedded))

        def of_polarity(polarity: Polarity) -> list[Vector]:
            return [
                np.array(
                    [v for chunk, v in embedded if (chunk.ref, chunk.polarity) == (ref, polarity)]
                )
                for ref in refs
            ]

        return cls(refs, of_polarity(Polarity.SHOWN), of_polarity(Polarity.NOT_SHOWN))

    def likeness(self, vectors: Vector) -> tuple[Vector, Vector]:
        """The cosine of each passage to the nearest example of either polarity.

        Args:
            vectors: a row of unit length for each passage.

        Returns:
            Two arrays of shape (passages, refs): to what shows it, to what merely looks like it.
        """
        return _nearest(vectors, self.shown), _nearest(vectors, self.not_shown)


def _nearest(vectors: Vector, examples: list[Vector]) -> Vector:
    return np.stack([(vectors @ group.T).max(axis=1) for group in examples], axis=1)
