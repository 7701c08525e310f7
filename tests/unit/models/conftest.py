"""A scripted model server and a connection to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from interviewer.models.chat import ChatModel, Timeouts
from interviewer.models.endpoint import Endpoint, EndpointKind
from tests.support.stub_server import StubServer

KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="package")
def shared_server() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


@pytest.fixture
def server(shared_server: StubServer) -> StubServer:
    shared_server.reset()
    return shared_server


@pytest.fixture
async def model(server: StubServer) -> AsyncIterator[ChatModel]:
    endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "stub-model", SecretStr(KEY))
    model = ChatModel(endpoint, timeouts=Timeouts(connect=1.0, first_token=1.5, between_tokens=0.3))
    yield model
    await model.close()
