"""Chunks: the pieces of the knowledge that can be found by meaning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from interviewer.domain.library import GuidePage, Knowledge
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import Competency, CompetencyId, Level
from interviewer.domain.scenario import CriticalError, Scenario
from interviewer.knowledge.sections import sections_of

GUIDE_WORDS = 170
"""With its headings, a piece of the guide then stays within what the embedder reads."""


class Kind(StrEnum):
    """What a chunk was cut from."""

    GUIDE = "guide"
    SCENARIO = "scenario"
    FACT = "fact"
    PROBE = "probe"
    EXAMPLE = "example"
    ERROR = "error"


class Polarity(StrEnum):
    """Whether an example shows its signal or error, or merely looks like it."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class Chunk:
    """One piece of the knowledge.

    Attributes:
        id: unique, and the same as long as the content keeps its order.
        kind: what it was cut from.
        ref: what it leads to: a fact's key, a probe's, signal's or critical error's id,
            ``page#anchor`` in the guide, or ``slug#part`` in a scenario.
        text: what is embedded.
        title: names the chunk to a person.
        body: what is shown to a person.
        competency: the area that it is about, if it is about one.
        scenario: the slug of the case that it belongs to, if it belongs to one.
        level: the seniority that it speaks of, if it speaks of one.
        polarity: of an example; ``None`` for the wording itself.
    """

    id: str
    kind: Kind
    ref: str
    text: str
    title: str
    body: str
    competency: CompetencyId | None = None
    scenario: str | None = None
    level: Level | None = None
    polarity: Polarity | None = None


def chunks_of(knowledge: Knowledge) -> list[Chunk]:
    """Cut the whole knowledge into chunks, in a fixed order."""
    chunks = list(_probes(knowledge.probes.values(), None))
    for page in knowledge.guide.values():
        chunks += _guide(page)
    for competency in knowledge.rubric.competencies:
        chunks += _signals(competency)
    for scenario in knowledge.scenarios.values():
        chunks += _scenario(scenario)
        chunks += _facts(scenario)
        chunks += _probes(scenario.probes, scenario.slug)
        for error in scenario.critical_errors:
            chunks += _error(error, scenario.slug)
    return chunks


def _guide(page: GuidePage) -> Iterator[Chunk]:
    for section in sections_of(page.body):
        title = ": ".join((page.title, *section.headings))
        ref = f"{page.slug}#{section.anchor}"
        for n, piece in enumerate(section.pieces(GUIDE_WORDS)):
            yield Chunk(
                id=f"guide/{ref}/{n}",
                kind=Kind.GUIDE,
                ref=ref,
                text=f"{title}\n{piece}",
                title=title,
                body=piece,
                competency=page.competency,
            )


def _scenario(scenario: Scenario) -> Iterator[Chunk]:
    def chunk(
        part: str,
        heading: str,
        text: str,
        competency: CompetencyId | None = None,
        level: Level | None = None,
    ) -> Chunk:
        return Chunk(
            id=f"scenario/{scenario.slug}/{part}",
            kind=Kind.SCENARIO,
            ref=f"{scenario.slug}#{part}",
            text=text,
            title=f"{scenario.title}: {heading}",
            body=text,
            competency=competency,
            scenario=scenario.slug,
            level=level,
        )

    yield chunk("prompt", "the case", scenario.prompt)
    for n, constraint in enumerate(scenario.constraints):
        yield chunk(f"constraint-{n}", "demands that pull apart", constraint)
    for n, trap in enumerate(scenario.traps):
        yield chunk(f"trap-{n}", "a trap", trap.text, competency=trap.competency)
    for level in Level:
        for n, text in enumerate(scenario.expectations[level]):
            yield chunk(f"expectation-{level}-{n}", f"expected at {level}", text, level=level)


def _facts(scenario: Scenario) -> Iterator[Chunk]:
    for fact in scenario.facts:
        for n, text in enumerate((fact.value, *fact.ask)):
            yield Chunk(
                id=f"fact/{scenario.slug}/{fact.key}/{n}",
                kind=Kind.FACT,
                ref=fact.key,
                text=text,
                title=f"{scenario.title}: {fact.key.replace('-', ' ')}",
                body=fact.value,
                scenario=scenario.slug,
            )


def _probes(probes: Iterable[Probe], scenario: str | None) -> Iterator[Chunk]:
    for probe in probes:
        yield Chunk(
            id=f"probe/{probe.id}",
            kind=Kind.PROBE,
            ref=probe.id,
            text=probe.text,
            title=f"Probe of {probe.competency}, depth {probe.depth}",
            body=probe.text,
            competency=probe.competency,
            scenario=scenario,
        )


def _signals(competency: Competency) -> Iterator[Chunk]:
    for signal in competency.signals:
        texts = _with_examples(signal.wording, signal.shown, signal.not_shown)
        for n, (polarity, text) in enumerate(texts):
            yield Chunk(
                id=f"example/{signal.id}/{n}",
                kind=Kind.EXAMPLE,
                ref=signal.id,
                text=text,
                title=signal.item,
                body=text,
                competency=competency.id,
                polarity=polarity,
            )


def _error(error: CriticalError, scenario: str) -> Iterator[Chunk]:
    texts = _with_examples(error.text, error.shown, error.not_shown)
    for n, (polarity, text) in enumerate(texts):
        yield Chunk(
            id=f"error/{scenario}/{error.id}/{n}",
            kind=Kind.ERROR,
            ref=error.id,
            text=text,
            title=error.text,
            body=text,
            competency=error.competency,
            scenario=scenario,
            polarity=polarity,
        )


def _with_examples(
    wording: str, shown: Iterable[str], not_shown: Iterable[str]
) -> list[tuple[Polarity | None, str]]:
    return [
        (None, wording),
        *((Polarity.SHOWN, text) for text in shown),
        *((Polarity.NOT_SHOWN, text) for text in not_shown),
    ]
