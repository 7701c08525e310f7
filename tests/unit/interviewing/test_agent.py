"""The interviewer as a whole, without a model and with one that misbehaves."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from interviewer.domain.events import (
    Action,
    CandidateSpoke,
    Event,
    Intent,
    InterviewerMoved,
    InterviewerSpoke,
    Logged,
    Source,
)
from interviewer.domain.interview import Interview
from interviewer.domain.move import MoveKind
from interviewer.domain.transcript import Speaker
from interviewer.models.chat import ChatModel, Timeouts
from interviewer.models.endpoint import Endpoint, EndpointKind
from interviewer.service import Service
from interviewer.sessions.store import EventStore, sqlite_url
from tests.support.program import Program, opened, said
from tests.support.stub_server import (
    StubServer,
    bad_json,
    cut,
    ok,
    reworded,
    stall,
    stall_midway,
    status,
    structured,
)

ANSWERS = [
    "One training row is one payment attempt; the label is whether a chargeback arrives within "
    "120 days; the output is a probability that we turn into approve, challenge or block.",
    "Chargebacks come months late, so I would train only on payments older than four months and "
    "use the analysts' decisions as an early proxy for the newest ones.",
    "Velocity features mostly.",
    "The number of distinct cards seen on one device in the last 24 hours, computed from the same "
    "stream for training and serving.",
    "I'd start with a linear model on twenty features, because it gives us a floor within a week.",
    "We would measure precision at the recall that the business needs, split by month.",
    "At four hundred payments a second and 2 KB of features each that is under 1 MB a second.",
    "The feature lookup breaks first, because one large shop makes one hot key.",
    "I'd choose the simpler model; we give up some recall on new fraud rings, and if they were "
    "more than a tenth of the loss I would switch.",
    "Alert when the daily share of declined payments moves by half; the on-call analyst looks.",
]


@pytest.fixture(scope="module")
def server() -> Iterator[StubServer]:
    with StubServer() as server:
        yield server


@pytest.fixture
async def model(server: StubServer) -> AsyncIterator[ChatModel]:
    server.reset()
    model = ChatModel(
        Endpoint(EndpointKind.SERVER, server.base_url, "stub-model"),
        timeouts=Timeouts(connect=1.0, first_token=0.6, between_tokens=0.2),
    )
    yield model
    await model.close()


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


async def test_a_question_gets_just_its_fact_and_the_same_one_again(service: Service) -> None:
    interview = await opened(service)
    first = await said(service, interview, "How many payments per second do we get?")
    traffic = service.knowledge.scenarios["payment-fraud"].facts_by_key["traffic"].value
    assert first.moves[-1].facts == ["traffic"]
    assert first.turns[-1].text.startswith(traffic)
    again = await said(service, first, "What was the QPS again?")
    assert again.turns[-1].text.startswith(traffic)


async def test_two_questions_in_one_message_are_both_answered(service: Service) -> None:
    interview = await opened(service)
    interview = await said(
        service, interview, "How many payments a second are there, and how fast must we answer?"
    )
    assert interview.moves[-1].facts == ["traffic", "latency"]


async def test_what_the_brief_lacks_is_to_be_assumed(service: Service) -> None:
    interview = await said(service, await opened(service), "Is the database encrypted at rest?")
    assert interview.moves[-1].kind is MoveKind.STATE_ASSUMPTION


async def test_asking_to_go_on_is_allowed(service: Service) -> None:
    interview = await said(service, await opened(service), "Shall I start with the data?")
    assert interview.moves[-1].kind is MoveKind.GO_AHEAD


async def test_an_aside_is_led_back(service: Service) -> None:
    interview = await said(service, await opened(service), "Tell me a joke about chickens, friend")
    assert interview.understood[-1].intent is Intent.OFF_TOPIC
    assert interview.moves[-1].kind is MoveKind.REDIRECT


async def test_the_buttons_do_what_they_say(service: Service) -> None:
    interview = await opened(service)
    interview = await said(service, interview, action=Action.HINT)
    assert (interview.moves[-1].kind, interview.moves[-1].hint_level) == (MoveKind.HINT, 1)
    interview = await said(service, interview, action=Action.SKIP)
    assert interview.moves[-1].kind is MoveKind.PROBE
    interview = await said(service, interview, action=Action.END)
    assert interview.closed


@pytest.mark.parametrize(
    "stop_after", ["candidate_spoke", "message_understood", "interviewer_moved"]
)
async def test_a_turn_that_was_cut_short_is_finished_from_the_log(
    program: Program, tmp_path: Path, stop_after: str
) -> None:
    agent = program.agent(program.catalogue(tmp_path))
    async with program.service(tmp_path) as service:
        interview = await opened(service)
        whole = await said(service, interview, ANSWERS[0])
    place = interview.sequence

    def log(events: list[Event], interview: Interview) -> Interview:
        for number, event in enumerate(events, start=interview.sequence + 1):
            interview = interview.apply(Logged(sequence=number, at=interview.last_at, event=event))
        return interview

    written: list[Event] = [CandidateSpoke(text=ANSWERS[0])]
    if stop_after != "candidate_spoke":
        written.append(whole.understood[-1])
    if stop_after == "interviewer_moved":
        written.append(InterviewerMoved(move=whole.moves[-1]))
    state = log(written, interview)
    added: list[Event] = []

    async def append(event: Event) -> Interview:
        nonlocal state
        added.append(event)
        state = log([event], state)
        return state

    async for _ in agent.take_turn(state, append):
        pass
    assert state.turns == whole.turns
    assert place + len(written) + len(added) == state.sequence
    assert all(event not in written for event in added)


async def test_nothing_happens_when_it_is_the_candidates_turn(
    program: Program, service: Service, tmp_path: Path
) -> None:
    interview = await opened(service)
    agent = program.agent(program.catalogue(tmp_path))

    async def append(event: Event) -> Interview:
        raise AssertionError(event)

    assert [text async for text in agent.take_turn(interview, append)] == []


async def test_a_model_words_the_question_and_is_streamed(
    program: Program, tmp_path: Path, model: ChatModel, server: StubServer
) -> None:
    server.default = reworded
    async with program.service(tmp_path, model) as service:
        interview = await opened(service)
        shown = [
            update.speaking
            async for update in service.reply(interview.id, ANSWERS[1], turns=1)
            if update.speaking
        ]
        interview = await service.interview(interview.id)
    assert shown[0] == "Going"
    assert shown[-1] == interview.turns[-1].text
    assert len(shown) > 5
    assert interview.used[-1].purpose == "speak"


async def test_a_model_that_asks_something_else_is_not_used(
    program: Program, tmp_path: Path, model: ChatModel, server: StubServer
) -> None:
    server.default = ok("Which colour would you paint the office of the fraud team?")
    async with program.service(tmp_path, model) as service:
        interview = await said(service, await opened(service), ANSWERS[1])
    assert interview.used
    assert "colour" not in interview.turns[-1].text
    assert interview.turns[-1].text.endswith("?")


async def test_a_model_settles_what_a_doubtful_question_asks_for(
    program: Program, tmp_path: Path, model: ChatModel, server: StubServer
) -> None:
    server.default = structured({"kind": "fact", "fact": "error-costs"})
    async with program.service(tmp_path, model) as service:
        interview = await said(
            service, await opened(service), "Do they mind more if we miss some or annoy someone?"
        )
    assert server.requests[0].schema_name == "Reading"
    facts = interview.understood[-1].facts
    assert facts in (["error-costs"], [])  # only a fact that was near may be chosen
    assert interview.understood[-1].intent is Intent.CLARIFY


async def test_ten_turns_against_a_server_that_misbehaves(
    program: Program, tmp_path: Path, model: ChatModel, server: StubServer
) -> None:
    script = [
        [status(500), status(500), status(500)],
        [status(429, retry_after=0.1)],
        [stall(1.5)],
        [cut("What would happen if the stream of payments", after=3)],
        [bad_json()],
        [stall_midway("What happens when a shop closes for good?", after=2, seconds=1.0)],
        [status(401)],
        [ok("Great answer! You should use gradient boosting.")],
        [],
        [ok("")],
    ]
    async with program.service(tmp_path, model) as service:
        interview = await opened(service)
        spoken = []
        for replies, answer in zip(script, ANSWERS, strict=True):
            server.reset()
            server.default = reworded
            server.enqueue(*replies)
            interview = await said(service, interview, answer)
            spoken.append(interview.turns[-1].text)
    assert len(interview.turns) == 21
    assert all(turn.text for turn in interview.turns)
    assert [t.speaker for t in interview.turns[1::2]] == [Speaker.CANDIDATE] * 10
    store = await EventStore.open(sqlite_url(tmp_path))
    log = [
        logged.event
        for logged in await store.load(interview.id)
        if isinstance(logged.event, InterviewerSpoke)
    ]
    await store.close()
    notices = [event.notice for event in log]
    sources = [event.source for event in log]
    # What failed was said in the built-in words, with a notice; what worked was not.
    assert Source.MODEL in sources
    assert Source.BUILT_IN in sources
    assert sum(notice is not None for notice in notices) >= 4
    for event in log:
        assert event.notice is None or event.source is Source.BUILT_IN
    assert not any("Great answer" in text for text in spoken)
    # Nothing was lost: the session opens again as it was.
    async with program.service(tmp_path) as service:
        assert (await service.interview(interview.id)).turns == interview.turns
