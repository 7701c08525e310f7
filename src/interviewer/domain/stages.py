"""The stages of an interview and the time that each is given.

The 45-minute plan follows what published guides agree on (six minutes to frame, most of the
time on data and model, a late look at scale and monitoring). Shorter plans drop stages but never
the probes of scaling, evaluation and trade-offs; an hour adds a deep dive.
"""

from dataclasses import dataclass
from enum import StrEnum

from interviewer.domain.rubric import CompetencyId as C

LENGTHS = (15, 30, 45, 60)
"""The lengths of an interview in minutes."""

ALWAYS_PROBED = (C.EVALUATION, C.SCALING, C.TRADEOFFS)
"""The competencies that every interview asks about, whatever the clock says."""


class StageId(StrEnum):
    """The stages in the order in which they are run."""

    FRAMING = "framing"
    OUTLINE = "outline"
    DATA = "data"
    MODEL = "model"
    EVALUATION = "evaluation"
    SCALE = "scale"
    DEEP_DIVE = "deep_dive"
    WRAP_UP = "wrap_up"


TITLES = {
    StageId.FRAMING: "framing the problem",
    StageId.OUTLINE: "the outline of the system",
    StageId.DATA: "data and features",
    StageId.MODEL: "the model",
    StageId.EVALUATION: "evaluation",
    StageId.SCALE: "serving and scale",
    StageId.DEEP_DIVE: "a closer look",
    StageId.WRAP_UP: "the last part",
}
"""How the interviewer and the page call the stages in running text."""


@dataclass(frozen=True)
class Stage:
    """A stretch of the interview.

    Attributes:
        id: which stage.
        minutes: how long it may take.
        agenda: the competency of each core question, in order; the opening is the first of them.
    """

    id: StageId
    minutes: int
    agenda: tuple[C, ...]

    @property
    def title(self) -> str:
        """The stage's name in running text."""
        return TITLES[self.id]


_S = StageId
PLANS: dict[int, tuple[Stage, ...]] = {
    15: (
        Stage(_S.FRAMING, 3, (C.FRAMING,)),
        Stage(_S.MODEL, 4, (C.DATA, C.MODELLING)),
        Stage(_S.EVALUATION, 3, (C.EVALUATION,)),
        Stage(_S.SCALE, 3, (C.SCALING,)),
        Stage(_S.WRAP_UP, 2, (C.TRADEOFFS,)),
    ),
    30: (
        Stage(_S.FRAMING, 5, (C.FRAMING, C.FRAMING)),
        Stage(_S.DATA, 6, (C.DATA, C.FEATURES)),
        Stage(_S.MODEL, 6, (C.MODELLING, C.MODELLING)),
        Stage(_S.EVALUATION, 5, (C.EVALUATION, C.EVALUATION)),
        Stage(_S.SCALE, 5, (C.SERVING, C.SCALING)),
        Stage(_S.WRAP_UP, 3, (C.TRADEOFFS, C.MONITORING)),
    ),
    45: (
        Stage(_S.FRAMING, 6, (C.FRAMING, C.FRAMING)),
        Stage(_S.OUTLINE, 5, (C.ARCHITECTURE, C.EVALUATION)),
        Stage(_S.DATA, 9, (C.DATA, C.FEATURES, C.DATA, C.FEATURES)),
        Stage(_S.MODEL, 9, (C.MODELLING, C.MODELLING, C.TRADEOFFS)),
        Stage(_S.EVALUATION, 6, (C.EVALUATION, C.EVALUATION)),
        Stage(_S.SCALE, 6, (C.SERVING, C.SCALING, C.SCALING)),
        Stage(_S.WRAP_UP, 4, (C.MONITORING, C.RESPONSIBILITY, C.TRADEOFFS)),
    ),
    60: (
        Stage(_S.FRAMING, 6, (C.FRAMING, C.FRAMING)),
        Stage(_S.OUTLINE, 5, (C.ARCHITECTURE, C.EVALUATION)),
        Stage(_S.DATA, 9, (C.DATA, C.FEATURES, C.DATA, C.FEATURES)),
        Stage(_S.MODEL, 9, (C.MODELLING, C.MODELLING, C.TRADEOFFS)),
        Stage(_S.EVALUATION, 6, (C.EVALUATION, C.EVALUATION)),
        Stage(_S.SCALE, 6, (C.SERVING, C.SCALING, C.SCALING)),
        Stage(_S.DEEP_DIVE, 15, (C.ARCHITECTURE, C.SERVING, C.MONITORING, C.SCALING, C.MODELLING)),
        Stage(_S.WRAP_UP, 4, (C.MONITORING, C.RESPONSIBILITY, C.TRADEOFFS)),
    ),
}
"""The plan of each length."""


def stage_end(minutes: int, stage: StageId) -> int:
    """The minute at which a stage of the plan is over."""
    end = 0
    for planned in PLANS[minutes]:
        end += planned.minutes
        if planned.id is stage:
            return end
    raise ValueError(f"an interview of {minutes} minutes has no stage {stage}")
