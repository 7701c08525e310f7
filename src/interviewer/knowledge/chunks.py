"""Chunks: the pieces of the knowledge that can be found by meaning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from interviewer.domain.library import GuidePage, Knowledge
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import Competency, CompetencyId, Level, Rubric, SignalId
from interviewer.domain.scenario import CriticalError, Scenario
from interviewer.knowledge.sections import sections_of

GUIDE_WORDS = 170
"""With its headings, a piece of the guide then stays within what the embedder reads."""

TEACHING = "How to answer"
"""Under this heading a competency's page teaches its signals, one section each."""


class Kind(StrEnum):
    """What a chunk was cut from."""

    GUIDE = "guide"
    SCENARIO = "scenario"
    FACT = "fact"
    PROBE = "probe"
    EXAMPLE = "example"
    ERROR = "error"
    DOCUMENT = "document"
    """A passage of a user's own document."""


class Polarity(StrEnum):
    """Whether an example shows its signal or error, or merely looks like it."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True)
class Chunk:
    """One piece of the knowledge.

    People rarely use the words of the passage that they need. So a chunk is embedded together with
    other wordings of its subject: the mean of their vectors is nearer to whatever else may be said.

    Attributes:
        id: unique, and the same as long as the content keeps its order.
        kind: what it was cut from.
        ref: what it leads to: a fact's key, a probe's, signal's or critical error's id,
            ``page#anchor`` in the guide, ``slug#part`` in a scenario, or ``id#n`` for passage n
            of a document.
        text: the wording of the content itself.
        title: names the chunk to a person.
        body: what is shown to a person.
        competency: the area that it is about, if it is about one.
        scenario: the slug of the case that it belongs to, if it belongs to one.
        level: the seniority that it speaks of, if it speaks of one.
        polarity: of an example; ``None`` for the wording itself.
        also: other wordings of the same subject.
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
    also: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """All that is embedded."""
        return self.text, *self.also


def chunks_of(knowledge: Knowledge) -> list[Chunk]:
    """Cut the whole knowledge into chunks, in a fixed order."""
    rubric = knowledge.rubric
    chunks = list(_probes(knowledge.probes.values(), None, rubric))
    for page in knowledge.guide.values():
        chunks += _guide(page, rubric)
    for competency in rubric.competencies:
        chunks += _signals(competency)
    for scenario in knowledge.scenarios.values():
        chunks += _scenario(scenario)
        chunks += _facts(scenario)
        chunks += _probes(scenario.probes, scenario.slug, rubric)
        for error in scenario.critical_errors:
            chunks += _error(error, scenario.slug)
    return chunks


def _guide(page: GuidePage, rubric: Rubric) -> Iterator[Chunk]:
    teaches = _teaches(page, rubric)
    for section in sections_of(page.body):
        title = ": ".join((page.title, *section.headings))
        ref = f"{page.slug}#{section.anchor}"
        signal = teaches.get(section.anchor)
        asked = tuple(page.asked.get(section.anchor, ()))
        also = (*section.headings[-1:], *(_phrasings(signal, rubric) if signal else ()), *asked)
        pieces = list(section.pieces(GUIDE_WORDS))
        for n, piece in enumerate(pieces):
            yield Chunk(
                id=f"guide/{ref}/{n}",
                kind=Kind.GUIDE,
                ref=ref,
                text=f"{title}\n{piece}",
                title=title,
                body=piece,
                competency=page.competency,
                also=also,
            )
        # Questions are nearer to one another than to the passage that answers them.
        if asked:
            yield Chunk(
                id=f"guide/{ref}/asked",
                kind=Kind.GUIDE,
                ref=ref,
                text=asked[0],
                title=title,
                body=pieces[0],
                competency=page.competency,
                also=asked[1:],
            )


def _teaches(page: GuidePage, rubric: Rubric) -> dict[str, SignalId]:
    """Which signal a section teaches, by its anchor: both stand in the same order."""
    anchors = [s.anchor for s in sections_of(page.body) if s.headings[:-1] == (TEACHING,)]
    signals = [s.id for c in rubric.competencies if c.id == page.competency for s in c.signals]
    return dict(zip(anchors, signals, strict=False))


def _phrasings(signal: SignalId, rubric: Rubric) -> tuple[str, ...]:
    """How people speak about what a signal is about, whether they show it or just miss it."""
    known = rubric.signals.get(signal)
    return (known.wording, *known.shown, *known.not_shown) if known else ()


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
                also=() if n else tuple(fact.ask),
            )


def _probes(probes: Iterable[Probe], scenario: str | None, rubric: Rubric) -> Iterator[Chunk]:
    for probe in probes:
        hints = (probe.hints.at(level) for level in range(5))
        yield Chunk(
            id=f"probe/{probe.id}",
            kind=Kind.PROBE,
            ref=probe.id,
            text=probe.text,
            title=f"Probe of {probe.competency}, depth {probe.depth}",
            body=probe.text,
            competency=probe.competency,
            scenario=scenario,
            also=(*hints, *_phrasings(probe.signals[0], rubric), *probe.heard),
        )
        if probe.heard:
            yield Chunk(
                id=f"probe/{probe.id}/heard",
                kind=Kind.PROBE,
                ref=probe.id,
                text=probe.heard[0],
                title=f"Probe of {probe.competency}, depth {probe.depth}",
                body=probe.text,
                competency=probe.competency,
                scenario=scenario,
                also=tuple(probe.heard[1:]),
            )
        # The last hint is an answer that shows what the probe is about.
        yield Chunk(
            id=f"example/{probe.signals[0]}/{probe.id}",
            kind=Kind.EXAMPLE,
            ref=probe.signals[0],
            text=probe.hints.reveal,
            title=f"Example answer to {probe.id}",
            body=probe.hints.reveal,
            competency=probe.competency,
            scenario=scenario,
            polarity=Polarity.SHOWN,
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
