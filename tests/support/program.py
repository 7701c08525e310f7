"""The program put together from its real parts, for tests of what the parts do as a whole."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from interviewer.documents.catalogue import Catalogue
from interviewer.documents.shelf import Shelf
from interviewer.domain.events import Action, Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.grading.builtin import BuiltInGrader, Labeller
from interviewer.grading.grader import Grader
from interviewer.interviewing.agent import Agent
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index, open_index
from interviewer.knowledge.load import load_knowledge
from interviewer.models.chat import ChatModel
from interviewer.prompts import PromptBook, load_prompts
from interviewer.service import Service
from interviewer.sessions.store import EventStore, sqlite_url
from interviewer.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The content of this repository."""
    return load_knowledge(PROJECT_ROOT / "knowledge")


@pytest.fixture(scope="session")
def prompts() -> PromptBook:
    """The prompts of this repository."""
    return load_prompts(PROJECT_ROOT / "prompts")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged embedding model."""
    return Embedder()


@pytest.fixture(scope="session")
def index_home(pytestconfig: pytest.Config) -> Path:
    """Where the index is kept from one run of the tests to the next; it is keyed by content."""
    return pytestconfig.cache.mkdir("index")


@pytest.fixture(scope="session")
def index(knowledge: Knowledge, embedder: Embedder, index_home: Path) -> Iterator[Index]:
    """The index of the real content."""
    index = open_index(knowledge, embedder, index_home)
    yield index
    index.close()


@pytest.fixture(scope="session")
def reader(knowledge: Knowledge, index: Index, embedder: Embedder) -> BuiltInGrader:
    """What reads answers on the way of a message."""
    return BuiltInGrader(knowledge, index, embedder, Labeller.quick(knowledge.rubric, embedder))


@pytest.fixture(scope="session")
def grader(knowledge: Knowledge, index: Index, embedder: Embedder) -> BuiltInGrader:
    """The built-in grader."""
    return BuiltInGrader(knowledge, index, embedder, Labeller.thorough(knowledge.rubric, embedder))


class Program:
    """Opens services on a folder, as often as a test restarts the program."""

    def __init__(
        self,
        knowledge: Knowledge,
        index: Index,
        embedder: Embedder,
        reader: BuiltInGrader,
        grader: BuiltInGrader,
        prompts: PromptBook,
    ) -> None:
        self.knowledge = knowledge
        self.index = index
        self.embedder = embedder
        self.reader = reader
        self.grader = grader
        self.prompts = prompts

    def catalogue(self, home: Path) -> Catalogue:
        """The knowledge with the documents in a folder."""
        shelf = Shelf(home / "documents")
        return Catalogue(shelf, self.knowledge, self.index, self.embedder)

    def agent(self, catalogue: Catalogue, model: ChatModel | None = None) -> Agent:
        """The interviewer."""
        return Agent(self.knowledge, self.index, catalogue, self.reader, self.prompts, model)

    @asynccontextmanager
    async def service(
        self, home: Path, model: ChatModel | None = None, grader: Grader | None = None
    ) -> AsyncIterator[Service]:
        """The whole program on a folder."""
        store = await EventStore.open(sqlite_url(home))
        catalogue = self.catalogue(home)
        service = Service(
            self.knowledge,
            self.index,
            catalogue,
            self.agent(catalogue, model),
            grader or self.grader,
            store,
            model,
        )
        try:
            yield service
        finally:
            await service.close()
            await store.close()
            catalogue.close()


@pytest.fixture(scope="session")
def program(
    knowledge: Knowledge,
    index: Index,
    embedder: Embedder,
    reader: BuiltInGrader,
    grader: BuiltInGrader,
    prompts: PromptBook,
) -> Program:
    """The parts of the program."""
    return Program(knowledge, index, embedder, reader, grader, prompts)


async def opened(
    service: Service,
    *,
    scenario: str = "payment-fraud",
    level: Level = Level.SENIOR,
    minutes: int = 45,
    mode: Mode = Mode.REALISTIC,
) -> Interview:
    """An interview that the interviewer has opened."""
    interview = await service.start(scenario, level, minutes, mode)
    async for update in service.speak(interview.id):
        interview = update.interview
    return interview


async def said(
    service: Service, interview: Interview, text: str = "", action: Action | None = None
) -> Interview:
    """The interview after a message and the interviewer's reply to it."""
    turns = len(interview.turns)
    async for update in service.reply(interview.id, text, turns=turns, action=action):
        interview = update.interview
    return interview


async def graded(service: Service, interview: Interview) -> Interview:
    """The interview when all of its answers are graded."""
    async for update in service.graded(interview.id):
        interview = update.interview
    return interview
