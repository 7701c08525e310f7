"""Interviews made from events at given times, through the real fold and the real director."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from interviewer.domain.director import Deck, next_move
from interviewer.domain.events import (
    CandidateSpoke,
    Event,
    Intent,
    InterviewerMoved,
    InterviewerSpoke,
    Logged,
    MessageUnderstood,
    Mode,
    SessionStarted,
    Source,
    Strength,
)
from interviewer.domain.interview import Interview, fold
from interviewer.domain.move import Move
from interviewer.domain.rubric import Level
from interviewer.domain.scorecard import GraderUsed

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When every interview of the tests is set up."""


def started(
    *,
    level: Level = Level.SENIOR,
    minutes: int = 45,
    mode: Mode = Mode.REALISTIC,
    scenario: str = "small-case",
) -> SessionStarted:
    """The event that sets up an interview."""
    return SessionStarted(
        scenario=scenario,
        level=level,
        minutes=minutes,
        mode=mode,
        voice=Source.BUILT_IN,
        grader=GraderUsed(kind="built-in", rubric=1),
    )


def log_of(*timed: tuple[float, Event]) -> list[Logged]:
    """A log from events, each with the seconds since the interview was set up."""
    return [
        Logged(sequence=number, at=BEGIN + timedelta(seconds=seconds), event=event)
        for number, (seconds, event) in enumerate(timed, start=1)
    ]


def interview_of(*timed: tuple[float, Event], session: str = "session") -> Interview:
    """An interview from events, each with the seconds since it was set up."""
    return fold(session, log_of(*timed))


def then(interview: Interview, *events: Event, at: float | None = None) -> Interview:
    """The interview after more events, all at one time.

    Args:
        interview: the interview so far.
        events: what happens.
        at: seconds since the interview was set up; those of its last event when not given.
    """
    when = interview.last_at if at is None else BEGIN + timedelta(seconds=at)
    for event in events:
        logged = Logged(sequence=interview.sequence + 1, at=when, event=event)
        interview = interview.apply(logged)
    return interview


@dataclass(frozen=True)
class Message:
    """A message of the candidate.

    Attributes:
        taken_for: how it is read.
        minute: when it arrives; ten seconds after what the interviewer said when not given.
    """

    taken_for: MessageUnderstood
    minute: float | None = None


def message(intent: Intent, minute: float | None = None, **details: object) -> Message:
    """A message of some kind; `details` are fields of `MessageUnderstood`."""
    taken_for = MessageUnderstood.model_validate({"intent": intent, **details})
    return Message(taken_for, minute)


def answer(strength: Strength, minute: float | None = None, **details: object) -> Message:
    """An answer of some strength."""
    return message(Intent.ANSWER, minute, strength=strength, **details)


def moved(interview: Interview, move: Move, text: str | None = None) -> Interview:
    """The interview after a move, said in words that no other turn has unless they are given."""
    words = f"{move.kind} {len(interview.turns)}" if text is None else text
    spoken = InterviewerSpoke(text=words, source=Source.BUILT_IN)
    return then(interview, InterviewerMoved(move=move), spoken)


def heard(interview: Interview, said: Message, text: str = "Something.") -> Interview:
    """The interview after a message that was read."""
    seconds = interview.seconds + 10 if said.minute is None else said.minute * 60
    return then(interview, CandidateSpoke(text=text), said.taken_for, at=seconds)


def directed(setup: SessionStarted, deck: Deck, said: Sequence[Message]) -> Interview:
    """An interview led by the director, opening included, to its answer to the last message."""
    interview = interview_of((0, setup))
    interview = moved(interview, next_move(interview, deck))
    for each in said:
        interview = heard(interview, each)
        interview = moved(interview, next_move(interview, deck))
    return interview
