"""Usage: what one call to a model cost."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """The cost of one call.

    Attributes:
        purpose: what the call was for, as the caller named it.
        prompt_tokens: tokens sent.
        completion_tokens: tokens received.
        seconds: from sending the request to the last piece.
        estimated: the server reported no counts, so they are estimates.
    """

    purpose: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    estimated: bool


OnUsage = Callable[[Usage], None]
"""Receives the usage of a call when the call is over."""
