"""What the settings lead to."""

from dataclasses import replace
from pathlib import Path

import pytest

from interviewer.bootstrap.choices import build_index, find_model
from interviewer.domain.library import Knowledge
from interviewer.settings import Settings, read_settings
from tests.support.stub_server import StubServer


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "INTERVIEWER_MODEL", "INTERVIEWER_GGUF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERVIEWER_HOME", str(tmp_path))
    return read_settings()


def test_an_index_is_built_once(settings: Settings, knowledge: Knowledge) -> None:
    few = replace(
        knowledge, scenarios={}, guide={}, probes=dict(list(knowledge.probes.items())[:3])
    )
    few = replace(few, rubric=few.rubric.model_copy(update={"competencies": []}))
    shares: list[float] = []
    first = build_index(settings, few, lambda what, share: shares.append(share))
    again = build_index(settings, few, lambda what, share: shares.append(share))
    assert (first.fresh, again.fresh) == (True, False)
    assert first.chunks == again.chunks > 0
    assert first.place == str(settings.home / "index")
    assert shares == [1.0]


async def test_a_chosen_server_answers_and_the_choice_is_explained(settings: Settings) -> None:
    with StubServer(models=["chosen-model"]) as server:
        choice = await find_model(settings.model_copy(update={"base_url": server.base_url}))
    assert choice.label == f"chosen-model at 127.0.0.1:{server.port}"
    assert choice.endpoint is not None
    assert choice.endpoint.base_url == server.base_url
    assert "OPENAI_BASE_URL" in choice.why


async def test_a_file_of_weights_goes_before_everything_else(settings: Settings) -> None:
    with StubServer() as server:
        both = {"base_url": server.base_url, "gguf": Path("some.gguf")}
        choice = await find_model(settings.model_copy(update=both))
        assert server.requests == []
    assert choice.label == "some.gguf in this program"
    assert choice.endpoint is None
    assert "INTERVIEWER_GGUF" in choice.why
