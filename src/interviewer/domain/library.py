"""The knowledge as one value: everything that stands in the content files."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, RootModel, model_validator

from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId, Level, Rubric
from interviewer.domain.scenario import Scenario
from interviewer.domain.strict import Slug, Strict, Text
from interviewer.domain.terms import Term
from interviewer.domain.transcript import Transcript, Turn


class FrontMatter(Strict):
    """What stands above the text of a guide page."""

    title: Text
    competency: CompetencyId | None = None
    summary: Text
    rests_on: list[Text]


class GuidePage(FrontMatter):
    """One page of the study guide.

    Attributes:
        slug: the name of the page's file, without its ending.
        body: the page's Markdown, without the front matter.
        asked: how people ask for a section, by its anchor. The page does not show it.
    """

    slug: Slug
    body: Text
    asked: dict[str, list[Text]] = {}


class Asked(RootModel[dict[str, Annotated[list[Text], Field(min_length=1)]]]):
    """The file of a guide page's questions: how people ask for each section, by its anchor."""


class Quality(StrEnum):
    """How good the answers of a worked interview are."""

    WEAK = "weak"
    MIXED = "mixed"
    STRONG = "strong"


class Comment(Strict):
    """A remark on one turn of a worked interview."""

    turn: int = Field(ge=1, description="The number of the turn, from 1.")
    text: Text


class WorkedInterview(Strict):
    """An interview to read, with remarks on what its words showed and missed.

    It holds no score: a grader reads it like any other interview.
    """

    title: Text
    scenario: Slug
    quality: Quality
    level: Level
    summary: Text
    turns: list[Turn] = Field(min_length=1)
    commentary: list[Comment] = Field(min_length=1)

    @model_validator(mode="after")
    def _comments_on_its_turns(self) -> Self:
        for comment in self.commentary:
            if comment.turn > len(self.turns):
                raise ValueError(f"there is a comment on turn {comment.turn}, which does not exist")
        return self

    @property
    def slug(self) -> str:
        """Its stable id, and the name of its file without the ending."""
        return f"{self.scenario}-{self.quality}"

    @property
    def transcript(self) -> Transcript:
        """What was said, as it is graded."""
        return Transcript(
            id=self.slug, scenario=self.scenario, level=self.level, turns=list(self.turns)
        )

    def comments_on(self, turn: int) -> list[str]:
        """The remarks on a turn, by its number from 1."""
        return [comment.text for comment in self.commentary if comment.turn == turn]


@dataclass(frozen=True)
class Knowledge:
    """The content of the interview.

    Attributes:
        rubric: the competencies with their signals.
        scenarios: every case by its slug.
        probes: the bank of probes that fit any case, by id.
        guide: every guide page by its slug.
        worked: every worked interview by its slug.
        terms: the lexicon of techniques.
        phrases: the interviewer's own words.
        fingerprint: SHA-256 over the names and bytes of the content files, in hexadecimal.
        own: slugs of the scenarios that are the user's own.
        left_out: what is wrong with those of the user's own that were left out, a line each.
    """

    rubric: Rubric
    scenarios: dict[str, Scenario]
    probes: dict[str, Probe]
    guide: dict[str, GuidePage]
    worked: dict[str, WorkedInterview]
    terms: list[Term]
    phrases: Phrasebook
    fingerprint: str
    own: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()
