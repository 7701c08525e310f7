"""The knowledge as one value: everything that stands in the content files."""

from dataclasses import dataclass

from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId, Rubric
from interviewer.domain.scenario import Scenario
from interviewer.domain.strict import Slug, Strict, Text
from interviewer.domain.terms import Term


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
    """

    slug: Slug
    body: Text


@dataclass(frozen=True)
class Knowledge:
    """The content of the interview.

    Attributes:
        rubric: the competencies with their signals.
        scenarios: every case by its slug.
        probes: the bank of probes that fit any case, by id.
        guide: every guide page by its slug.
        terms: the lexicon of techniques.
        phrases: the interviewer's own words.
        fingerprint: SHA-256 over the names and bytes of the content files, in hexadecimal.
    """

    rubric: Rubric
    scenarios: dict[str, Scenario]
    probes: dict[str, Probe]
    guide: dict[str, GuidePage]
    terms: list[Term]
    phrases: Phrasebook
    fingerprint: str
