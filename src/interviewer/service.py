"""The service: what every face calls. It owns the order of log, agent and grader."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from interviewer.documents.passages import MARK
from interviewer.domain.assessment import assess
from interviewer.domain.events import (
    Action,
    AnswerGraded,
    CandidateSpoke,
    Event,
    EvidenceCorrected,
    Mode,
    ModelUsed,
    SessionResumed,
    SessionStarted,
    Source,
)
from interviewer.domain.evidence import find_quote
from interviewer.domain.interview import Interview, fold
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level, SignalId, competency_of
from interviewer.domain.scorecard import Scorecard
from interviewer.domain.stages import LENGTHS
from interviewer.domain.transcript import Speaker, Transcript
from interviewer.errors import BadInput, TurnTaken
from interviewer.knowledge.chunks import Kind
from interviewer.sessions.store import EventStore, SequenceTaken

if TYPE_CHECKING:
    # The parts behind the service take seconds to import; a face that names its types need not.
    from interviewer.documents.catalogue import Added, Catalogue, Holding
    from interviewer.grading.grader import Grader
    from interviewer.interviewing.agent import Agent
    from interviewer.knowledge.index import Index
    from interviewer.models.chat import ChatModel

OWN_TEACHES = 0.5
"""Cosine to a signal from which a passage of the user's own is shown instead of the guide's."""

TEACHING_WORDS = 25
"""A shorter passage of the user's own names a subject and teaches nothing about it."""

MAX_MESSAGE = 8_000
"""The longest message in characters: some ten minutes of speech."""


@dataclass(frozen=True)
class Update:
    """What a face shows next.

    Attributes:
        interview: the interview as the log has it.
        speaking: the words so far of a turn that is being said; None when nobody is speaking.
    """

    interview: Interview
    speaking: str | None = None


@dataclass(frozen=True)
class Summary:
    """A line in the list of sessions.

    Attributes:
        id: the session's id.
        title: the scenario's title.
        level: the level of the interview.
        minutes: its planned length.
        started_at: when it was set up, in UTC.
        answers: how many answers the candidate has given.
        closed: whether it is over.
        scorecard: the score so far.
    """

    id: str
    title: str
    level: Level
    minutes: int
    started_at: datetime
    answers: int
    closed: bool
    scorecard: Scorecard


@dataclass(frozen=True)
class Reading:
    """A passage of the study guide or of a document of the user's own.

    Attributes:
        page: the page's title; of a document, its title and the place in it.
        section: the headings above the passage; empty before the first one.
        body: the passage, in Markdown; of a document, plain text.
        slug: the page's slug.
        anchor: what follows # in a link to the section; empty before the first heading.
        yours: it is from a document of the user's own.
    """

    page: str
    section: str
    body: str
    slug: str
    anchor: str
    yours: bool = False


@dataclass
class _Live:
    """A session that this process works on.

    Attributes:
        interview: the fold of its log.
        turn: held while a turn is taken.
        log: held while an event is appended.
        grading: the grading of its answers, while it goes on.
    """

    interview: Interview
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    log: asyncio.Lock = field(default_factory=asyncio.Lock)
    grading: asyncio.Task[None] | None = None


class Service:
    """Interviews, from setting one up to the scorecard."""

    def __init__(
        self,
        knowledge: Knowledge,
        index: "Index",
        catalogue: "Catalogue",
        agent: "Agent",
        grader: "Grader",
        store: EventStore,
        model: "ChatModel | None",
    ) -> None:
        """Put the service together; `bootstrap` does."""
        self.knowledge = knowledge
        self._index = index
        self._catalogue = catalogue
        self._agent = agent
        self._grader = grader
        self._store = store
        self._model = model
        self._sessions: dict[str, _Live] = {}

    @property
    def model_label(self) -> str | None:
        """The model that words the questions; None for the built-in interviewer."""
        return self._model.endpoint.label if self._model else None

    @property
    def grader_label(self) -> str:
        """The model that finds the evidence, or 'built-in'."""
        return self._grader.used.model or "built-in"

    # Interviews.

    async def start(self, scenario: str, level: Level, minutes: int, mode: Mode) -> Interview:
        """Set up an interview. The interviewer opens it when `speak` is called.

        Raises:
            BadInput: there is no such scenario or length.
        """
        if scenario not in self.knowledge.scenarios:
            known = ", ".join(sorted(self.knowledge.scenarios))
            raise BadInput(f"There is no scenario {scenario!r}. Choose one of: {known}.")
        if minutes not in LENGTHS:
            known = ", ".join(map(str, LENGTHS))
            raise BadInput(f"An interview cannot take {minutes} minutes. Choose one of: {known}.")
        started = SessionStarted(
            scenario=scenario,
            level=level,
            minutes=minutes,
            mode=mode,
            voice=Source.MODEL if self._model else Source.BUILT_IN,
            model=self.model_label,
            grader=self._grader.used,
        )
        session = secrets.token_hex(8)
        interview = fold(session, [await self._store.append(session, 1, started)])
        self._sessions[session] = _Live(interview)
        return interview

    async def resume(self, session: str) -> Interview:
        """Open a session again; the time away does not count.

        Raises:
            BadInput: there is no such session.
        """
        live = await self._open(session)
        if not live.interview.closed and not live.turn.locked():
            await self._append(live, SessionResumed())
        return live.interview

    async def interview(self, session: str) -> Interview:
        """A session as its log has it.

        Raises:
            BadInput: there is no such session.
        """
        return (await self._open(session)).interview

    async def reply(
        self, session: str, text: str = "", *, turns: int, action: Action | None = None
    ) -> AsyncIterator[Update]:
        """Take a message or a press of a button, and answer it.

        The answer's grading starts at the same time and goes on by itself; see `graded`.

        Args:
            session: id of the session.
            text: the message; empty for a button.
            turns: how many turns the face has shown, so that no turn is answered twice.
            action: the button.

        Raises:
            BadInput: the message is empty, too long or no text, or the interview is over.
            TurnTaken: the turn was answered elsewhere.
        """
        text = "" if action else _usable(text)
        live = await self._open(session)
        async with live.turn:
            if live.interview.closed:
                raise BadInput("This interview is over. Its report is ready.")
            await self._append(live, CandidateSpoke(text=text, action=action), turns=turns)
            yield Update(live.interview, speaking="")
            async for update in self._speak(live):
                yield update

    async def speak(self, session: str) -> AsyncIterator[Update]:
        """Have the interviewer say what is due: the opening, or a turn that a crash cut short.

        With nothing due it yields the interview once.

        Raises:
            BadInput: there is no such session.
        """
        live = await self._open(session)
        async with live.turn:
            async for update in self._speak(live):
                yield update

    async def graded(self, session: str) -> AsyncIterator[Update]:
        """The interview again each time another answer was graded, until all are.

        Raises:
            BadInput: there is no such session.
        """
        live = await self._open(session)
        self._grade_soon(live)
        yield Update(live.interview)
        while (grading := live.grading) is not None:
            pending = len(live.interview.ungraded)
            while not grading.done() and len(live.interview.ungraded) >= pending:
                await asyncio.wait([grading], timeout=0.2)
            yield Update(live.interview)
            if grading.done():
                grading.result()
                return

    # Results.

    def scorecard(self, interview: Interview) -> Scorecard:
        """The score of what has been graded so far."""
        return assess(
            self.knowledge.rubric,
            interview.transcript,
            interview.graded.values(),
            interview.started.grader,
            interview.corrected,
        )

    async def correct(
        self, session: str, signal: SignalId, quote: str, *, shown: bool | None
    ) -> Interview:
        """Note what a person says of a signal and of the words for it; the score follows.

        Args:
            session: id of the session.
            signal: the signal.
            quote: the words, from one of the candidate's answers.
            shown: whether they show it; None takes an earlier correction back.

        Raises:
            BadInput: there is no such session or signal, or the words are in no answer.
        """
        live = await self._open(session)
        transcript = live.interview.transcript
        if signal not in self.knowledge.rubric.signals:
            raise BadInput(f"The rubric has no signal {signal!r}.")
        for turn in transcript.answers:
            if words := find_quote(quote, transcript.text(turn)):
                event = EvidenceCorrected(turn=turn, signal=signal, quote=words, shown=shown)
                return await self._append(live, event)
        raise BadInput("These words stand in none of your answers. Copy them exactly from one.")

    async def reading(self, scorecard: Scorecard) -> dict[SignalId, Reading]:
        """For each missed signal the passage that teaches it, by the signal's id.

        What the user added on the subject comes before the guide.
        """
        missed = [s for score in scorecard.competencies.values() for s in score.missed]
        return await asyncio.to_thread(
            lambda: {signal: passage for signal in missed if (passage := self._teaches(signal))}
        )

    def _teaches(self, signal: SignalId) -> Reading | None:
        known = self.knowledge.rubric.signals[signal]
        taught = f"{known.wording} {known.advice}"
        for own in self._catalogue.search(taught, kinds=[Kind.DOCUMENT], n=3):
            chunk = own.chunk
            if own.score >= OWN_TEACHES and len(chunk.body.split()) >= TEACHING_WORDS:
                return Reading(chunk.title.removeprefix(MARK), "", chunk.body, "", "", yours=True)
        competency = competency_of(signal)
        found = self._index.search(taught, kinds=[Kind.GUIDE], n=1, competency=competency)
        if not found:
            return None
        chunk = found[0].chunk
        slug, _, anchor = chunk.ref.partition("#")
        page = self.knowledge.guide[slug].title
        section = chunk.title.removeprefix(page).removeprefix(": ")
        return Reading(page, section, chunk.body, slug, anchor)

    async def grade(
        self, transcript: Transcript, on_usage: Callable[[ModelUsed], None] = lambda used: None
    ) -> Scorecard:
        """Score a transcript that comes from elsewhere.

        Args:
            transcript: the interview.
            on_usage: is told what each call of a model used.

        Raises:
            BadInput: its scenario is not known here.
        """
        if transcript.scenario not in self.knowledge.scenarios:
            raise BadInput(f"The transcript's scenario {transcript.scenario!r} is not known here.")
        graded = [
            await self._grader.grade(transcript, turn, on_usage) for turn in transcript.answers
        ]
        return assess(self.knowledge.rubric, transcript, graded, self._grader.used)

    async def sessions(self) -> list[Summary]:
        """Every session, the latest first."""
        summaries = []
        for session, log in (await self._store.load_all()).items():
            interview = fold(session, log)
            scenario = self.knowledge.scenarios.get(interview.started.scenario)
            if not interview.turns or scenario is None:
                continue
            summaries.append(
                Summary(
                    id=session,
                    title=scenario.title,
                    level=interview.started.level,
                    minutes=interview.started.minutes,
                    started_at=interview.started_at,
                    answers=len(interview.transcript.answers),
                    closed=interview.closed,
                    scorecard=self.scorecard(interview),
                )
            )
        return summaries

    async def close(self) -> None:
        """Stop grading; what was not graded is graded when its session is opened again."""
        running = [live.grading for live in self._sessions.values() if live.grading is not None]
        for grading in running:
            grading.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # The user's documents.

    async def documents(self) -> "list[Holding]":
        """What the user has added, the oldest first."""
        return await asyncio.to_thread(self._catalogue.holdings)

    async def add_documents(self, paths: Sequence[Path]) -> "Added":
        """Add the documents in files and folders; interviews that go on may ask about them.

        Raises:
            StorageError: the documents or their index cannot be stored.
        """
        from interviewer.documents.files import read_files

        return await asyncio.to_thread(lambda: self._catalogue.add(read_files(paths)))

    async def remove_document(self, id_: str) -> None:
        """Remove a document with all that was drawn from it.

        Raises:
            BadInput: there is no such document.
            StorageError: the documents or their index cannot be stored.
        """
        await asyncio.to_thread(self._catalogue.remove, id_)

    # Inside.

    async def _open(self, session: str) -> _Live:
        if session not in self._sessions:
            log = await self._store.load(session)
            if not log:
                raise BadInput(f"There is no session {session!r}.")
            interview = fold(session, log)
            case = interview.started.scenario
            if case not in self.knowledge.scenarios:
                raise BadInput(
                    f"The case {case} of session {session} is not here any more. "
                    "Put its file back and start the program again."
                )
            # Two callers may load at once; they must share one lock.
            self._sessions.setdefault(session, _Live(interview))
        return self._sessions[session]

    async def _reload(self, live: _Live) -> None:
        """Take in what another process may have appended."""
        live.interview = fold(live.interview.id, await self._store.load(live.interview.id))

    async def _append(self, live: _Live, event: Event, *, turns: int | None = None) -> Interview:
        """Append an event behind whatever is on the log.

        Args:
            live: the session.
            event: the event.
            turns: for a turn of the candidate, how many turns there are before it.

        Raises:
            TurnTaken: it is not the candidate's turn, or not that one.
        """
        async with live.log:
            while True:
                if turns is not None and (
                    len(live.interview.turns) != turns
                    or live.interview.turn_of is not Speaker.CANDIDATE
                ):
                    raise TurnTaken(
                        "This turn was already answered in another window. "
                        "Reload the page to go on."
                    )
                place = live.interview.sequence + 1
                try:
                    logged = await self._store.append(live.interview.id, place, event)
                except SequenceTaken:
                    await self._reload(live)
                    continue
                live.interview = live.interview.apply(logged)
                return live.interview

    async def _speak(self, live: _Live) -> AsyncIterator[Update]:
        async for shown in self._agent.take_turn(
            live.interview, lambda event: self._append(live, event)
        ):
            # The answer is graded while the interviewer speaks, but the first words come first.
            self._grade_soon(live)
            yield Update(live.interview, speaking=shown)
        self._grade_soon(live)
        yield Update(live.interview)

    def _grade_soon(self, live: _Live) -> None:
        """Grade in the background what has not been graded; the next question does not wait."""
        if live.interview.ungraded and (live.grading is None or live.grading.done()):
            live.grading = asyncio.create_task(self._grade_all(live))

    async def _grade_all(self, live: _Live) -> None:
        while live.interview.ungraded:
            turn = live.interview.ungraded[0]
            calls: list[ModelUsed] = []
            graded: AnswerGraded = await self._grader.grade(
                live.interview.transcript, turn, calls.append
            )
            await self._append(live, graded)
            for call in calls:
                await self._append(live, call)


def _usable(text: str) -> str:
    """A message as it is logged.

    Raises:
        BadInput: there is nothing in it, too much, or something that is no text.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("The message is empty. Write an answer, or use the buttons.")
    if len(text) > MAX_MESSAGE:
        raise BadInput(
            f"The message has {len(text):,} characters; {MAX_MESSAGE:,} are the most. Shorten it."
        )
    if any(not c.isprintable() and c not in "\n\t" for c in text):
        raise BadInput("The message contains control characters. Paste it as plain text.")
    return text
