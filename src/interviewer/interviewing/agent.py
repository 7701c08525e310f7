"""The interviewing agent: one run of the graph for one message of the candidate.

    understand → retrieve → direct → speak

Every node appends its result to the log before the next one runs, so that a run that was cut
short goes on from the log where it stopped.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from interviewer.documents.catalogue import Catalogue
from interviewer.domain.director import Deck, next_move
from interviewer.domain.events import (
    Event,
    Intent,
    InterviewerMoved,
    MessageUnderstood,
    ModelUsed,
    Purpose,
)
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.probe import Probe
from interviewer.domain.scenario import Scenario
from interviewer.domain.strict import Strict
from interviewer.domain.terms import Lexicon
from interviewer.domain.transcript import Speaker
from interviewer.domain.wording import Wordsmith
from interviewer.errors import ModelError
from interviewer.interviewing.understanding import Doubt, QuickReader, Understanding
from interviewer.interviewing.voice import Voice
from interviewer.knowledge.index import Index
from interviewer.models.chat import ChatModel, OnUsage
from interviewer.prompts import PromptBook

READING_TOKENS = 60
"""Room for the model's reading of a doubtful message."""


@dataclass(frozen=True)
class Turn:
    """What a run is given besides the interview.

    Attributes:
        append: puts an event on the log and returns the interview after it.
    """

    append: Callable[[Event], Awaitable[Interview]]


class State(TypedDict):
    """What the nodes hand on."""

    interview: Interview
    probes: NotRequired[dict[str, Probe]]
    ranking: NotRequired[list[str]]
    notice: NotRequired[str]


class Reading(Strict):
    """How a model reads a message with a question in it."""

    kind: Literal["fact", "answer", "off_topic"]
    fact: str


@dataclass(frozen=True)
class Case:
    """A scenario with what goes with it."""

    scenario: Scenario
    probes: dict[str, Probe]
    lexicon: Lexicon


def next_step(state: State) -> Literal["understand", "retrieve", "speak", "__end__"]:
    """Where a run begins, from what the log already holds."""
    interview = state["interview"]
    if interview.unspoken is not None:
        return "speak"
    if interview.turn_of is not Speaker.INTERVIEWER:
        return "__end__"
    if interview.turns and interview.heard is None:
        return "understand"
    return "retrieve"


class Agent:
    """The interviewer."""

    def __init__(
        self,
        knowledge: Knowledge,
        index: Index,
        catalogue: Catalogue,
        reader: QuickReader,
        prompts: PromptBook,
        model: ChatModel | None,
    ) -> None:
        """Put the agent together.

        Args:
            knowledge: the content.
            index: the content by meaning.
            catalogue: the same together with the user's documents.
            reader: reads answers quickly, without a model.
            prompts: the prompts `interviewer` and `understand`.
            model: words questions and settles doubts; may be absent.
        """
        self._catalogue = catalogue
        self._model = model
        self._prompt = prompts["understand"]
        self._voice = Voice(model, prompts["interviewer"], index.likeness)
        self._phrases = knowledge.phrases
        self._cases = {slug: _case(knowledge, slug) for slug in knowledge.scenarios}
        self._understanding = Understanding(index, reader, lambda slug: self._cases[slug].lexicon)
        graph = StateGraph(State, context_schema=Turn)
        graph.add_node("understand", self._understand)
        graph.add_node("retrieve", self._retrieve)
        graph.add_node("direct", self._direct)
        graph.add_node("speak", self._speak)
        graph.add_conditional_edges(START, next_step)
        graph.add_edge("understand", "retrieve")
        graph.add_edge("retrieve", "direct")
        graph.add_edge("direct", "speak")
        graph.add_edge("speak", END)
        self._graph = graph.compile()

    async def take_turn(
        self, interview: Interview, append: Callable[[Event], Awaitable[Interview]]
    ) -> AsyncIterator[str]:
        """Take the interviewer's turn; without one to take, nothing happens.

        Args:
            interview: the interview so far.
            append: puts an event on the log and returns the interview after it.

        Yields:
            The turn's words so far, again whenever there are more. An empty text takes them back.
        """
        async for shown in self._graph.astream(
            State(interview=interview), context=Turn(append), stream_mode="custom"
        ):
            yield str(shown)

    async def _understand(self, state: State, runtime: Runtime[Turn]) -> State:
        interview = state["interview"]
        message = interview.message
        assert message is not None  # next_step comes here only after a message
        taken = await asyncio.to_thread(self._understanding.understand, interview, message)
        if isinstance(taken, MessageUnderstood):
            return State(interview=await runtime.context.append(taken))
        if self._model is None:
            settled = self._understanding.settle(interview, taken)
            return State(interview=await runtime.context.append(settled))
        calls: list[ModelUsed] = []
        notice: State = State(interview=interview)
        try:
            read = await self._read_with_model(self._model, interview, taken, calls.append)
        except ModelError as error:
            read = self._understanding.settle(interview, taken)
            notice["notice"] = str(error)
        interview = await runtime.context.append(read)
        for call in calls:
            interview = await runtime.context.append(call)
        return {**notice, "interview": interview}

    async def _read_with_model(
        self,
        model: ChatModel,
        interview: Interview,
        doubt: Doubt,
        on_usage: OnUsage,
    ) -> MessageUnderstood:
        facts = self._cases[interview.started.scenario].scenario.facts_by_key
        messages = self._prompt.render(
            facts=[(key, facts[key].ask[0]) for key in doubt.facts],
            asked=next((t.text for t in reversed(interview.turns[:-1])), ""),
            message=doubt.text,
        )
        reading = await model.structured(
            messages,
            Reading,
            max_tokens=READING_TOKENS,
            purpose=Purpose.UNDERSTAND,
            on_usage=on_usage,
        )
        intent = {
            "fact": Intent.CLARIFY,
            "answer": Intent.ANSWER,
            "off_topic": Intent.OFF_TOPIC,
        }[reading.kind]
        keys = [reading.fact] if intent is Intent.CLARIFY and reading.fact in doubt.facts else []
        return await asyncio.to_thread(
            self._understanding.taken_for, interview, doubt.text, intent, keys
        )

    async def _retrieve(self, state: State) -> State:
        return await asyncio.to_thread(self._draw, state)

    def _draw(self, state: State) -> State:
        """The probes that can be put, with their ids by nearness to what was just said."""
        interview = state["interview"]
        case = self._cases[interview.started.scenario]
        said = interview.message.text if interview.message else ""
        probes = self._probes(case, interview)
        ranked = self._catalogue.rank_probes(said or case.scenario.prompt, case.scenario.slug)
        ranking = [passage.chunk.ref for passage in ranked if passage.chunk.ref in probes]
        return {**state, "probes": probes, "ranking": ranking}

    def _probes(self, case: Case, interview: Interview) -> dict[str, Probe]:
        """The probes of the case, and those of the user's documents as they are now.

        A document's question that names a technique waits until the candidate has named it.
        """
        named = {*interview.terms_named, *case.lexicon.find(case.scenario.prompt)}
        return case.probes | {
            id_: probe
            for id_, probe in self._catalogue.probes.items()
            if named.issuperset(case.lexicon.find(probe.text))
        }

    async def _direct(self, state: State, runtime: Runtime[Turn]) -> State:
        interview = state["interview"]
        case = self._cases[interview.started.scenario]
        probes = state["probes"]
        deck = Deck(case.scenario, probes, state["ranking"], own=probes.keys() - case.probes.keys())
        move = next_move(interview, deck)
        return {**state, "interview": await runtime.context.append(InterviewerMoved(move=move))}

    async def _speak(self, state: State, runtime: Runtime[Turn]) -> State:
        interview = state["interview"]
        case = self._cases[interview.started.scenario]
        move = interview.moves[-1]
        # A run that goes on from an unspoken move begins here.
        if "probes" not in state:
            state = await asyncio.to_thread(self._draw, state)
        calls: list[ModelUsed] = []
        spoken = await self._voice.speak(
            interview,
            Wordsmith(self._phrases, case.scenario, state["probes"]).word(move, interview),
            told=[case.scenario.facts_by_key[key].value for key in interview.facts_told],
            lexicon=case.lexicon,
            show=runtime.stream_writer,
            on_usage=calls.append,
        )
        if spoken.notice is None and "notice" in state:
            spoken = spoken.model_copy(update={"notice": state["notice"]})
        interview = await runtime.context.append(spoken)
        for call in calls:
            interview = await runtime.context.append(call)
        return {**state, "interview": interview}


def _case(knowledge: Knowledge, slug: str) -> Case:
    scenario = knowledge.scenarios[slug]
    probes = knowledge.probes | {probe.id: probe for probe in scenario.probes}
    lexicon = Lexicon.of(knowledge.terms, scenario.solution_terms)
    return Case(scenario, probes, lexicon)
