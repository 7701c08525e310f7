"""Talking to a model server that does as it is told, and to one that does not."""

import asyncio
import json
import logging
import subprocess
import sys
import time
import traceback
from contextlib import aclosing

import pytest
from pydantic import BaseModel, Field

from interviewer.domain.events import ModelUsed, Purpose
from interviewer.errors import MalformedOutput, ModelUnavailable
from interviewer.models.chat import ChatModel, Timeouts
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.prompts import Message
from tests.support.stub_server import (
    Reply,
    StubServer,
    bad_json,
    cut,
    ok,
    refuse_field,
    slow,
    stall,
    stall_midway,
    status,
    structured,
)
from tests.unit.models.conftest import KEY

PROMPT = [Message("system", "You are brief."), Message("user", "What is one training row?")]


class Verdict(BaseModel):
    """A form that the model fills in."""

    score: int = Field(ge=1, le=4)
    quote: str


async def say(model: ChatModel, used: list[ModelUsed] | None = None) -> str:
    on_usage = None if used is None else used.append
    pieces = model.stream(PROMPT, max_tokens=90, purpose=Purpose.SPEAK, on_usage=on_usage)
    return "".join([piece async for piece in pieces])


async def judge(model: ChatModel, used: list[ModelUsed] | None = None) -> Verdict:
    on_usage = None if used is None else used.append
    return await model.structured(
        PROMPT, Verdict, max_tokens=200, purpose=Purpose.GRADE, on_usage=on_usage
    )


def test_nothing_heavy_is_imported_before_a_model_is_connected() -> None:
    code = (
        "import sys, interviewer.models.chat, interviewer.models.detect, interviewer.models.local\n"
        "print(*{'langchain', 'langchain_core', 'openai', 'xllamacpp'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


async def test_text_arrives_in_pieces(model: ChatModel, server: StubServer) -> None:
    server.enqueue(slow("Which events become rows?", gap=0.05))
    started, arrivals, pieces = time.monotonic(), [], []
    async for piece in model.stream(PROMPT, max_tokens=90, purpose=Purpose.SPEAK):
        arrivals.append(time.monotonic() - started)
        pieces.append(piece)
    assert pieces == ["Which", " events", " become", " rows?"]
    assert arrivals[-1] - arrivals[0] > 0.1


async def test_what_is_sent(model: ChatModel, server: StubServer) -> None:
    await say(model)
    body = server.requests[0].body
    assert body["messages"] == [
        {"role": "system", "content": "You are brief."},
        {"role": "user", "content": "What is one training row?"},
    ]
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("stub-model", 90, 0.3)
    assert "seed" not in body
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_usage_is_what_the_server_counted(model: ChatModel, server: StubServer) -> None:
    used: list[ModelUsed] = []
    server.enqueue(ok("Three words, really."))
    await say(model, used)
    assert len(used) == 1
    assert (used[0].purpose, used[0].prompt_tokens, used[0].completion_tokens) == ("speak", 8, 3)
    assert not used[0].estimated
    assert 0 < used[0].seconds < 5


async def test_usage_is_estimated_where_the_server_does_not_count(
    model: ChatModel, server: StubServer
) -> None:
    used: list[ModelUsed] = []
    server.enqueue(ok("Three words, really.", counts=False))
    await say(model, used)
    assert used[0].estimated
    assert used[0].completion_tokens == 5
    assert used[0].prompt_tokens > 8


async def test_leaving_early_frees_the_turn_and_is_accounted_for(server: StubServer) -> None:
    endpoint = Endpoint(EndpointKind.LOCAL, server.base_url, "stub-model")
    model, used = ChatModel(endpoint), list[ModelUsed]()
    server.enqueue(slow("one two three four five", gap=0.05))
    async with aclosing(
        model.stream(PROMPT, max_tokens=90, purpose=Purpose.SPEAK, on_usage=used.append)
    ) as pieces:
        async for _ in pieces:
            break
    assert [usage.completion_tokens for usage in used] == [1]
    assert await asyncio.wait_for(say(model), 2) == "Understood."
    await model.close()


@pytest.mark.parametrize(("kind", "at_once"), [(EndpointKind.SERVER, 4), (EndpointKind.LOCAL, 1)])
async def test_requests_at_once_are_bounded(
    server: StubServer, kind: EndpointKind, at_once: int
) -> None:
    model = ChatModel(Endpoint(kind, server.base_url, "stub-model"))
    server.default = stall(5)
    calls = [asyncio.create_task(say(model)) for _ in range(6)]
    await asyncio.sleep(0.3)
    assert len(server.requests) == at_once
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    await model.close()


@pytest.mark.parametrize("failure", [status(500), status(503), status(429, retry_after=0.05)])
async def test_a_passing_failure_is_retried(
    model: ChatModel, server: StubServer, failure: Reply
) -> None:
    server.enqueue(failure, ok("Here I am."))
    assert await say(model) == "Here I am."
    assert len(server.requests) == 2


async def test_a_lasting_failure_is_given_up_after_two_retries(
    model: ChatModel, server: StubServer
) -> None:
    server.default = status(500, retry_after=0.01)
    with pytest.raises(ModelUnavailable, match=r"failed \(status 500\)"):
        await say(model)
    assert len(server.requests) == 3


async def test_a_server_that_asks_for_a_long_wait_is_given_up_at_once(
    model: ChatModel, server: StubServer
) -> None:
    server.enqueue(status(429, retry_after=11))
    with pytest.raises(ModelUnavailable, match="takes no more requests for now"):
        await say(model)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (401, "refused the key: check OPENAI_API_KEY."),
        (403, "refused the key: check OPENAI_API_KEY."),
        (404, "does not know the model stub-model: check INTERVIEWER_MODEL and OPENAI_BASE_URL."),
        (400, "refused the request (status 400): no thanks"),
    ],
)
async def test_a_refusal_is_one_clear_line(
    model: ChatModel, server: StubServer, code: int, line: str
) -> None:
    server.enqueue(status(code, "no\nthanks"))
    with pytest.raises(ModelUnavailable) as caught:
        await say(model)
    where = f"The model server at 127.0.0.1:{server.port}"
    assert str(caught.value) == f"{where} {line}"
    assert len(server.requests) == 1


async def test_a_server_that_is_gone_is_told() -> None:
    with StubServer() as server:
        endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "stub-model")
    model = ChatModel(endpoint)
    with pytest.raises(ModelUnavailable, match=r"Nothing answers at .*check OPENAI_BASE_URL\."):
        await say(model)
    await model.close()


async def test_a_server_that_does_not_begin_is_given_up(server: StubServer) -> None:
    endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "stub-model")
    model, used = ChatModel(endpoint, timeouts=Timeouts(first_token=0.3)), list[ModelUsed]()
    server.enqueue(stall(5))
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"did not begin to answer within 0\.3 s"):
        await say(model, used)
    assert time.monotonic() - started < 1
    assert used == []
    await model.close()


async def collect_until_failure(model: ChatModel, used: list[ModelUsed]) -> tuple[list[str], str]:
    pieces: list[str] = []

    async def listen() -> None:
        async for piece in model.stream(
            PROMPT, max_tokens=90, purpose=Purpose.SPEAK, on_usage=used.append
        ):
            pieces.append(piece)  # noqa: PERF401 - keeps what came before the failure

    with pytest.raises(ModelUnavailable) as caught:
        await listen()
    return pieces, str(caught.value)


@pytest.mark.parametrize(
    "misbehaviour",
    [
        stall_midway("one two three four", after=2, seconds=5),
        cut("one two three four", after=2),
        cut("one two three four", after=2, hang_up=False),
    ],
    ids=["stalls", "hangs up", "ends early"],
)
async def test_a_stream_that_breaks_is_told_after_the_text_that_came(
    model: ChatModel, server: StubServer, misbehaviour: Reply
) -> None:
    used: list[ModelUsed] = []
    server.enqueue(misbehaviour)
    pieces, message = await collect_until_failure(model, used)
    assert pieces == ["one", " two"]
    assert "broke off its answer: try again." in message
    assert len(server.requests) == 1
    assert [(usage.completion_tokens, usage.estimated) for usage in used] == [(2, True)]


async def test_a_consumer_that_takes_its_time_is_not_a_stall(
    model: ChatModel, server: StubServer
) -> None:
    server.enqueue(ok("one two three"))
    pieces = []
    async for piece in model.stream(PROMPT, max_tokens=90, purpose=Purpose.SPEAK):
        pieces.append(piece)
        await asyncio.sleep(0.35)
    assert pieces == ["one", " two", " three"]


async def test_something_that_is_not_the_protocol_is_told(
    model: ChatModel, server: StubServer
) -> None:
    server.enqueue(bad_json())
    with pytest.raises(ModelUnavailable, match="does not answer as a model server"):
        await say(model)


@pytest.mark.parametrize("text", ["", "   "])
async def test_an_answer_without_text_is_malformed(
    model: ChatModel, server: StubServer, text: str
) -> None:
    server.enqueue(ok(text))
    with pytest.raises(MalformedOutput, match=r"stub-model at .* answered with nothing\."):
        await say(model)


async def test_a_form_is_asked_for_by_its_schema(model: ChatModel, server: StubServer) -> None:
    used: list[ModelUsed] = []
    server.enqueue(structured({"score": 3, "quote": "recall"}))
    assert await judge(model, used) == Verdict(score=3, quote="recall")
    body = server.requests[0].body
    assert (body["temperature"], body["seed"]) == (0, 7)
    form = body["response_format"]["json_schema"]
    assert (form["name"], form["strict"]) == ("Verdict", True)
    assert form["schema"]["additionalProperties"] is False
    assert [usage.purpose for usage in used] == [Purpose.GRADE]


async def test_a_form_in_a_code_block_is_read(model: ChatModel, server: StubServer) -> None:
    server.enqueue(ok('Sure!\n```json\n{"score": 2, "quote": "a {b} c"}\n```'))
    assert await judge(model) == Verdict(score=2, quote="a {b} c")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("malformed", "fault"),
    [
        (structured({"score": 9, "quote": "x"}), "score: Input should be less than or equal to 4"),
        (structured({"score": 2}), "quote: Field required"),
        (ok("I would give it a three."), "answer: Invalid JSON"),
        (ok(""), "answer: Invalid JSON"),
        (ok('{"score": 2, "quo', finish_reason="length"), "it is too long and was cut off"),
    ],
    ids=["value", "missing", "prose", "empty", "cut"],
)
async def test_a_malformed_form_is_repaired_once(
    model: ChatModel, server: StubServer, malformed: Reply, fault: str
) -> None:
    used: list[ModelUsed] = []
    server.enqueue(malformed, structured({"score": 2, "quote": "x"}))
    assert await judge(model, used) == Verdict(score=2, quote="x")
    assert [usage.purpose for usage in used] == [Purpose.GRADE, Purpose.GRADE]
    first, second = server.requests
    assert [message["role"] for message in second.body["messages"]] == ["system", "user"]
    assert second.prompt.startswith(first.prompt)
    assert fault in second.prompt
    assert f">\n{malformed.text}\n</data-" in second.prompt


async def test_a_form_that_is_malformed_twice_is_an_error(
    model: ChatModel, server: StubServer
) -> None:
    server.default = structured({"score": 9, "quote": "x"})
    with pytest.raises(MalformedOutput, match=r"Verdict: score: Input should be less"):
        await judge(model)
    assert len(server.requests) == 2


async def test_a_server_without_schemas_is_told_the_schema_in_words(
    model: ChatModel, server: StubServer
) -> None:
    server.default = structured({"score": 1, "quote": "x"})
    server.enqueue(refuse_field("response_format"))
    await judge(model)
    await judge(model)
    assert [request.schema_name for request in server.requests] == ["Verdict", None, None]
    assert json.dumps(Verdict.model_json_schema()) in server.requests[-1].prompt


async def test_a_refused_field_is_not_sent_again(model: ChatModel, server: StubServer) -> None:
    server.enqueue(refuse_field("temperature"))
    assert await say(model) == "Understood."
    await say(model)
    assert ["temperature" in request.body for request in server.requests] == [True, False, False]


async def test_a_reasoning_model_gets_its_own_limit_and_room_to_think(
    model: ChatModel, server: StubServer
) -> None:
    server.enqueue(
        refuse_field(
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
        ),
        refuse_field("temperature"),
    )
    await say(model)
    body = server.requests[-1].body
    assert "max_tokens" not in body
    assert body["max_completion_tokens"] == 90 + 2048
    assert body["reasoning_effort"] == "low"


async def test_a_strict_server_that_only_describes_the_field_is_understood(
    model: ChatModel, server: StubServer
) -> None:
    detail = [{"type": "extra_forbidden", "loc": ["body", "seed"]}]
    server.enqueue(
        Reply(status=422, error={"detail": detail}), structured({"score": 1, "quote": "x"})
    )
    await judge(model)
    assert "seed" not in server.requests[-1].body


async def test_a_prompt_that_is_too_long_is_not_taken_for_a_refused_field(
    model: ChatModel, server: StubServer
) -> None:
    server.enqueue(status(400, "max_tokens exceeds the context length of 4096"))
    with pytest.raises(ModelUnavailable, match="exceeds the context length of 4096"):
        await say(model)
    await say(model)
    assert server.requests[-1].body["max_tokens"] == 90


async def test_the_key_is_never_shown(
    model: ChatModel, server: StubServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.enqueue(ok("fine"), status(400, f"bad key {KEY}"), cut("one two", after=1))
    await say(model)
    with pytest.raises(ModelUnavailable, match=r"bad key \*\*\*$"):
        await say(model)
    with pytest.raises(ModelUnavailable) as caught:
        await say(model)
    assert KEY in str(server.requests[0].headers)
    wire = vars(model)["_wire"]
    shown = [repr(model), repr(vars(model)), repr(vars(wire)), repr(vars(vars(wire)["_model"]))]
    shown += traceback.format_exception(caught.value)
    assert KEY not in "".join(shown)
    assert KEY not in caplog.text
