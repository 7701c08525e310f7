"""Exchanges with the real local model, recorded once (`make record`) and replayed without it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from vcr.request import Request

from interviewer.models.chat import ChatModel
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.models.local import LocalServer, join_weights
from interviewer.settings import Settings

MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"


def _on_no_machine(request: Request) -> Request:
    """Give the request an address that says nothing of where it was recorded."""
    request.uri = urlunsplit(urlsplit(request.uri)._replace(netloc="llm.test"))
    return request


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "path", "query", "body"],
        "before_record_request": _on_no_machine,
        "filter_headers": [
            "authorization",
            "host",
            "user-agent",
            *(f"x-stainless-{name}" for name in ("arch", "os", "runtime", "runtime-version")),
        ],
        "decode_compressed_response": True,
    }


@pytest.fixture(scope="session")
def endpoint(pytestconfig: pytest.Config) -> Iterator[Endpoint]:
    """The local model while recording; an address that nobody answers at otherwise."""
    if pytestconfig.getoption("--record-mode") == "none":
        yield Endpoint(EndpointKind.LOCAL, "http://llm.test/v1", MODEL)
        return
    weights = join_weights(Settings().home / "models", lambda share: None)
    with LocalServer() as server:
        yield server.start(weights)


@pytest.fixture
async def model(endpoint: Endpoint) -> AsyncIterator[ChatModel]:
    model = ChatModel(endpoint)
    yield model
    await model.close()
