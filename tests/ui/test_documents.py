"""The panel of the user's own documents."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from interviewer.domain.library import Knowledge
from interviewer.service import Service
from interviewer.ui.documents import DocumentsPanel
from interviewer.ui.start import StartView, card
from tests.support.program import Program


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path / "home") as service:
        yield service


@pytest.fixture
def panel() -> DocumentsPanel:
    with gr.Blocks():
        return DocumentsPanel()


async def test_an_upload_is_listed_escaped_and_its_file_is_deleted(
    panel: DocumentsPanel, service: Service, tmp_path: Path
) -> None:
    good, bad = tmp_path / "notes.md", tmp_path / "empty.md"
    good.write_text("# A &lt;b&gt; title\n\nWords.")
    bad.touch()
    reading, done = [u async for u in panel.add(service, [str(good), str(bad)])]
    assert "Reading notes.md, empty.md" in reading[panel.told]
    assert "A &lt;b&gt; title was added." in done[panel.told]
    assert "empty.md is empty." in done[panel.told]
    assert "A &lt;b&gt; title" in done[panel.list]
    assert "1 passage, 0 questions" in done[panel.list]
    assert not good.exists()
    assert not bad.exists()


async def test_removing_takes_it_off_the_list(
    panel: DocumentsPanel, service: Service, tmp_path: Path
) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nWords.")
    added = await service.add_documents([tmp_path / "notes.md"])
    id_ = added.new[0].document.id
    assert f'data-remove="{id_}"' in (await panel.fill(service))[panel.list]
    after = await panel.remove(service, id_)
    assert "data-remove" not in after[panel.list]
    assert after[panel.told] == ""


async def test_what_is_gone_already_is_said(panel: DocumentsPanel, service: Service) -> None:
    after = await panel.remove(service, "nope")
    assert "There is no document" in after[panel.told]


def test_a_scenario_of_the_users_own_is_marked(knowledge: Knowledge) -> None:
    scenario = knowledge.scenarios["payment-fraud"]
    assert card(scenario, yours=True).startswith(f"{scenario.title} (yours)\n")
    with gr.Blocks():
        view = StartView(replace(knowledge, own=frozenset({"payment-fraud"})))
    marked = [slug for words, slug in view.scenario.choices if "(yours)" in words]
    assert marked == ["payment-fraud"]


def test_scenarios_that_were_left_out_are_said_escaped(knowledge: Knowledge) -> None:
    with gr.Blocks() as blocks:
        StartView(replace(knowledge, left_out=("scenarios/<mine>.yaml:3: no title",)))
    shown = "".join(
        str(block.value) for block in blocks.blocks.values() if isinstance(block, gr.HTML)
    )
    assert "scenarios/&lt;mine&gt;.yaml:3: no title" in shown
