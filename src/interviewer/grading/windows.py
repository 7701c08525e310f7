"""Windows: the pieces of an answer that are read for evidence."""

from dataclasses import dataclass

from interviewer.domain.sentences import is_question, sentences


@dataclass(frozen=True)
class Window:
    """One sentence of an answer, or two adjacent ones, because a thought often takes two.

    Attributes:
        text: the verbatim part of the answer.
        first: number of its first sentence, from 0.
        size: how many sentences it holds, 1 or 2.
        asks: it is a question to the interviewer and nothing else.
    """

    text: str
    first: int
    size: int
    asks: bool


def windows(answer: str) -> list[Window]:
    """The windows of an answer: the single sentences in order, then the pairs."""
    spans: list[tuple[int, int]] = []
    end = 0
    for sentence in sentences(answer):
        start = answer.index(sentence, end)
        end = start + len(sentence)
        spans.append((start, end))
    asking = [is_question(answer[start:end]) for start, end in spans]
    singles = [
        Window(answer[start:end], n, 1, asking[n])
        for n, (start, end) in enumerate(spans)
    ]
    pairs = [
        Window(answer[spans[n][0] : spans[n + 1][1]], n, 2, asking[n] and asking[n + 1])
        for n in range(len(spans) - 1)
    ]
    return singles + pairs
