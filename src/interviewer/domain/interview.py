"""The interview: a fold over the events of a session."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from interviewer.domain.events import (
    AnswerGraded,
    CandidateSpoke,
    EvidenceCorrected,
    InterviewerMoved,
    InterviewerSpoke,
    Logged,
    MessageUnderstood,
    ModelUsed,
    SessionResumed,
    SessionStarted,
)
from interviewer.domain.move import ASKS_ANEW, CORE, Move, MoveKind
from interviewer.domain.rubric import CompetencyId, SignalId
from interviewer.domain.stages import PLANS, Stage, StageId
from interviewer.domain.transcript import Speaker, Transcript, Turn


@dataclass(frozen=True)
class Interview:
    """All that is known of a session.

    Attributes:
        id: the session's id.
        started: how it was set up.
        message: the candidate's last message.
        turns: what was said so far.
        turn_times: seconds of interview time at which each turn was said.
        moves: what the director decided, in order.
        understood: what each message was taken for, in order.
        graded: the latest grading of each turn, by its number.
        corrected: what a person said of a signal in a turn, by turn and signal.
        used: calls of the model.
        notices: what was reported while speaking, by turn number.
        seconds: interview time up to the last event; time away is not counted.
        last_at: when the last event was appended.
        sequence: the sequence of the last event.
    """

    id: str
    started: SessionStarted
    started_at: datetime
    last_at: datetime
    message: CandidateSpoke | None = None
    turns: tuple[Turn, ...] = ()
    turn_times: tuple[float, ...] = ()
    moves: tuple[Move, ...] = ()
    understood: tuple[MessageUnderstood, ...] = ()
    graded: dict[int, AnswerGraded] = field(default_factory=dict)
    corrected: dict[tuple[int, SignalId], EvidenceCorrected] = field(default_factory=dict)
    used: tuple[ModelUsed, ...] = ()
    notices: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0
    sequence: int = 0

    def apply(self, logged: Logged) -> "Interview":
        """The interview after one more event."""
        away = isinstance(logged.event, SessionResumed | EvidenceCorrected) or self.closed
        gap = 0.0 if away else max(0.0, (logged.at - self.last_at).total_seconds())
        now = replace(self, seconds=self.seconds + gap, last_at=logged.at, sequence=logged.sequence)
        match logged.event:
            case CandidateSpoke() as message:
                turn = Turn(speaker=Speaker.CANDIDATE, text=message.text)
                return replace(now._said(turn), message=message)
            case InterviewerSpoke(text=text, notice=notice):
                spoken = now._said(Turn(speaker=Speaker.INTERVIEWER, text=text, move=now.moves[-1]))
                if notice is None:
                    return spoken
                return replace(spoken, notices={**now.notices, len(spoken.turns): notice})
            case InterviewerMoved(move=move):
                return replace(now, moves=(*now.moves, move))
            case MessageUnderstood() as understood:
                return replace(now, understood=(*now.understood, understood))
            case AnswerGraded() as graded:
                return replace(now, graded={**now.graded, graded.turn: graded})
            case EvidenceCorrected() as corrected:
                return replace(now, corrected=_with_correction(now.corrected, corrected))
            case ModelUsed() as used:
                return replace(now, used=(*now.used, used))
            case _:
                return now

    def _said(self, turn: Turn) -> "Interview":
        return replace(self, turns=(*self.turns, turn), turn_times=(*self.turn_times, self.seconds))

    # What there is to do.

    @property
    def closed(self) -> bool:
        """Whether the interviewer has ended the interview."""
        return bool(self.moves) and self.moves[-1].kind is MoveKind.CLOSE

    @property
    def turn_of(self) -> Speaker | None:
        """Whose turn it is; None once the closing words were said."""
        if self.turns and self.turns[-1].speaker is Speaker.INTERVIEWER:
            return None if self.closed else Speaker.CANDIDATE
        return Speaker.INTERVIEWER

    @property
    def unspoken(self) -> Move | None:
        """A move that was decided but not said, as after a crash."""
        said = sum(turn.speaker is Speaker.INTERVIEWER for turn in self.turns)
        return self.moves[-1] if len(self.moves) > said else None

    @property
    def heard(self) -> MessageUnderstood | None:
        """What the last message was taken for; None while it has not been read."""
        said = sum(turn.speaker is Speaker.CANDIDATE for turn in self.turns)
        return self.understood[-1] if said and len(self.understood) == said else None

    @property
    def ungraded(self) -> list[int]:
        """Numbers of the candidate's turns that no grader has read."""
        return [n for n in self.transcript.answers if n not in self.graded] if self.turns else []

    # Where the interview is.

    @property
    def plan(self) -> tuple[Stage, ...]:
        """The stages of an interview of this length."""
        return PLANS[self.started.minutes]

    @property
    def stage(self) -> StageId:
        """The stage that the last move belongs to."""
        return self.moves[-1].stage if self.moves else self.plan[0].id

    def agenda_left(self, stage: Stage) -> tuple[CompetencyId, ...]:
        """What is left of a stage's agenda behind the last item that was asked."""
        left = stage.agenda
        for move in self.moves:
            opens = move.kind in CORE and move.kind is not MoveKind.CURVEBALL
            if opens and move.stage is stage.id and move.competency in left:
                left = left[left.index(move.competency) + 1 :]
        return left

    @property
    def since_question(self) -> tuple[Move, ...]:
        """The moves from the last one that put a new question on, that one first."""
        for back in range(len(self.moves), 0, -1):
            if self.moves[back - 1].kind in ASKS_ANEW:
                return self.moves[back - 1 :]
        return ()

    @property
    def since_core(self) -> tuple[Move, ...]:
        """The moves from the last one that began a new subject on, that one first."""
        for back in range(len(self.moves), 0, -1):
            if self.moves[back - 1].kind in CORE:
                return self.moves[back - 1 :]
        return ()

    # What the log knows.

    @property
    def probed(self) -> set[CompetencyId]:
        """Competencies that a core question or a deeper one was about."""
        return {m.competency for m in self.moves if m.kind in ASKS_ANEW and m.competency}

    @property
    def probes_asked(self) -> set[str]:
        """Ids of the probes that were put."""
        return {m.probe for m in self.moves if m.probe}

    @property
    def facts_told(self) -> list[str]:
        """Keys of the facts that were told, in order, each once."""
        return list(dict.fromkeys(key for m in self.moves for key in m.facts))

    @property
    def terms_named(self) -> list[str]:
        """Techniques that the candidate has named, in order, each once."""
        return list(dict.fromkeys(term for u in self.understood for term in u.terms))

    @property
    def signals_seen(self) -> set[SignalId]:
        """Signals that the quick readings found."""
        return {signal for u in self.understood for signal in u.signals}

    @property
    def spoken(self) -> set[str]:
        """Everything the interviewer has said, word for word."""
        return {t.text for t in self.turns if t.speaker is Speaker.INTERVIEWER}

    @property
    def transcript(self) -> Transcript:
        """What was said, as it is graded and exported. Needs at least one turn."""
        return Transcript(
            id=self.id,
            scenario=self.started.scenario,
            level=self.started.level,
            turns=list(self.turns),
        )


def _with_correction(
    held: dict[tuple[int, SignalId], EvidenceCorrected], correction: EvidenceCorrected
) -> dict[tuple[int, SignalId], EvidenceCorrected]:
    key = correction.turn, correction.signal
    others = {k: c for k, c in held.items() if k != key}
    return others if correction.shown is None else {**others, key: correction}


def fold(session: str, log: Iterable[Logged]) -> Interview:
    """Fold the events of a session, oldest first.

    Raises:
        ValueError: the log does not begin with `SessionStarted`.
    """
    events = iter(log)
    first = next(events, None)
    if first is None or not isinstance(first.event, SessionStarted):
        raise ValueError(f"the log of session {session} does not begin with its start")
    interview = Interview(
        id=session,
        started=first.event,
        started_at=first.at,
        last_at=first.at,
        sequence=first.sequence,
    )
    for logged in events:
        interview = interview.apply(logged)
    return interview
