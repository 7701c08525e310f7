"""Windows: the pieces of an answer that are read for evidence."""

from dataclasses import dataclass

from interviewer.domain.sentences import is_question, sentences


@dataclass(frozen=True)
class Window:
    """One sentence of an answer, or two adjacent ones, because a thought often takes two.

    Attributes:
        text: the verbatim part of the answer.
        sentences: the numbers of its sentences, from 0.
        asks: it is a question to the interviewer and nothing else.
    """

    text: str
    sentences: range
    asks: bool

    def overlaps(self, other: "Window") -> bool:
        """Whether the two share a sentence."""
        return bool(set(self.sentences) & set(other.sentences))


def windows(answer: str) -> list[Window]:
    """The windows of an answer: the single sentences in order, then the pairs in order."""
    spans: list[tuple[int, int]] = []
    end = 0
    for sentence in sentences(answer):
        start = answer.index(sentence, end)
        end = start + len(sentence)
        spans.append((start, end))
    asking = [is_question(answer[start:end]) for start, end in spans]
    return [
        Window(
            answer[spans[first][0] : spans[first + size - 1][1]],
            range(first, first + size),
            all(asking[first : first + size]),
        )
        for size in (1, 2)
        for first in range(len(spans) - size + 1)
    ]
