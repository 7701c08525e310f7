"""The events of a session. The log of them is the truth; everything else is a fold over it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.move import Move
from interviewer.domain.rubric import CompetencyId, Level, SignalId
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.strict import Strict


class Mode(StrEnum):
    """When the candidate sees the score."""

    COACHING = "coaching"
    """Live, and the last hint shows an answer."""
    REALISTIC = "realistic"
    """At the end."""


class Intent(StrEnum):
    """What a message of the candidate is."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    """Asks for a fact about the case."""
    RESTATE = "restate"
    """Asks what the question means."""
    PROCEED = "proceed"
    """Asks whether to go on."""
    THINK = "think"
    """Wants a moment."""
    DONT_KNOW = "dont_know"
    HINT = "hint"
    WANTS_ANSWER = "wants_answer"
    SKIP = "skip"
    OFF_TOPIC = "off_topic"
    MANIPULATION = "manipulation"
    """Gives the interviewer orders."""
    END = "end"


class Action(StrEnum):
    """What the candidate pressed instead of writing."""

    HINT = "hint"
    SKIP = "skip"
    END = "end"


class Strength(StrEnum):
    """How much there is in an answer."""

    VAGUE = "vague"
    ADEQUATE = "adequate"
    STRONG = "strong"


class Source(StrEnum):
    """Who worded what the interviewer said."""

    BUILT_IN = "built-in"
    MODEL = "model"


class SessionStarted(Strict):
    """An interview was set up."""

    type: Literal["session_started"] = "session_started"
    scenario: str
    level: Level
    minutes: int
    mode: Mode
    voice: Source
    model: str | None = None
    grader: GraderUsed


class SessionResumed(Strict):
    """The candidate came back; the time away does not count."""

    type: Literal["session_resumed"] = "session_resumed"


class CandidateSpoke(Strict):
    """A message or a press of a button."""

    type: Literal["candidate_spoke"] = "candidate_spoke"
    text: str
    action: Action | None = None


class MessageUnderstood(Strict):
    """What the last message was taken for.

    Attributes:
        intent: what it is.
        strength: how much there is in it, for an answer.
        facts: keys of the facts that it asks for.
        unknown: it asks for something that the brief does not have.
        terms: techniques that it names, in order.
        reason: it gives a reason.
        figure: it gives a figure.
        signals: signals that a quick reading finds in it.
        error: critical error that a quick reading finds in it.
        words: its length.
    """

    type: Literal["message_understood"] = "message_understood"
    intent: Intent
    strength: Strength = Strength.ADEQUATE
    facts: list[str] = []
    unknown: bool = False
    terms: list[str] = []
    reason: bool = False
    figure: bool = False
    signals: list[SignalId] = []
    error: str | None = None
    words: int = 0


class InterviewerMoved(Strict):
    """The director decided."""

    type: Literal["interviewer_moved"] = "interviewer_moved"
    move: Move


class InterviewerSpoke(Strict):
    """The move was said.

    Attributes:
        text: the words.
        source: who worded them.
        notice: for the candidate: why the model did not word it, when it failed.
        refused: for the builder: why the model's words were not used, when a guard refused them.
    """

    type: Literal["interviewer_spoke"] = "interviewer_spoke"
    text: str
    source: Source
    notice: str | None = None
    refused: str | None = None


class AnswerGraded(Strict):
    """The grader read one of the candidate's turns.

    A later event for the same turn replaces the earlier one, so that grading again is appending.

    Attributes:
        turn: number of the turn in the transcript, from 1.
        evidence: verified evidence.
        errors: critical errors, with the competency that each caps.
        unscored: competencies whose grading failed, with the reason.
    """

    type: Literal["answer_graded"] = "answer_graded"
    turn: int
    evidence: list[Evidence] = []
    errors: list[tuple[CompetencyId, ErrorFound]] = []
    unscored: dict[CompetencyId, str] = {}


class EvidenceCorrected(Strict):
    """A person said of one signal in one turn whether it is there.

    A later event for the same turn and signal replaces the earlier one.

    Attributes:
        turn: number of the turn in the transcript, from 1.
        signal: the signal.
        quote: the words; a verbatim part of the turn.
        shown: whether those words show the signal; None takes the correction back.
    """

    type: Literal["evidence_corrected"] = "evidence_corrected"
    turn: int
    signal: SignalId
    quote: str
    shown: bool | None


class Purpose(StrEnum):
    """What a model was called for."""

    SPEAK = "speak"
    UNDERSTAND = "understand"
    GRADE = "grade"


class ModelUsed(Strict):
    """A model was called.

    Attributes:
        purpose: what for.
        prompt_tokens: tokens sent.
        completion_tokens: tokens received.
        seconds: from sending the request to the last piece of the answer.
        estimated: the server reported no counts, so they are estimates.
    """

    type: Literal["model_used"] = "model_used"
    purpose: Purpose
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    estimated: bool


Event = Annotated[
    SessionStarted
    | SessionResumed
    | CandidateSpoke
    | MessageUnderstood
    | InterviewerMoved
    | InterviewerSpoke
    | AnswerGraded
    | EvidenceCorrected
    | ModelUsed,
    Field(discriminator="type"),
]
"""Any event."""

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes events as JSON."""


class Logged(Strict):
    """An event as it stands in the log.

    Attributes:
        sequence: its place, from 1, without gaps.
        at: when it was appended, in UTC.
        event: the event.
    """

    sequence: int
    at: datetime
    event: Event
