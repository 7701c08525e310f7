"""Endpoint: where a language model answers, and under which name."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from pydantic import SecretStr

NO_KEY = SecretStr("no-key-needed")
"""What is sent as key to a server that asks for none; the protocol has no way to send nothing."""


class EndpointKind(StrEnum):
    """Who runs the model."""

    SERVER = "server"
    LOCAL = "local"


@dataclass(frozen=True)
class Endpoint:
    """A model behind an OpenAI-compatible address.

    Attributes:
        kind: a server that somebody runs, or the model inside this program.
        base_url: the address up to and including ``/v1``, without a slash at the end.
        model: the name under which the server knows the model.
        api_key: the key; never shown.
    """

    kind: EndpointKind
    base_url: str
    model: str
    api_key: SecretStr = NO_KEY

    @property
    def server(self) -> str:
        """The host, with the port where the address names one."""
        return server_of(self.base_url)

    @property
    def label(self) -> str:
        """What a page says about the model at work."""
        where = "in this program" if self.kind is EndpointKind.LOCAL else f"at {self.server}"
        return f"{self.model} {where}"


def server_of(base_url: str) -> str:
    """Host and port of an address, without a user name or password that may stand in it."""
    return urlsplit(base_url).netloc.rpartition("@")[2] or base_url


def is_loopback(base_url: str) -> bool:
    """Whether an address is on this machine, which no proxy can reach."""
    return urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
