"""The composition root: the only place that knows which parts the program is made of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from interviewer.errors import SetupError
from interviewer.grading.builtin import BuiltInGrader
from interviewer.grading.grader import Grader
from interviewer.grading.model import ModelGrader
from interviewer.interviewing.agent import Agent
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index, open_index
from interviewer.knowledge.library import Knowledge
from interviewer.models.chat import ChatModel
from interviewer.models.detect import find_endpoint
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.models.local import LocalServer, join_weights
from interviewer.prompts import PromptBook, load_prompts
from interviewer.service import Service
from interviewer.sessions.store import EventStore, sqlite_url
from interviewer.settings import PROJECT_ROOT, GraderChoice, Settings

Progress = Callable[[str, float], None]
"""Is told what is being done and the share of it that is done, from 0 to 1."""


def no_progress(what: str, share: float) -> None:
    """Tell nobody."""


@asynccontextmanager
async def open_service(
    settings: Settings,
    knowledge: Knowledge,
    *,
    local: bool = False,
    progress: Progress = no_progress,
) -> AsyncIterator[Service]:
    """Put the program together, and take it apart at the end.

    Args:
        settings: what the environment decides.
        knowledge: the loaded content.
        local: run the small model inside this program.
        progress: is told of what takes long: the index, the weights.

    Raises:
        SetupError: the installation, the data folder or the settings cannot work.
        ModelUnavailable: the model that was chosen is not there.
    """
    url = settings.database_url or sqlite_url(settings.home)
    embedder = Embedder()
    index = await asyncio.to_thread(_open_index, settings, knowledge, embedder, progress)
    store = await EventStore.open(url)
    prompts = load_prompts(PROJECT_ROOT / "prompts")
    with LocalServer() as server:
        if local or settings.gguf is not None:
            endpoint = await asyncio.to_thread(_start_local, server, settings, progress)
        else:
            endpoint = await find_endpoint(settings.base_url, settings.api_key, settings.model)
        model = ChatModel(endpoint) if endpoint else None
        reader = await asyncio.to_thread(BuiltInGrader, knowledge, index, embedder)
        grader = _grader(settings.grader, knowledge, prompts, reader, model)
        agent = Agent(knowledge, index, reader, prompts, model)
        service = Service(knowledge, index, agent, grader, store, model)
        try:
            yield service
        finally:
            await service.close()
            if model is not None:
                await model.close()
            index.close()


def _open_index(
    settings: Settings, knowledge: Knowledge, embedder: Embedder, progress: Progress
) -> Index:
    return open_index(
        knowledge,
        embedder,
        settings.home / "index",
        settings.chroma_url,
        lambda done, total: progress("Reading the guide", done / total),
    )


def _start_local(server: LocalServer, settings: Settings, progress: Progress) -> Endpoint:
    weights = settings.gguf or join_weights(
        settings.home / "models", lambda share: progress("Preparing the local model", share)
    )
    return server.start(weights)


def _grader(
    choice: GraderChoice,
    knowledge: Knowledge,
    prompts: PromptBook,
    reader: BuiltInGrader,
    model: ChatModel | None,
) -> Grader:
    """The grader that was chosen.

    By default a connected server grades; the small model in this program does not, because the
    built-in grader finds evidence more precisely than it does, and at once.
    """
    if choice is GraderChoice.MODEL and model is None:
        raise SetupError("INTERVIEWER_GRADER=model needs a model: connect one, or use 'auto'.")
    by_model = choice is GraderChoice.MODEL or (
        choice is GraderChoice.AUTO
        and model is not None
        and model.endpoint.kind is EndpointKind.SERVER
    )
    return ModelGrader(knowledge, prompts, model, reader) if by_model and model else reader
