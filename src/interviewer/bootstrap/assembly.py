"""The assembly: puts the program together; its imports take more than a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from interviewer.bootstrap.choices import find_model, open_index_of
from interviewer.bootstrap.documents import catalogue_of, reading_documents
from interviewer.domain.library import Knowledge
from interviewer.errors import SetupError
from interviewer.grading.builtin import BuiltInGrader, Labeller
from interviewer.grading.model import ModelGrader
from interviewer.interviewing.agent import Agent
from interviewer.knowledge.embedding import Embedder
from interviewer.models.chat import ChatModel
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.models.local import LocalServer, join_weights
from interviewer.models.tokens import count_tokens
from interviewer.progress import Progress, no_progress
from interviewer.prompts import load_prompts
from interviewer.service import Service
from interviewer.sessions.store import EventStore, sqlite_url
from interviewer.settings import PROJECT_ROOT, GraderChoice, Settings


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
    async with AsyncExitStack() as opened:
        embedder = Embedder()
        index = await asyncio.to_thread(open_index_of, settings, knowledge, embedder, progress)
        opened.callback(index.close)
        await asyncio.to_thread(index.hold)
        store = await EventStore.open(settings.database_url or sqlite_url(settings.home))
        opened.push_async_callback(store.close)
        prompts = load_prompts(PROJECT_ROOT / "prompts")
        endpoint: Endpoint | None
        if local or settings.gguf is not None:
            server = opened.enter_context(LocalServer())
            endpoint = await asyncio.to_thread(_start_local, server, settings, progress)
        else:
            endpoint = (await find_model(settings)).endpoint
        model = ChatModel(endpoint) if endpoint else None
        if model is not None:
            opened.push_async_callback(model.close)
            # Counting for the first time loads the encoding, which no turn should wait for.
            await asyncio.to_thread(count_tokens, "", model.endpoint.model)
        quick = Labeller.quick(knowledge.rubric, embedder)
        reader = await asyncio.to_thread(BuiltInGrader, knowledge, index, embedder, quick)
        thorough = Labeller.thorough(knowledge.rubric, embedder)
        built_in = await asyncio.to_thread(BuiltInGrader, knowledge, index, embedder, thorough)
        judge = _judge(settings.grader, model)
        grader = ModelGrader(knowledge, prompts, judge, built_in) if judge else built_in
        catalogue = catalogue_of(settings, knowledge, index, embedder)
        opened.callback(catalogue.close)
        await asyncio.to_thread(catalogue.open, reading_documents(progress))
        agent = Agent(knowledge, index, catalogue, reader, prompts, model)
        service = Service(knowledge, index, catalogue, agent, grader, store, model)
        opened.push_async_callback(service.close)
        yield service


def _start_local(server: LocalServer, settings: Settings, progress: Progress) -> Endpoint:
    weights = settings.gguf or join_weights(
        settings.home / "models", lambda share: progress("Preparing the local model", share)
    )
    return server.start(weights)


def _judge(choice: GraderChoice, model: ChatModel | None) -> ChatModel | None:
    """The model that grades; None for the built-in grader.

    By default a connected server grades; the small model in this program does not, because the
    built-in grader finds evidence more precisely than it does, and at once.

    Raises:
        SetupError: a model is to grade, and there is none.
    """
    if choice is GraderChoice.MODEL and model is None:
        raise SetupError("INTERVIEWER_GRADER=model needs a model: connect one, or use 'auto'.")
    if model is None or choice is GraderChoice.BUILT_IN:
        return None
    by_default = model.endpoint.kind is EndpointKind.SERVER
    return model if choice is GraderChoice.MODEL or by_default else None
