"""Exchange: what is asked of a model, and the pieces in which the answer comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from interviewer.prompts import Message


@dataclass(frozen=True)
class Request:
    """What is asked of a model.

    Attributes:
        messages: the prompt.
        max_tokens: the longest answer.
        temperature: 0 for the most likely answer.
        seed: makes sampling repeatable on servers that support it.
        schema: the form of the answer, for servers that support it.
    """

    messages: Sequence[Message]
    max_tokens: int
    temperature: float
    seed: int | None = None
    schema: type[BaseModel] | None = None


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer; every part may be missing.

    Attributes:
        text: the next characters.
        finish_reason: why the answer ended, once it has.
        tokens: prompt and completion tokens as the server counted them.
    """

    text: str
    finish_reason: str | None
    tokens: tuple[int, int] | None
