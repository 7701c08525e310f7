"""Which model is found, from what is chosen and what listens."""

import socket
import time
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from interviewer.errors import ModelUnavailable
from interviewer.models.detect import find_endpoint
from interviewer.models.endpoint import NO_KEY, Endpoint, EndpointKind
from tests.support.stub_server import StubServer

SECRET = "sk-very-secret-0123456789"


@pytest.fixture
def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def mute_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


async def test_nothing_chosen_and_nothing_listening_is_no_endpoint(closed_port: int) -> None:
    assert await find_endpoint(None, None, None, ports=[closed_port]) is None


async def test_a_port_that_never_answers_delays_the_start_no_longer_than_the_timeout(
    mute_port: int,
) -> None:
    started = time.monotonic()
    assert await find_endpoint(None, None, None, ports=[mute_port] * 4, timeout=0.2) is None
    assert time.monotonic() - started < 0.35


async def test_a_local_server_is_found_by_its_port(server: StubServer, closed_port: int) -> None:
    found = await find_endpoint(None, None, None, ports=[closed_port, server.port])
    assert found == Endpoint(EndpointKind.SERVER, server.base_url, "stub-model", NO_KEY)


async def test_the_order_of_the_ports_is_the_order_of_preference() -> None:
    with StubServer(models=["slow"], wait=0.1) as preferred, StubServer(models=["fast"]) as other:
        found = await find_endpoint(None, None, None, ports=[preferred.port, other.port])
    assert found is not None
    assert found.model == "slow"


async def test_a_server_that_is_no_model_server_is_passed_over(server: StubServer) -> None:
    with StubServer(models=None) as stranger, StubServer(models=[]) as empty:
        found = await find_endpoint(
            None, None, None, ports=[stranger.port, empty.port, server.port]
        )
    assert found is not None
    assert found.base_url == server.base_url


async def test_an_embedding_model_is_not_taken_for_a_chat_model() -> None:
    with StubServer(models=["nomic-embed-text:latest", "qwen2.5:7b"]) as server:
        found = await find_endpoint(None, None, None, ports=[server.port])
    assert found is not None
    assert found.model == "qwen2.5:7b"


async def test_a_model_name_picks_the_local_server_that_offers_it(server: StubServer) -> None:
    with StubServer(models=["llama3:latest", "qwen2.5:7b"]) as other:
        ports = [server.port, other.port]
        exact = await find_endpoint(None, None, "qwen2.5:7b", ports=ports)
        short = await find_endpoint(None, None, "llama3", ports=ports)
    assert exact is not None
    assert (exact.base_url, exact.model) == (other.base_url, "qwen2.5:7b")
    assert short is not None
    assert short.model == "llama3:latest"


async def test_a_model_name_that_nobody_offers_is_an_error(server: StubServer) -> None:
    with pytest.raises(ModelUnavailable, match=r"offers the model gpt-9.*INTERVIEWER_MODEL"):
        await find_endpoint(None, None, "gpt-9", ports=[server.port])


async def test_a_chosen_address_decides_and_its_first_model_is_taken(server: StubServer) -> None:
    with StubServer(models=["other"]) as other:
        found = await find_endpoint(f"{other.base_url}/", None, None, ports=[server.port])
    assert found == Endpoint(EndpointKind.SERVER, other.base_url, "other", NO_KEY)


async def test_a_chosen_model_at_a_chosen_address_is_kept(server: StubServer) -> None:
    found = await find_endpoint(server.base_url, SecretStr(f" {SECRET}\n"), "my-alias")
    assert found == Endpoint(EndpointKind.SERVER, server.base_url, "my-alias", SecretStr(SECRET))


async def test_a_key_without_a_model_name_is_an_error() -> None:
    with pytest.raises(ModelUnavailable, match="set INTERVIEWER_MODEL"):
        await find_endpoint(None, SecretStr(SECRET), None)


@pytest.mark.parametrize("key", ["sk-“quoted”", "sk-two words", "sk-\x00"])
async def test_a_key_that_cannot_be_one_is_an_error(key: str) -> None:
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY holds characters") as caught:
        await find_endpoint(None, SecretStr(key), "gpt-4.1")
    assert key not in str(caught.value)


async def test_a_refused_key_names_its_variable_and_not_the_key() -> None:
    with StubServer(api_key="another") as server:
        with pytest.raises(ModelUnavailable, match=r"refused the key: check OPENAI_API_KEY\.") as e:
            await find_endpoint(server.base_url, SecretStr(SECRET), "stub-model")
        assert SECRET not in str(e.value)
        found = await find_endpoint(server.base_url, SecretStr("another"), None)
    assert found is not None


async def test_an_address_where_nothing_listens_names_its_variable(closed_port: int) -> None:
    with pytest.raises(ModelUnavailable, match=r"Nothing answers at .* check OPENAI_BASE_URL\."):
        await find_endpoint(f"http://127.0.0.1:{closed_port}/v1", None, None)


@pytest.mark.parametrize(
    "address", ["localhost:11434", "http://", "not an address", "http://[x", "http://host:x/v1"]
)
async def test_an_address_that_is_none_names_its_variable(address: str) -> None:
    with pytest.raises(ModelUnavailable, match="OPENAI_BASE_URL is not a web address"):
        await find_endpoint(address, None, None)


async def test_an_address_without_its_v1_is_explained(server: StubServer) -> None:
    with pytest.raises(ModelUnavailable, match=r"OPENAI_BASE_URL \(it usually ends in /v1\)"):
        await find_endpoint(server.base_url.removesuffix("/v1"), None, "stub-model")


async def test_an_address_of_some_other_program_is_explained() -> None:
    with (
        StubServer(models=None) as server,
        pytest.raises(ModelUnavailable, match="does not answer as a model server"),
    ):
        await find_endpoint(server.base_url, None, None)


async def test_a_server_without_models_is_explained() -> None:
    with (
        StubServer(models=[]) as server,
        pytest.raises(ModelUnavailable, match="lists no model: load one, or set INTERVIEWER_MODEL"),
    ):
        await find_endpoint(server.base_url, None, None)
