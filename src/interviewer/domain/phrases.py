"""The phrasebook: the interviewer's own words around the probes."""

import string
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.probe import Hints
from interviewer.domain.strict import Strict, Text

_PLACEHOLDERS: dict[str, frozenset[str]] = {
    "about": frozenset({"term"}),
    "leave": frozenset({"term"}),
    "transition": frozenset({"stage"}),
    "transition_on_time": frozenset({"stage", "minutes"}),
    "with_term": frozenset({"term"}),
}
"""Which placeholders the lines of a list carry; lines of any other list carry none."""


class Rung(Strict):
    """A rung of the ladder for vague answers, in several wordings."""

    plain: list[Text] = Field(min_length=3)
    with_term: list[Text] = Field(min_length=3)


class Phrasebook(Strict):
    """What the interviewer says when no model words it, in several wordings each.

    Attributes:
        acknowledge: before the next question.
        about: ties a question in with the technique that the candidate named.
        leave: closes the subject of that technique.
        transition: opens a stage.
        transition_on_time: the same when the clock is the reason.
        overtime: before a question that is owed although the time is over.
        go_on: after a fact.
        conclude: after many facts in a row.
        more_facts: more was asked than could be told.
        assume: the brief does not have what was asked for.
        first_principles: to somebody who does not know.
        hint: before a hint.
        decline: keeps the answer back, and offers a hint.
        redirect: back to the design.
        deepen: before a harder question.
        consequence: before the question that leads to a consequence.
        focus: cuts a long answer short.
        wait: gives time.
        go_ahead: gives leave.
        curveball: before a change.
        close_time, close_covered, close_candidate: the last words.
        rungs: the ladder for vague answers, four rungs.
        opening_hints: hints for the opening, which is no probe.
        document_hints: hints for the questions of the user's own documents.
        curveball_hints: hints for a curveball.
    """

    version: int
    acknowledge: list[Text] = Field(min_length=3)
    about: list[Text] = Field(min_length=3)
    leave: list[Text] = Field(min_length=3)
    transition: list[Text] = Field(min_length=3)
    transition_on_time: list[Text] = Field(min_length=2)
    overtime: list[Text] = Field(min_length=3)
    go_on: list[Text] = Field(min_length=3)
    conclude: list[Text] = Field(min_length=3)
    more_facts: list[Text] = Field(min_length=1)
    assume: list[Text] = Field(min_length=3)
    first_principles: list[Text] = Field(min_length=3)
    hint: list[Text] = Field(min_length=3)
    decline: list[Text] = Field(min_length=3)
    redirect: list[Text] = Field(min_length=3)
    deepen: list[Text] = Field(min_length=3)
    consequence: list[Text] = Field(min_length=2)
    focus: list[Text] = Field(min_length=3)
    wait: list[Text] = Field(min_length=3)
    go_ahead: list[Text] = Field(min_length=3)
    curveball: list[Text] = Field(min_length=2)
    close_time: list[Text] = Field(min_length=1)
    close_covered: list[Text] = Field(min_length=1)
    close_candidate: list[Text] = Field(min_length=1)
    rungs: list[Rung] = Field(min_length=4, max_length=4)
    opening_hints: Hints
    document_hints: Hints
    curveball_hints: Hints

    @model_validator(mode="after")
    def _placeholders(self) -> Self:
        lists = [(name, getattr(self, name)) for name in type(self).model_fields]
        lists += [("plain", r.plain) for r in self.rungs]
        lists += [("with_term", r.with_term) for r in self.rungs]
        for name, lines in lists:
            for line in lines if isinstance(lines, list) else ():
                if not isinstance(line, str):
                    continue
                fields = (field for _, field, _, _ in string.Formatter().parse(line))
                found = {field for field in fields if field is not None}
                if found != _PLACEHOLDERS.get(name, frozenset()):
                    raise ValueError(f"{name}: wrong placeholders in {line!r}")
        return self
