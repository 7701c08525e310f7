"""The answer bank and the passages: labelled words that are no whole interview.

``datasets/answers`` holds answers to single questions of a case, of four qualities and eight
voices. ``datasets/passages`` holds sentences that show a signal and sentences that merely look
like it. Both were written by language models and labelled by them by the policy of the gold
transcripts. No case of the locked gold half is in them.
"""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import Field, RootModel

from interviewer.domain.rubric import SignalId
from interviewer.domain.strict import Slug, Strict, Text
from interviewer.located import read_yaml

FOLDER = Path(__file__).parent / "datasets"

OPENING = "open"
"""Stands for the question that opens an interview."""

M = TypeVar("M", bound="AnswerBank | Passages")


class Quality(StrEnum):
    """How much there is in an answer."""

    STRONG = "strong"
    MIDDLING = "middling"
    VAGUE = "vague"
    NEAR_MISS = "near_miss"


class Shown(Strict):
    """A signal with the words that show it."""

    signal: SignalId
    quote: Text


class Committed(Strict):
    """A critical error with the words that commit it."""

    error: Slug
    quote: Text


class Answer(Strict):
    """One answer to one question.

    Attributes:
        ask: the id of the probe; ``open`` for the opening.
        quality: how much there is in it.
        voice: how its speaker talks.
        say: the words.
        shown: the signals that they show.
        errors: the critical errors that they commit.
    """

    ask: Slug
    quality: Quality
    voice: Text
    say: Text
    shown: list[Shown] = []
    errors: list[Committed] = []


class AnswerBank(Strict):
    """The answers to questions of one case."""

    scenario: Slug
    answers: list[Answer] = Field(min_length=1)


class Passage(Strict):
    """One or two sentences.

    Attributes:
        text: the words.
        also: signals that they show besides the one that they are listed under.
    """

    text: Text
    also: list[SignalId] = []


class SignalPassages(Strict):
    """Passages about one signal."""

    signal: SignalId
    shown: list[Passage]
    not_shown: list[Passage]


class Passages(RootModel[list[SignalPassages]]):
    """The passages of one competency."""


class Nothing(RootModel[dict[str, list[Text]]]):
    """Sentences that show nothing whatever was asked, by kind."""


def nothing() -> list[str]:
    """Sentences that show nothing: of everyday life, about the scoring, polite, or empty.

    Raises:
        KnowledgeError: the file is not valid.
    """
    path = FOLDER / "nothing.yaml"
    held = read_yaml(path.read_text(encoding="utf-8"), path.name, Nothing).value.root
    return [text for texts in held.values() for text in texts]


def banks() -> list[AnswerBank]:
    """Every answer bank.

    Raises:
        KnowledgeError: a file is not valid.
    """
    return _all("answers", AnswerBank)


def passages() -> list[SignalPassages]:
    """The passages of every signal.

    Raises:
        KnowledgeError: a file is not valid.
    """
    return [of for file in _all("passages", Passages) for of in file.root]


def _all(folder: str, model: type[M]) -> list[M]:
    return [
        read_yaml(path.read_text(encoding="utf-8"), path.name, model).value
        for path in sorted((FOLDER / folder).glob("*.yaml"))
    ]
