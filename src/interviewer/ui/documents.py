"""The panel of the user's own documents: what is there, adding and removing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr

from interviewer.errors import InterviewerError
from interviewer.service import Service
from interviewer.ui.notice import failure
from interviewer.ui.templating import render
from interviewer.ui.updates import Updates

_REMOVE = """
element.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-remove]");
  if (!button) return;
  button.disabled = true;
  trigger("click", { id: button.dataset.remove });
});
"""


class DocumentsPanel:
    """The panel's components and what they do."""

    def __init__(self) -> None:
        """Build the components; call it inside of a `gr.Blocks`."""
        with gr.Column(elem_id="documents"):
            self.list = gr.HTML(js_on_load=_REMOVE)
            self.upload = gr.UploadButton("Add documents", file_count="multiple", size="sm")
            self.told = gr.HTML(elem_classes="told")

    @property
    def outputs(self) -> list[Any]:
        """Every component that a handler of the panel changes."""
        return [self.list, self.upload, self.told]

    async def fill(self, service: Service) -> Updates:
        """What is there."""
        return {self.list: render("documents.html", holdings=await service.documents())}

    async def add(self, service: Service, uploaded: Sequence[str]) -> AsyncIterator[Updates]:
        """Add what was uploaded, and say of each file that cannot be used why."""
        paths = [Path(path) for path in uploaded]
        names = ", ".join(path.name for path in paths)
        yield {self.told: render("intake.html", lines=[f"Reading {names} …"])}
        try:
            added = await service.add_documents(paths)
            lines = [f"{h.document.title} was added." for h in added.new]
            lines += [f"{document.title} was there already." for document in added.known]
            told = render("intake.html", lines=lines + added.refused)
            yield {**await self.fill(service), self.told: told, self.upload: None}
        except InterviewerError as error:
            yield {self.told: failure(error), self.upload: None}
        finally:
            for path in paths:
                # What was read is kept with the other documents, and nothing beside it.
                with suppress(OSError):
                    path.unlink()

    async def remove(self, service: Service, id_: str) -> Updates:
        """Remove a document."""
        told = ""
        try:
            await service.remove_document(id_)
        except InterviewerError as error:
            told = failure(error)
        return {**await self.fill(service), self.told: told}
