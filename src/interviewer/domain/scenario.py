"""Scenarios: the cases that an interview is about."""

from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.probe import MAX_QUESTION_WORDS, Probe
from interviewer.domain.rubric import CompetencyId, Level, SignalId
from interviewer.domain.strict import Slug, Strict, Text

ASSUMPTION = "assumption"
"""The source of a figure that was made up for the interview."""


class Source(Strict):
    """Where figures come from."""

    id: Slug
    citation: Text = Field(description="Author or organisation, title, venue, year.")


class Fact(Strict):
    """Something that the interviewer knows and tells when asked, always in the same words."""

    key: Slug
    ask: list[Text] = Field(min_length=2, description="Ways in which candidates ask for it.")
    value: Text = Field(description="What the interviewer says, one or two sentences.")
    source: Slug = Field(description="The id of a source, or 'assumption'.")

    @model_validator(mode="after")
    def _states(self) -> Self:
        if "?" in self.value:
            raise ValueError("a fact states; it does not ask")
        return self


class Trap(Strict):
    """A mistake that this scenario invites."""

    competency: CompetencyId
    text: Text


class CriticalError(Strict):
    """A claim that would sink the design; it caps its competency."""

    id: Slug
    competency: CompetencyId
    text: Text = Field(description="The claim, as a terse item for a grader.")
    consequence: Text = Field(description="A question that lets the candidate find out.")
    shown: list[Text] = Field(min_length=3)
    not_shown: list[Text] = Field(min_length=2)

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        if self.consequence.count("?") != 1:
            raise ValueError("the consequence is one question")
        return self


class Curveball(Strict):
    """A fact that changes late in the interview."""

    id: Slug
    change: Text = Field(description="What changed, as spoken.")
    question: Text
    signals: list[SignalId] = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_once(self) -> Self:
        if self.change.count("?") or self.question.count("?") != 1:
            raise ValueError("the change states and the question asks once")
        if len(f"{self.change} {self.question}".split()) > MAX_QUESTION_WORDS:
            raise ValueError(f"change and question together exceed {MAX_QUESTION_WORDS} words")
        return self


class Scenario(Strict):
    """One case."""

    slug: Slug
    title: Text
    industry: Text
    tags: list[Slug] = Field(min_length=1)
    summary: Text = Field(description="One line for the card on the start page.")
    prompt: Text = Field(description="The opening as spoken, 60 to 120 words, no solution in it.")
    facts: list[Fact] = Field(min_length=12)
    constraints: list[Text] = Field(min_length=2, description="Pairs of demands that pull apart.")
    traps: list[Trap] = Field(min_length=3)
    critical_errors: list[CriticalError] = Field(min_length=1)
    expectations: dict[Level, list[Text]]
    curveballs: list[Curveball] = Field(min_length=2)
    solution_terms: list[Text] = Field(
        min_length=1, description="What the interviewer must not name first."
    )
    probes: list[Probe] = Field(min_length=5, description="Questions that only this case allows.")
    sources: list[Source]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults: list[str] = []
        words = len(self.prompt.split())
        if not 60 <= words <= 120:
            faults.append(f"the prompt has {words} words; 60 to 120 are wanted")
        if self.prompt.count("?") > 1:
            faults.append("the prompt asks more than one question")
        known = {s.id for s in self.sources} | {ASSUMPTION}
        faults += [f"fact {f.key} names no source" for f in self.facts if f.source not in known]
        for name, keys in (
            ("fact", [f.key for f in self.facts]),
            ("probe", [p.id for p in self.probes]),
            ("curveball", [c.id for c in self.curveballs]),
            ("critical error", [e.id for e in self.critical_errors]),
        ):
            faults += [
                f"{name} {key} stands twice" for key in {k for k in keys if keys.count(k) > 1}
            ]
        faults += [f"no expectations for {lv}" for lv in Level if not self.expectations.get(lv)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def facts_by_key(self) -> dict[str, Fact]:
        """Every fact by its key."""
        return {f.key: f for f in self.facts}
