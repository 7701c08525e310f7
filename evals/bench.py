"""The bench: ``python -m evals.bench [--local]``.

Five measures, each bounded, in one table and in ``evals/baselines/bench.json``. What depends on
the machine is there to be compared with itself; ratios and counts hold anywhere.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
import openai
import yaml
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from interviewer.bootstrap import open_service
from interviewer.domain.events import Mode, Purpose
from interviewer.domain.interview import Interview
from interviewer.domain.rubric import Level
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.knowledge.library import Knowledge
from interviewer.knowledge.load import load_knowledge
from interviewer.models.endpoint import NO_KEY
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
"""Ten answers of about eighty words."""

SCENARIO = "payment-fraud"

MAX_TURNS = 40
"""No interview of the bench is longer."""

STARTS, PAIRS, LOCAL_PAIRS, GRADINGS = 3, 15, 5, 5

FIRST_TOKEN = 0.300
"""Seconds to the first token of the stub."""

TOKEN_GAP = 0.020
"""Seconds between its tokens."""

_START_TIMEOUT = 60.0


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
def model_server() -> Iterator[StubServer]:
    """A model server with realistic delays; it says the line that it is asked to word."""

    def answer(request: SeenRequest) -> Reply:
        if request.schema_name is not None:
            return structured({"kind": "answer", "fact": "none"})
        line = request.prompt.rpartition("Line: ")[2].partition("\n")[0]
        return Reply(line, wait=FIRST_TOKEN - TOKEN_GAP, gap=TOKEN_GAP)

    with StubServer(models=["bench-model"]) as server:
        server.default = answer
        yield server


def settings_for(
    home: Path, base_url: str | None = None, api_key: SecretStr = NO_KEY
) -> Settings:
    """The settings of a program that stores in a folder and, with an address, asks a model there.

    The built-in grader scores in each case, so that grading does not compete for the model.
    """
    chosen: dict[str, Any] = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": api_key}
    return Settings.model_validate(
        {"INTERVIEWER_HOME": home, "INTERVIEWER_GRADER": GraderChoice.BUILT_IN}
        | (chosen if base_url else {})
    )


@asynccontextmanager
async def built_in(settings: Settings, knowledge: Knowledge) -> AsyncIterator[Service]:
    """The program without a model, whatever runs on this machine."""
    with unreachable_model_ports():
        async with open_service(settings, knowledge) as service:
            assert service.model_label is None
            yield service


@contextmanager
def unreachable_model_ports() -> Iterator[None]:
    """Nothing yet."""
    yield
