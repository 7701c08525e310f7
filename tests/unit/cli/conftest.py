"""A data folder in which the index is built, and commands that run on it."""

import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from interviewer.bootstrap import content
from interviewer.cli import app
from interviewer.knowledge.index import Index
from interviewer.knowledge.load import load_knowledge
from tests.support.command_line import TRANSCRIPT, Cli


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, index: Index, index_home: Path) -> Path:
    """A data folder; its index is the one that other tests have built."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(index_home, home / "index")
    return home


@pytest.fixture(scope="session", autouse=True)
def content_loaded_once() -> Iterator[None]:
    """Every command loads the content of this repository; here they share it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "load_knowledge", lru_cache(load_knowledge))
        yield


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command with no model in reach."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "INTERVIEWER_MODEL", "INTERVIEWER_GGUF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERVIEWER_HOME", str(home))

    def run(*args: str, given: str | bytes | None = None, **env: str) -> Result:
        return CliRunner().invoke(app, args, input=given, env=env, catch_exceptions=False)

    return run


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "transcript.yaml"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    return path
