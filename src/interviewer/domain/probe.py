"""Probes: the questions that the interviewer can ask about a competency."""

from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.rubric import CompetencyId, SignalId, competency_of
from interviewer.domain.strict import Slug, Strict, Text

MAX_QUESTION_WORDS = 40
"""Room for an acknowledgement is left in a turn of at most sixty words."""


class Hints(Strict):
    """The hint ladder of a probe, from a plainer question to an example of an answer."""

    restate: Text = Field(description="Level 0: the same question in plainer words.")
    attention: Text = Field(description="Level 1: where to look.")
    constraint: Text = Field(description="Level 2: a constraint or a counterexample to react to.")
    choice: Text = Field(description="Level 3: a choice between two ways.")
    reveal: Text = Field(description="Level 4: an example of an answer; coaching mode only.")

    def at(self, level: int) -> str:
        """The text of a hint level, 0 to 4."""
        return (self.restate, self.attention, self.constraint, self.choice, self.reveal)[level]


class Probe(Strict):
    """One question, with the signals that it gives room for."""

    id: Slug
    depth: int = Field(ge=1, le=4, description="1 opens the subject, 4 is for staff level.")
    text: Text
    signals: list[SignalId] = Field(min_length=1)
    hints: Hints
    heard: list[Text] = Field([], description="What a candidate says that it follows up on.")

    @model_validator(mode="after")
    def _one_short_question(self) -> Self:
        for text in (self.text, self.hints.restate):
            if text.count("?") > 1:
                raise ValueError("more than one question")
            if len(text.split()) > MAX_QUESTION_WORDS:
                raise ValueError(f"more than {MAX_QUESTION_WORDS} words")
        for level in range(5):
            if self.hints.at(level).count("?") > 1:
                raise ValueError(f"more than one question in hint {level}")
            if len(self.hints.at(level).split()) > MAX_QUESTION_WORDS:
                raise ValueError(f"more than {MAX_QUESTION_WORDS} words in hint {level}")
        return self

    @property
    def competency(self) -> CompetencyId:
        """The competency that the probe is about: that of its first signal."""
        return competency_of(self.signals[0])


class ProbeFile(Strict):
    """The probes of one competency, as they stand in one file."""

    competency: CompetencyId
    probes: list[Probe] = Field(min_length=6)

    @model_validator(mode="after")
    def _probes_belong_here(self) -> Self:
        for probe in self.probes:
            if probe.competency != self.competency:
                raise ValueError(f"probe {probe.id} starts with a signal of {probe.competency}")
        return self
