"""The rubric: what a candidate can show, and how much of it each level asks for."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from interviewer.domain.strict import Strict, Text

SignalId = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$")]
"""`<competency>.<behaviour>`, for example ``data.point_in_time``."""


class Level(StrEnum):
    """The seniority that the candidate interviews for."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"


class CompetencyId(StrEnum):
    """The eleven areas that are scored, in the order in which a report lists them."""

    FRAMING = "framing"
    DATA = "data"
    FEATURES = "features"
    MODELLING = "modelling"
    EVALUATION = "evaluation"
    SERVING = "serving"
    SCALING = "scaling"
    MONITORING = "monitoring"
    ARCHITECTURE = "architecture"
    TRADEOFFS = "tradeoffs"
    RESPONSIBILITY = "responsibility"


class Provenance(StrEnum):
    """How a signal came to be shown."""

    VOLUNTEERED = "volunteered"
    PROBED = "probed"
    HINTED = "hinted"


class Signal(Strict):
    """One observable, binary behaviour of the candidate."""

    id: SignalId
    wording: Text = Field(description="What the candidate does, in one full sentence.")
    item: Text = Field(description="The same as a terse yes/no item, 14 words or fewer.")
    advice: Text = Field(description="Told to whoever missed it: what to say or do next time.")
    needs_number: bool = Field(
        default=False, description="Only words that carry a quantity can show this signal."
    )
    shown: list[Text] = Field(min_length=3, description="Example phrasings that show it.")
    not_shown: list[Text] = Field(min_length=2, description="Near-misses that do not.")


class Competency(Strict):
    """One scored area and its eight signals."""

    id: CompetencyId
    title: Text
    summary: Text
    signals: list[Signal] = Field(min_length=8, max_length=8)

    @model_validator(mode="after")
    def _signals_belong_here(self) -> Self:
        for signal in self.signals:
            if signal.id.split(".")[0] != self.id:
                raise ValueError(f"signal {signal.id} does not belong to competency {self.id}")
        return self


class Bar(Strict):
    """The credit that a level asks for; the sum over a competency's shown signals."""

    lean_no: float = Field(gt=0, description="Score 2 from here.")
    lean_yes: float = Field(gt=0, description="Score 3 from here.")
    strong: float = Field(gt=0, description="Score 4 from here, if enough was volunteered.")
    volunteered_share: float = Field(
        ge=0, le=1, description="Share of `strong` that must be volunteered for a 4."
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.lean_no < self.lean_yes < self.strong:
            raise ValueError("a bar must rise: lean_no < lean_yes < strong")
        return self


class Rubric(Strict):
    """The whole rubric."""

    version: int = Field(ge=1)
    credit: dict[Provenance, float]
    bars: dict[Level, Bar]
    competencies: list[Competency]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing: list[str] = [str(p) for p in Provenance if p not in self.credit]
        missing += [str(level) for level in Level if level not in self.bars]
        present = [c.id for c in self.competencies]
        missing += [str(c) for c in CompetencyId if c not in present]
        if missing:
            raise ValueError(f"missing: {', '.join(missing)}")
        if len(set(present)) != len(present):
            raise ValueError("a competency is defined twice")
        ids = [s.id for c in self.competencies for s in c.signals]
        if len(set(ids)) != len(ids):
            raise ValueError("a signal id is defined twice")
        return self

    @cached_property
    def signals(self) -> dict[str, Signal]:
        """Every signal by its id, in the order of the file."""
        return {s.id: s for c in self.competencies for s in c.signals}

    def competency(self, competency: CompetencyId) -> Competency:
        """The competency with this id."""
        return next(c for c in self.competencies if c.id == competency)


def competency_of(signal: str) -> CompetencyId:
    """The competency that a signal id belongs to."""
    return CompetencyId(signal.split(".")[0])
