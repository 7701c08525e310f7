"""Transcripts to grade, and a scripted model server."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from interviewer.domain.library import Knowledge
from interviewer.domain.move import Move, MoveKind
from interviewer.domain.rubric import Level
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.models.chat import ChatModel, Timeouts
from interviewer.models.endpoint import Endpoint, EndpointKind
from tests.support.stub_server import StubServer

Asked = Callable[..., Transcript]


@pytest.fixture(scope="session")
def asked(knowledge: Knowledge) -> Asked:
    """Builds a transcript of one probe and the answer to it, which is turn 2."""

    def build(answer: str, probe: str, scenario: str = "payment-fraud") -> Transcript:
        put = knowledge.probes[probe]
        move = Move(
            kind=MoveKind.PROBE, competency=put.competency, probe=put.id, signals=put.signals
        )
        return Transcript(
            id="one-answer",
            scenario=scenario,
            level=Level.SENIOR,
            turns=[
                Turn(speaker=Speaker.INTERVIEWER, text=put.text, move=move),
                Turn(speaker=Speaker.CANDIDATE, text=answer),
            ],
        )

    return build


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
    endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "stub-model")
    model = ChatModel(endpoint, timeouts=Timeouts(connect=1.0, first_token=2.0, between_tokens=0.5))
    yield model
    await model.close()
