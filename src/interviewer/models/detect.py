"""Detect: which model answers, from what the user chose and what runs on this machine."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError

from interviewer.errors import ModelUnavailable
from interviewer.models import failures
from interviewer.models.endpoint import NO_KEY, Endpoint, EndpointKind, is_loopback, server_of

USUAL_PORTS = (11434, 1234, 8080, 8000)
"""Where local servers listen, in the order of preference: Ollama, LM Studio, llama.cpp, vLLM."""

OPENAI_URL = "https://api.openai.com/v1"

_CHOSEN_TIMEOUT = 5.0
"""Seconds for an address that the user chose; it may be far away."""


class _Listed(BaseModel):
    id: str


class _Listing(BaseModel):
    """The part of the answer to ``GET /models`` that is needed."""

    data: list[_Listed]

    def chat_models(self) -> list[str]:
        """The names, without the embedding models that some servers list among them."""
        return [listed.id for listed in self.data if "embed" not in listed.id.lower()]


async def find_endpoint(
    base_url: str | None,
    api_key: SecretStr | None,
    model: str | None,
    *,
    ports: Sequence[int] = USUAL_PORTS,
    timeout: float = 0.3,
) -> Endpoint | None:
    """Find the model to talk to.

    An address or a key decides alone. A model name without either picks the local server that
    offers the model. With no choice at all, the first local server that answers is taken.

    Args:
        base_url: the chosen address; with a key but no address, OpenAI's own.
        api_key: the chosen key.
        model: the chosen model; without one, the first that the server lists.
        ports: the ports on 127.0.0.1 to look at, in the order of preference.
        timeout: seconds for looking at all of these ports, which happens at once.

    Returns:
        The endpoint, or None where nothing was chosen and nothing listens.

    Raises:
        ModelUnavailable: the chosen server or model is not there, or refuses the key; the line
            names the variable to look at.
    """
    if base_url or api_key:
        return await _chosen((base_url or OPENAI_URL).rstrip("/"), api_key or NO_KEY, model)
    listings = await asyncio.gather(*(_listing_at(port, timeout) for port in ports))
    for port, names in zip(ports, listings, strict=True):
        if name := _pick(names, model):
            return Endpoint(EndpointKind.SERVER, _local_url(port), name)
    if model:
        raise ModelUnavailable(
            f"No server on this machine offers the model {model}: start one, or check "
            "INTERVIEWER_MODEL and set OPENAI_BASE_URL."
        )
    return None


async def _chosen(base_url: str, api_key: SecretStr, model: str | None) -> Endpoint:
    """The endpoint at an address that the user chose, after asking it for its models."""
    if base_url == OPENAI_URL and not model:
        raise ModelUnavailable("No model is chosen for the key: set INTERVIEWER_MODEL.")
    if not _is_web_address(base_url):
        raise ModelUnavailable(
            "OPENAI_BASE_URL is not a web address such as http://127.0.0.1:11434/v1."
        )
    key = api_key.get_secret_value().strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ModelUnavailable(
            "OPENAI_API_KEY holds characters that no key has: copy the key again."
        )
    server = server_of(base_url)
    try:
        async with (
            asyncio.timeout(_CHOSEN_TIMEOUT),
            httpx2.AsyncClient(trust_env=not is_loopback(base_url)) as client,
        ):
            answer = await client.get(
                f"{base_url}/models", headers={"Authorization": f"Bearer {key}"}
            )
    except (httpx2.HTTPError, TimeoutError) as error:
        raise failures.unreachable(server) from error
    if answer.is_error:
        raise failures.refused(server, None, answer.status_code, answer.text)
    try:
        offered = _Listing.model_validate_json(answer.content).chat_models()
    except ValidationError as error:
        raise failures.not_a_model_server(server) from error
    name = model or next(iter(offered), None)
    if name is None:
        raise ModelUnavailable(f"{server} lists no model: load one, or set INTERVIEWER_MODEL.")
    return Endpoint(EndpointKind.SERVER, base_url, name, SecretStr(key))


async def _listing_at(port: int, timeout: float) -> list[str]:
    """The models of the server on a local port; none if it is not a model server."""
    try:
        # Proxy settings do not apply to this machine, nor is there a certificate to verify.
        async with (
            asyncio.timeout(timeout),
            httpx2.AsyncClient(trust_env=False, verify=False) as client,
        ):
            answer = await client.get(f"{_local_url(port)}/models")
            return _Listing.model_validate_json(answer.content).chat_models()
    except (httpx2.HTTPError, TimeoutError, ValidationError):
        return []


def _pick(names: list[str], model: str | None) -> str | None:
    """The wanted model among those that a server offers; without a wish, the first."""
    if model is None:
        return next(iter(names), None)
    # Ollama lists "name:latest" for what people call "name".
    return next((name for name in names if name in (model, f"{model}:latest")), None)


def _is_web_address(text: str) -> bool:
    try:
        httpx2.URL(text)
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except (httpx2.InvalidURL, ValueError):
        return False


def _local_url(port: int) -> str:
    return f"http://127.0.0.1:{port}/v1"
