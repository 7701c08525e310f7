"""Token counts without a network."""

import socket
from typing import NoReturn

import pytest

from interviewer.models.tokens import TokenCount, count_messages, count_tokens
from interviewer.prompts import Message


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was attempted")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_model_with_the_installed_encoding_is_counted_exactly() -> None:
    assert count_tokens("hello world", "gpt-4") == TokenCount(2, estimated=False)
    assert count_tokens("", "gpt-3.5-turbo") == TokenCount(0, estimated=False)


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-mini", "qwen2.5:7b", "/models/some.gguf", ""])
def test_any_other_model_is_estimated(model: str) -> None:
    assert count_tokens("hello world", model) == TokenCount(2, estimated=True)


def test_a_special_token_is_text_like_any_other() -> None:
    assert count_tokens("<|endoftext|>", "gpt-4").count > 1


def test_messages_cost_more_than_their_words() -> None:
    messages = [Message("system", "hello world"), Message("user", "hello world")]
    assert count_messages(messages, "gpt-4") == TokenCount(15, estimated=True)
