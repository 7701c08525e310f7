"""The address of a model and how it is shown."""

from pydantic import SecretStr

from interviewer.models.endpoint import Endpoint, EndpointKind, is_loopback


def test_the_label_names_model_and_place() -> None:
    server = Endpoint(EndpointKind.SERVER, "http://127.0.0.1:11434/v1", "qwen2.5")
    assert server.label == "qwen2.5 at 127.0.0.1:11434"
    openai = Endpoint(EndpointKind.SERVER, "https://api.openai.com/v1", "gpt-4.1")
    assert openai.label == "gpt-4.1 at api.openai.com"
    local = Endpoint(EndpointKind.LOCAL, "http://127.0.0.1:4711/v1", "qwen")
    assert local.label == "qwen in this program"


def test_no_secret_is_shown() -> None:
    endpoint = Endpoint(
        EndpointKind.SERVER, "https://ann:hidden@llm.example/v1", "m", SecretStr("sk-hidden")
    )
    assert "hidden" not in endpoint.label
    assert "sk-hidden" not in repr(endpoint)


def test_addresses_on_this_machine_are_known() -> None:
    assert is_loopback("http://localhost:1234/v1")
    assert is_loopback("http://[::1]:1234/v1")
    assert not is_loopback("https://api.openai.com/v1")
