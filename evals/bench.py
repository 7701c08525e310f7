"""The bench: ``python -m evals.bench [--local]``.

Each measure is bounded; the results go to one table and to ``evals/baselines/bench.json``. Times
say something beside other times of the same machine; ratios and token counts hold anywhere.
"""

import argparse
import asyncio
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any
from unittest.mock import patch

import httpx2
import openai
import yaml
from rich.console import Console
from rich.table import Table

from interviewer.bootstrap.assembly import open_service
from interviewer.bootstrap.content import load_content
from interviewer.domain.events import Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.domain.transcript import Transcript
from interviewer.errors import SetupError
from interviewer.interviewing.voice import REPLY_TOKENS
from interviewer.models.chat import SPEAKING_TEMPERATURE, ChatModel
from interviewer.models.endpoint import NO_KEY, Endpoint, EndpointKind
from interviewer.models.local import LocalServer, join_weights
from interviewer.models.tokens import count_messages
from interviewer.progress import progress_bar
from interviewer.prompts import Message
from interviewer.service import Service
from interviewer.settings import PROJECT_ROOT, GraderChoice, Settings
from tests.support.stub_server import Reply, SeenRequest, StubServer, structured

BASELINE = Path(__file__).parent / "baselines" / "bench.json"

ANSWERS: list[str] = yaml.safe_load(
    Path(__file__).with_name("bench_answers.yaml").read_text(encoding="utf-8")
)
"""Ten answers of about eighty words to the scenario."""

SCENARIO = "payment-fraud"
STARTS, PAIRS, LOCAL_PAIRS, GRADINGS = 3, 15, 5, 5

MAX_TURNS = 40
"""No interview of the bench has more answers."""

GRADED_TURNS = 16
"""The length of the transcript that is graded."""

FIRST_TOKEN = 0.300
"""Seconds until the first token of the stub."""

TOKEN_GAP = 0.020
"""Seconds between its tokens."""

START_TIMEOUT = 60.0
"""Seconds that a start may take."""

Prompt = Sequence[Message]


@dataclass(frozen=True)
class Figure:
    """A measured number.

    Attributes:
        name: what was measured.
        value: the number.
        unit: its unit.
        samples: how many measurements stand behind it.
    """

    name: str
    value: float
    unit: str
    samples: int


# What is measured on.


@contextmanager
def stub_model() -> Iterator[StubServer]:
    """A model server with realistic delays; it says the very line that it is asked to word."""

    def answer(request: SeenRequest) -> Reply:
        if request.schema_name is not None:
            return structured({"kind": "answer", "fact": "none"})
        line = request.prompt.rpartition("Line: ")[2].partition("\n")[0]
        return Reply(line, wait=FIRST_TOKEN - TOKEN_GAP, gap=TOKEN_GAP)

    with StubServer(models=["bench-model"]) as server:
        server.default = answer
        yield server


def settings_for(home: Path, endpoint: Endpoint | None = None) -> Settings:
    """Settings with a data folder and perhaps a model, whatever the environment says.

    The built-in grader scores in each case, so that grading does not compete for the model.
    """
    return Settings.model_construct(
        home=home,
        grader=GraderChoice.BUILT_IN,
        base_url=endpoint.base_url if endpoint else None,
        api_key=endpoint.api_key if endpoint else None,
        model=endpoint.model if endpoint else None,
    )


async def begin(service: Service) -> Interview:
    """An interview in which the case has been presented."""
    interview = await service.start(SCENARIO, Level.SENIOR, 45, Mode.REALISTIC)
    async for update in service.speak(interview.id):
        interview = update.interview
    return interview


async def answer(service: Service, interview: Interview, text: str) -> tuple[Interview, float]:
    """Answer; returns the interview and the seconds to the first words of the reply.

    The grading of the answer is waited for, as a candidate needs longer than it for the next one.
    """
    started, first = perf_counter(), None
    async for update in service.reply(interview.id, text, turns=len(interview.turns)):
        if first is None and (update.speaking or update.speaking is None):
            first = perf_counter() - started
        interview = update.interview
    async for _ in service.graded(interview.id):
        pass
    assert first is not None  # every reply ends with an update in which nobody speaks
    return interview, first


# The measures.


def measure_start(home: Path) -> list[Figure]:
    """How long a start takes until the page answers, and until an interview can begin."""
    starts = [_start(home) for _ in range(STARTS)]
    return [
        Figure("start: page answers", median(page for page, _ in starts), "s", STARTS),
        Figure("start: service ready", median(ready for _, ready in starts), "s", STARTS),
    ]


def _start(home: Path) -> tuple[float, float]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = ("OPENAI_", "INTERVIEWER_", "CHROMA_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(chosen)}
    environment |= {"INTERVIEWER_HOME": str(home), "PORT": str(port)}
    address = f"http://127.0.0.1:{port}"
    started = perf_counter()
    program = subprocess.Popen(
        [sys.executable, "app.py"], cwd=PROJECT_ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        page = _until(lambda client: client.get("/").is_success, address, started)
        return page, _until(lambda client: client.get("/health").json()["ready"], address, started)
    finally:
        program.terminate()
        program.wait()


def _until(so: Callable[[httpx2.Client], bool], address: str, started: float) -> float:
    """Seconds from the start until something is so of the program at an address."""
    with httpx2.Client(base_url=address, trust_env=False, timeout=START_TIMEOUT) as client:
        while perf_counter() - started < START_TIMEOUT:
            try:
                if so(client):
                    return perf_counter() - started
            except httpx2.TransportError:
                pass  # it does not listen yet
            sleep(0.02)
    raise SetupError(f"The program did not start within {START_TIMEOUT:.0f} s.")


async def measure_built_in_turns(service: Service) -> tuple[list[Figure], Transcript]:
    """How long the built-in interviewer takes for a turn, over a whole interview."""
    interview, seconds = await begin(service), []
    for text in islice(cycle(ANSWERS), MAX_TURNS):
        if interview.closed:
            break
        interview, first = await answer(service, interview, text)
        seconds.append(first * 1000)
    figures = [
        Figure("built-in turn: median", median(seconds), "ms", len(seconds)),
        Figure("built-in turn: p95", quantiles(seconds, n=20)[-1], "ms", len(seconds)),
    ]
    return figures, interview.transcript


async def measure_grading(service: Service, whole: Transcript) -> list[Figure]:
    """How long the built-in grader takes for a transcript."""
    transcript = whole.model_copy(update={"turns": whole.turns[:GRADED_TURNS]})
    seconds = []
    for _ in range(GRADINGS):
        started = perf_counter()
        await service.grade(transcript)
        seconds.append(perf_counter() - started)
    return [Figure(f"grading {GRADED_TURNS} turns", median(seconds), "s", GRADINGS)]


async def measure_first_words(home: Path, knowledge: Knowledge) -> list[Figure]:
    """How much later the first words come than from the model itself."""
    ours, bare = [], []
    with stub_model() as server:
        endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "bench-model", NO_KEY)
        async with open_service(settings_for(home, endpoint), knowledge) as service:
            async for seconds, prompt in first_words(service, PAIRS + 1):
                ours.append(seconds)
                bare += await bare_first_words(endpoint, [prompt])
    # The first pair warms both up.
    return _compared("first words", ours[1:], bare[1:])


async def measure_first_words_locally(home: Path, knowledge: Knowledge) -> list[Figure]:
    """The same with the model in this program.

    It remembers the beginning of earlier prompts. So the bare client sends the same prompts in the
    same order to a server that was started afresh.
    """
    with LocalServer() as server:
        with progress_bar() as progress:
            gguf = join_weights(
                Settings().home / "models", lambda share: progress("Joining the weights", share)
            )
        endpoint = server.start(gguf)
        async with open_service(settings_for(home, endpoint), knowledge) as service:
            spoken = [pair async for pair in first_words(service, LOCAL_PAIRS)]
        bare = await bare_first_words(server.start(gguf), [prompt for _, prompt in spoken])
    return _compared("local first words", [seconds for seconds, _ in spoken], bare)


async def first_words(service: Service, count: int) -> AsyncIterator[tuple[float, Prompt]]:
    """Seconds to the first words of turns that a model words, each with the prompt it was given."""
    interview = await begin(service)
    for text in islice(cycle(ANSWERS), MAX_TURNS):
        if interview.closed:
            interview = await begin(service)
        with recorded_prompts() as prompts:
            interview, seconds = await answer(service, interview, text)
        if prompts:
            yield seconds, prompts[-1]
            count -= 1
        if not count:
            return
    raise SetupError(f"Too few of {MAX_TURNS} turns were worded by the model.")


@contextmanager
def recorded_prompts() -> Iterator[list[Prompt]]:
    """The prompts that a model is asked to speak on."""
    prompts: list[Prompt] = []
    stream = ChatModel.stream

    def record(model: ChatModel, messages: Prompt, **options: Any) -> Any:
        prompts.append(messages)
        return stream(model, messages, **options)

    with patch.object(ChatModel, "stream", record):
        yield prompts


async def bare_first_words(endpoint: Endpoint, prompts: Sequence[Prompt]) -> list[float]:
    """Seconds to the first words when the openai client alone sends prompts."""
    seconds = []
    async with openai.AsyncOpenAI(
        base_url=endpoint.base_url, api_key=endpoint.api_key.get_secret_value(), max_retries=0
    ) as client:
        # The connection is open, as the program's own is.
        await client.models.list()
        for prompt in prompts:
            started, first, text = perf_counter(), None, ""
            request: dict[str, Any] = {
                "model": endpoint.model,
                "messages": [{"role": m.role, "content": m.content} for m in prompt],
                "max_tokens": REPLY_TOKENS,
                "temperature": SPEAKING_TEMPERATURE,
            }
            async for chunk in await client.chat.completions.create(stream=True, **request):
                text += (chunk.choices and chunk.choices[0].delta.content) or ""
                # A word is there when something follows it, for the program as for the client.
                if first is None and " " in text.lstrip():
                    first = perf_counter() - started
            assert first is not None
            seconds.append(first)
    return seconds


def _compared(name: str, ours: Sequence[float], bare: Sequence[float]) -> list[Figure]:
    pairs = list(zip(ours, bare, strict=True))
    later = median((a - b) * 1000 for a, b in pairs)
    return [
        Figure(
            f"{name}: ratio to a bare client", median(a / b for a, b in pairs), "ratio", len(pairs)
        ),
        Figure(f"{name}: later than a bare client", later, "ms", len(pairs)),
        Figure(f"{name}: median", median(ours) * 1000, "ms", len(pairs)),
    ]


async def measure_prompt_tokens(home: Path, knowledge: Knowledge) -> list[Figure]:
    """How many tokens the prompts of an interview with ten answers have."""
    with stub_model() as server:
        endpoint = Endpoint(EndpointKind.SERVER, server.base_url, "bench-model", NO_KEY)
        async with open_service(settings_for(home, endpoint), knowledge) as service:
            interview = await begin(service)
            for text in ANSWERS:
                interview, _ = await answer(service, interview, text)
        tokens = [
            count_messages([Message(**m) for m in request.body["messages"]], "bench-model").count
            for request in server.requests
        ]
    return [
        Figure("prompt tokens: ten answers", sum(tokens), "tokens", len(tokens)),
        Figure("prompt tokens: a call", median(tokens), "tokens", len(tokens)),
    ]


# Running and reporting.


async def measure_in_process(home: Path, knowledge: Knowledge, *, local: bool) -> list[Figure]:
    """Every measure that needs no process of its own; it leaves a built index behind."""
    async with open_service(settings_for(home), knowledge) as service:
        if service.model_label is not None:
            raise SetupError(f"The bench needs the ports of {service.model_label}: stop it first.")
        figures, transcript = await measure_built_in_turns(service)
        figures += await measure_grading(service, transcript)
    figures += await measure_first_words(home, knowledge)
    figures += await measure_prompt_tokens(home, knowledge)
    if local:
        figures += await measure_first_words_locally(home, knowledge)
    return figures


def report(figures: Sequence[Figure]) -> None:
    """Print the table and write the baseline; neither names a host or a path."""
    table = Table("measure", "value", "unit", "samples")
    for figure in figures:
        table.add_row(figure.name, f"{figure.value:,.2f}", figure.unit, str(figure.samples))
    Console().print(table)
    baseline = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "figures": [asdict(f) | {"value": round(f.value, 3)} for f in figures],
    }
    BASELINE.parent.mkdir(exist_ok=True)
    BASELINE.write_text(json.dumps(baseline, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--local", action="store_true", help="measure the local model too")
    local = parser.parse_args().local
    knowledge = load_content()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        figures = asyncio.run(measure_in_process(home, knowledge, local=local))
        report([*measure_start(home), *figures])


if __name__ == "__main__":
    main()
