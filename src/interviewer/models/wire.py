"""Wire: the connection to one model server; the only module that imports LangChain and openai.

Importing it takes more than a second, so it is imported when a model is connected.

Every request is a stream, whatever the caller wants to do with the text: a server that stalls is
then noticed in the same way for speech and for structured answers. LangChain builds the messages
and reads the pieces, the openai client retries (twice, with backoff and jitter, on connection
errors, 408, 409, 429 and 5xx, before the first byte of an answer).
"""

import logging
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import httpx2
import openai
from langchain.chat_models import init_chat_model
from langchain_core.messages import AIMessageChunk
from openai.lib import type_to_response_format_param

from interviewer.models import failures
from interviewer.models.endpoint import Endpoint, is_loopback
from interviewer.models.exchange import Chunk, Request

logger = logging.getLogger(__name__)

MAX_RETRIES = 2
MAX_RETRY_AFTER = 10.0
"""Seconds that a server may ask us to wait before a retry; one that asks for more is given up."""

REASONING_ROOM = 2048
"""Tokens granted on top to a model that counts its reasoning among the tokens of its answer."""

_REFUSED_REQUEST = (400, 422)
_NOT_A_REFUSED_FIELD = ("context", "invalid schema")
"""Words of a complaint that names a field but is about the size or the form of its content."""


class Wire:
    """A connection to one endpoint, to be used in one event loop."""

    def __init__(self, endpoint: Endpoint, *, connect_timeout: float) -> None:
        self._endpoint = endpoint
        self._refused: set[str] = set()
        # The caller bounds the time to wait for text, so nothing but connecting is bounded here.
        timeout = httpx2.Timeout(None, connect=connect_timeout)
        self._http = openai.DefaultAsyncHttpxClient(
            timeout=timeout,
            trust_env=not is_loopback(endpoint.base_url),
            event_hooks={"response": [_give_up_on_long_waits]},
        )
        self._model = init_chat_model(
            endpoint.model,
            model_provider="openai",
            base_url=endpoint.base_url,
            api_key=endpoint.api_key,
            http_async_client=self._http,
            timeout=timeout,
            max_retries=MAX_RETRIES,
            stream_chunk_timeout=None,
            use_responses_api=False,
        )

    @property
    def takes_schema(self) -> bool:
        """Whether the server has not refused a schema for its answers so far."""
        return "response_format" not in self._refused

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def chunks(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Send a request and yield the pieces of the answer as they arrive.

        A server that refuses an optional field is asked again without it, and is never
        sent the field again: reasoning models take no temperature, some servers no seed.

        Raises:
            ModelUnavailable: the server cannot be reached, refused the request, or broke off.
        """
        server, model = self._endpoint.server, self._endpoint.model
        begun = False
        while True:
            fields = self._fields(request)
            try:
                # In `extra_body`, for LangChain would rename max_tokens to a name that older
                # servers ignore, and would parse a structured answer itself at its end.
                answer = cast(
                    AsyncGenerator[AIMessageChunk, None],
                    self._model.astream(
                        [(m.role, m.content) for m in request.messages], extra_body=fields
                    ),
                )
                async with aclosing(answer) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield _chunk(piece)
                return
            except openai.APIStatusError as error:
                if error.status_code in _REFUSED_REQUEST and self._learn(error, fields):
                    continue
                raise failures.refused(
                    server, model, error.status_code, self._hide_key(_complaint(error))
                ) from error
            except (openai.OpenAIError, httpx2.HTTPError) as error:
                if isinstance(error, openai.APIConnectionError) and not begun:
                    raise failures.unreachable(server) from error
                raise failures.broke_off(server) from error
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                # What LangChain and the openai client raise over replies outside the protocol.
                if begun:
                    raise failures.broke_off(server) from error
                raise failures.not_a_model_server(server) from error

    def _fields(self, request: Request) -> dict[str, object]:
        """The optional fields of a request, as far as the server takes them."""
        fields: dict[str, object] = {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stream_options": {"include_usage": True},
        }
        if request.seed is not None:
            fields["seed"] = request.seed
        if request.schema is not None:
            fields["response_format"] = type_to_response_format_param(request.schema)
        if "max_tokens" in self._refused:
            # Only reasoning models refuse it, in favour of a limit that includes the reasoning.
            fields["max_completion_tokens"] = request.max_tokens + REASONING_ROOM
            fields["reasoning_effort"] = "low"
        return {name: value for name, value in fields.items() if name not in self._refused}

    def _learn(self, error: openai.APIStatusError, sent: dict[str, object]) -> bool:
        """Remember which of the fields a server complained about; False if about none."""
        complaint = _complaint(error)
        if any(words in complaint.lower() for words in _NOT_A_REFUSED_FIELD):
            return False
        if error.param:
            named = {error.param.split(".")[0]} & sent.keys()
        else:
            named = {name for name in sent if re.search(rf"\b{name}\b", complaint)}
        if named:
            logger.info("%s takes no %s", self._endpoint.server, ", ".join(sorted(named)))
            self._refused |= named
        return bool(named)

    def _hide_key(self, text: str) -> str:
        return text.replace(self._endpoint.api_key.get_secret_value(), "***")


async def _give_up_on_long_waits(response: httpx2.Response) -> None:
    """Stop the client from waiting as long as a server may ask it to."""
    try:
        wait = float(response.headers.get("retry-after", 0))
    except ValueError:
        # A date; the client reads it, and the caller's own limit on the wait applies.
        return
    if wait > MAX_RETRY_AFTER:
        response.headers["x-should-retry"] = "false"


def _complaint(error: openai.APIStatusError) -> str:
    """What the server said, in its own words where it has the usual form."""
    match error.body:
        case {"message": str(message)}:
            return message
        case None:
            return error.message
        case body:
            return str(body)


def _chunk(piece: AIMessageChunk) -> Chunk:
    counts = piece.usage_metadata
    return Chunk(
        text=str(piece.text),
        finish_reason=piece.response_metadata.get("finish_reason"),
        tokens=(counts["input_tokens"], counts["output_tokens"]) if counts else None,
    )
