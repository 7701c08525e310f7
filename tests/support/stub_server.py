"""A real model server on 127.0.0.1 that says what a test tells it to, and misbehaves on demand.

It speaks the OpenAI chat-completions protocol over HTTP, plain and streamed::

    with StubServer() as server:
        server.enqueue(status(500), ok("What is one training row?"))
        ...  # the client's first request fails, the second is answered
        assert server.requests[1].body["max_tokens"] == 90

Each request takes the next reply of the queue. When the queue is empty, `default` answers: a
reply, or a function from the request to a reply.
"""

import asyncio
import json
import re
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class SeenRequest:
    """A chat request as it arrived."""

    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def prompt(self) -> str:
        """The contents of all messages, joined by blank lines."""
        return "\n\n".join(message["content"] for message in self.body["messages"])

    @property
    def schema_name(self) -> str | None:
        """The name of the schema that the answer was asked to fit, if one was."""
        response_format = self.body.get("response_format")
        return response_format["json_schema"]["name"] if response_format else None


@dataclass(frozen=True)
class Reply:
    """What the server does with one request; made by the functions below.

    Attributes:
        text: the answer; streamed word by word.
        status: the HTTP status; any but 200 comes with `error` as its body.
        headers: sent with the answer.
        error: the body of a status that is not 200.
        wait: seconds before the first byte.
        gap: seconds before every piece.
        hold_after: the piece after which nothing comes for `hold` seconds.
        hold: see `hold_after`.
        cut_after: the piece after which the connection is closed.
        hang_up: whether the cut drops the connection, or ends the stream as if it were whole.
        raw: sent instead of an answer, as it is.
        finish_reason: why the answer ends.
        counts: whether the server counts tokens.
    """

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    wait: float = 0.0
    gap: float = 0.0
    hold_after: int | None = None
    hold: float = 0.0
    cut_after: int | None = None
    hang_up: bool = True
    raw: str | None = None
    finish_reason: str = "stop"
    counts: bool = True

    @property
    def pieces(self) -> list[str]:
        """The text in the pieces in which it is streamed."""
        return re.findall(r"\s*\S+\s*$|\s*\S+", self.text)


def ok(text: str, *, finish_reason: str = "stop", counts: bool = True) -> Reply:
    """Answer with a text."""
    return Reply(text, finish_reason=finish_reason, counts=counts)


def reworded(request: "SeenRequest") -> Reply:
    """Answer as a sound model does that is asked to word a question: with that question."""
    line = request.prompt.rpartition("Line: ")[2].removesuffix("Rewritten:").strip()
    return ok(f"Going by that, {line[:1].lower()}{line[1:]}")


def structured(form: Mapping[str, Any]) -> Reply:
    """Answer with a filled-in form."""
    return Reply(json.dumps(form))


def status(
    code: int, message: str = "scripted failure", *, retry_after: float | None = None
) -> Reply:
    """Fail with an HTTP status."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return Reply(status=code, headers=headers, error={"error": {"message": message}})


def refuse_field(name: str, message: str | None = None) -> Reply:
    """Refuse a field of the request, as OpenAI's own server does."""
    message = message or f"Unsupported parameter: '{name}' is not supported with this model."
    return Reply(status=400, error={"error": {"message": message, "param": name}})


def stall(seconds: float) -> Reply:
    """Send nothing for a while, then answer."""
    return Reply("Too late.", wait=seconds)


def stall_midway(text: str, *, after: int, seconds: float) -> Reply:
    """Send some pieces, then nothing for a while."""
    return Reply(text, hold_after=after, hold=seconds)


def slow(text: str, *, gap: float) -> Reply:
    """Send the pieces one by one, with a pause before each."""
    return Reply(text, gap=gap)


def cut(text: str, *, after: int, hang_up: bool = True) -> Reply:
    """Stop after some pieces: drop the connection, or end the stream as if it were whole."""
    return Reply(text, cut_after=after, hang_up=hang_up)


def bad_json() -> Reply:
    """Answer with something that is not JSON where JSON belongs."""
    return Reply("unused", raw="{this is not JSON")


Answerer = Callable[[SeenRequest], Reply]


class StubServer:
    """The server; it runs in a thread while the context is open.

    Args:
        models: what ``/v1/models`` lists; None for a server that is not a model server.
        api_key: the key that is asked for; None for a server that asks for none.
        wait: seconds before ``/v1/models`` answers.

    Attributes:
        port: the port on 127.0.0.1.
        default: answers when the queue is empty.
        requests: the chat requests so far, in order.
    """

    def __init__(
        self,
        *,
        models: Sequence[str] | None = ("stub-model",),
        api_key: str | None = None,
        wait: float = 0.0,
    ) -> None:
        self.reset()
        self._models = models
        self._api_key = api_key
        self._wait = wait
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        application = Starlette(
            routes=[
                Route("/v1/models", self._list_models),
                Route("/v1/chat/completions", self._chat, methods=["POST"]),
            ]
        )
        # A scripted hang-up is an exception in the application; it needs no log.
        self._server = uvicorn.Server(
            uvicorn.Config(
                application, log_config=None, log_level="critical", lifespan="off", ws="none"
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    @property
    def base_url(self) -> str:
        """The address up to and including ``/v1``."""
        return f"http://127.0.0.1:{self.port}/v1"

    def reset(self) -> None:
        """Forget what was scripted and seen, so that tests can share a server."""
        self.default: Reply | Answerer = ok("Understood.")
        self.requests: list[SeenRequest] = []
        self._queue: deque[Reply] = deque()

    def enqueue(self, *replies: Reply) -> None:
        """Add replies for the next requests, one each."""
        self._queue.extend(replies)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.002)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        # Replies that are still on hold are not waited for.
        self._server.force_exit = True
        self._thread.join()
        self._socket.close()

    def _may_enter(self, request: Request) -> bool:
        return self._api_key is None or (
            request.headers.get("authorization") == f"Bearer {self._api_key}"
        )

    async def _list_models(self, request: Request) -> Response:
        await asyncio.sleep(self._wait)
        if self._models is None:
            return PlainTextResponse("Hello from some other program.")
        if not self._may_enter(request):
            return JSONResponse({"error": {"message": "wrong key"}}, status_code=401)
        return JSONResponse({"object": "list", "data": [{"id": name} for name in self._models]})

    async def _chat(self, request: Request) -> Response:
        if not self._may_enter(request):
            return JSONResponse({"error": {"message": "wrong key"}}, status_code=401)
        seen = SeenRequest(await request.json(), dict(request.headers))
        self.requests.append(seen)
        reply = self._next_reply(seen)
        await asyncio.sleep(reply.wait)
        if reply.status != 200:
            return JSONResponse(reply.error, status_code=reply.status, headers=reply.headers)
        if seen.body.get("stream"):
            return StreamingResponse(_events(reply, seen.body), media_type="text/event-stream")
        if reply.raw is not None:
            return Response(reply.raw, media_type="application/json")
        return JSONResponse(_completion(reply, seen.body))

    def _next_reply(self, seen: SeenRequest) -> Reply:
        if self._queue:
            return self._queue.popleft()
        return self.default if isinstance(self.default, Reply) else self.default(seen)


class _HangUp(Exception):
    """Raised inside the application to drop the connection."""


def _usage(reply: Reply, body: Mapping[str, Any]) -> dict[str, int]:
    """Token counts that a test can predict: words."""
    prompt = sum(len(message["content"].split()) for message in body["messages"])
    completion = len(reply.pieces)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _completion(reply: Reply, body: Mapping[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text}
    completion = {
        "id": "stub",
        "object": "chat.completion",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
    }
    return completion | ({"usage": _usage(reply, body)} if reply.counts else {})


async def _events(reply: Reply, body: Mapping[str, Any]) -> AsyncIterator[str]:
    """The server-sent events of a streamed answer."""

    def event(choices: list[dict[str, Any]], **more: Any) -> str:
        chunk = {
            "id": "stub",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": body["model"],
            "choices": choices,
        }
        return f"data: {json.dumps(chunk | more)}\n\n"

    def delta(content: dict[str, Any], finish_reason: str | None = None) -> str:
        return event([{"index": 0, "delta": content, "finish_reason": finish_reason}])

    if reply.raw is not None:
        yield f"data: {reply.raw}\n\n"
        return
    yield delta({"role": "assistant", "content": ""})
    for number, piece in enumerate(reply.pieces):
        if number == reply.hold_after:
            await asyncio.sleep(reply.hold)
        if number == reply.cut_after:
            if reply.hang_up:
                raise _HangUp
            return
        await asyncio.sleep(reply.gap)
        yield delta({"content": piece})
    yield delta({}, reply.finish_reason)
    if reply.counts and body.get("stream_options", {}).get("include_usage"):
        yield event([], usage=_usage(reply, body))
    yield "data: [DONE]\n\n"
