"""Moves: what the interviewer does with a turn."""

from enum import StrEnum

from interviewer.domain.rubric import CompetencyId, SignalId
from interviewer.domain.stages import StageId
from interviewer.domain.strict import Strict

TOP_HINT = 3
"""The highest hint level of a realistic interview."""

REVEAL_HINT = 4
"""The hint level that shows an answer; coaching mode only."""


class MoveKind(StrEnum):
    """The kinds of move."""

    OPEN = "open"
    """Present the scenario."""
    REVEAL_FACT = "reveal_fact"
    """Tell the facts that were asked for."""
    STATE_ASSUMPTION = "state_assumption"
    """The brief lacks what was asked for: have the candidate assume something."""
    RESTATE = "restate"
    """Say the question in plainer words."""
    PROBE = "probe"
    """Ask a core question."""
    DEEPEN = "deepen"
    """Ask a harder question on the same competency after a strong answer."""
    FOLLOW_UP = "follow_up"
    """Ask a vague answer one rung further down the ladder."""
    CONSEQUENCE = "consequence"
    """Let the candidate find what follows from a wrong claim."""
    FOCUS = "focus"
    """Cut a rambling answer short: the decision and one reason."""
    FIRST_PRINCIPLES = "first_principles"
    """Ask somebody who does not know to reason it out."""
    HINT = "hint"
    """Give a hint of some level."""
    DECLINE = "decline"
    """Keep the answer back and offer a hint."""
    REDIRECT = "redirect"
    """Lead back to the design."""
    WAIT = "wait"
    """Give time to think."""
    GO_AHEAD = "go_ahead"
    """Tell somebody who asks for leave to go on."""
    CURVEBALL = "curveball"
    """Change a fact and ask what that does to the design."""
    CLOSE = "close"
    """End the interview."""


CORE = frozenset({MoveKind.OPEN, MoveKind.PROBE, MoveKind.CURVEBALL})
"""The moves that start a new subject."""

ASKS_ANEW = CORE | {MoveKind.DEEPEN}
"""The moves that put a new question; the others stay with the one that was put."""


class Closing(StrEnum):
    """Why an interview ends."""

    TIME = "time"
    COVERED = "covered"
    CANDIDATE = "candidate"


class Move(Strict):
    """One decision of the director.

    Attributes:
        kind: what is done.
        stage: the stage it belongs to.
        competency: what a good answer would be about.
        probe: id of the probe whose question this is, or whose hint.
        signals: what the question gives room for; an answer that shows one of these was probed.
        facts: keys of the facts that are told.
        more_facts: further facts were asked for than a turn has room for.
        hint_level: 0 to 4, for a hint.
        rung: 1 to 4, for a follow-up.
        curveball: id of the curveball.
        error: id of the critical error whose consequence is asked for.
        about: a technique in the candidate's last answer that the question ties in with.
        minutes_left: said aloud when the clock is what moves the interview on.
        closing: why the interview ends.
    """

    kind: MoveKind
    stage: StageId = StageId.FRAMING
    competency: CompetencyId | None = None
    probe: str | None = None
    signals: list[SignalId] = []
    facts: list[str] = []
    more_facts: bool = False
    hint_level: int | None = None
    rung: int | None = None
    curveball: str | None = None
    error: str | None = None
    about: str | None = None
    minutes_left: int | None = None
    closing: Closing | None = None
