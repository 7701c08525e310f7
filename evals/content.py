"""Content that checks itself: ``python -m evals.content`` names every fault with its line.

What the loader refuses stops a start of the program; the faults here only make a worse interview.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import numpy as np
from markdown_it import MarkdownIt
from pydantic import BaseModel

from evals.figures import amounts, claims
from interviewer.domain.library import GuidePage, Knowledge
from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import Hints, Probe, ProbeFile
from interviewer.domain.rubric import Rubric
from interviewer.domain.scenario import Scenario
from interviewer.domain.terms import Lexicon
from interviewer.errors import KnowledgeError
from interviewer.interviewing.guard import Guard
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.load import load_knowledge
from interviewer.knowledge.sections import Section, sections_of
from interviewer.located import Located, read_yaml
from interviewer.settings import PROJECT_ROOT

M = TypeVar("M", bound=BaseModel)
Place = tuple[int | str, ...]
"""The way to a value inside a YAML file."""

MIN_PROBES, MIN_DEPTHS = 10, 4
"""What a competency needs, so that no interview runs out of questions at any level."""

MIN_PAGE_WORDS = 900

ALIKE = 0.8
"""Cosine from which two probes ask the same: light rewordings have .81 to .94, different probes
at most .77."""

CONFUSABLE = 0.8
"""Cosine from which two questions may be taken for one another."""

_PUBLISHED = re.compile(r"\b(?:19|20)\d\d\)")
"""The end of a citation: "(Covington et al., 2016)" or "Huang et al. (2020)"."""

_ASSUMED = re.compile(r"\bassum", re.IGNORECASE)
_SPEECH = re.compile(r'"[^"]*"|“[^”]*”')


@dataclass(frozen=True)
class Spoken:
    """Words that the interviewer may say without being asked for a solution.

    Attributes:
        text: the words.
        file: where they stand.
        place: the way to them in that file.
    """

    text: str
    file: Located[Any]
    place: Place

    def fault(self, message: str) -> str:
        """Word a fault of these words."""
        return self.file.fault(message, *self.place)


@dataclass(frozen=True)
class Content:
    """The content of a project together with its lines.

    Attributes:
        root: the project's folder.
        knowledge: the content as the program loads it.
        embedder: compares questions by meaning.
    """

    root: Path
    knowledge: Knowledge
    embedder: Embedder

    @cached_property
    def rubric(self) -> Located[Rubric]:
        """The rubric."""
        return self._file("rubric.yaml", Rubric)

    @cached_property
    def phrases(self) -> Located[Phrasebook]:
        """The phrasebook."""
        return self._file("phrases.yaml", Phrasebook)

    @cached_property
    def banks(self) -> list[Located[ProbeFile]]:
        """The bank of probes, a file for each competency."""
        names = (f"probes/{competency.id}.yaml" for competency in self.rubric.value.competencies)
        return [self._file(name, ProbeFile) for name in names]

    @cached_property
    def scenarios(self) -> list[Located[Scenario]]:
        """Every case."""
        return [self._file(f"scenarios/{slug}.yaml", Scenario) for slug in self.knowledge.scenarios]

    @cached_property
    def probes(self) -> list[tuple[Probe, Located[Any], Place]]:
        """Every probe, of the bank and of the cases, with its file and its place there."""
        files: list[Located[Any]] = [*self.banks, *self.scenarios]
        return [
            (probe, file, ("probes", n))
            for file in files
            for n, probe in enumerate(file.value.probes)
        ]

    @cached_property
    def spoken(self) -> list[Spoken]:
        """Everything that the interviewer may say, up to the hint before the last."""
        lines = [Spoken(probe.text, file, (*at, "text")) for probe, file, at in self.probes]
        for probe, file, at in self.probes:
            lines += _hints(probe.hints, file, (*at, "hints"))
        for case in self.scenarios:
            lines.append(Spoken(case.value.prompt, case, ("prompt",)))
            for n, fact in enumerate(case.value.facts):
                lines.append(Spoken(fact.value, case, ("facts", n, "value")))
            for n, ball in enumerate(case.value.curveballs):
                lines.append(Spoken(ball.change, case, ("curveballs", n, "change")))
                lines.append(Spoken(ball.question, case, ("curveballs", n, "question")))
            for n, error in enumerate(case.value.critical_errors):
                place = ("critical_errors", n, "consequence")
                lines.append(Spoken(error.consequence, case, place))
        return lines + list(self.phrase_lines)

    @cached_property
    def phrase_lines(self) -> list[Spoken]:
        """Every line of the phrasebook."""
        lines = list[Spoken]()
        for name in Phrasebook.model_fields:
            value = getattr(self.phrases.value, name)
            if isinstance(value, Hints):
                lines += _hints(value, self.phrases, (name,))
            for n, line in enumerate(value if isinstance(value, list) else ()):
                if isinstance(line, str):
                    lines.append(Spoken(line, self.phrases, (name, n)))
        for rung, wordings in enumerate(self.phrases.value.rungs):
            for key, rung_lines in wordings:
                for n, line in enumerate(rung_lines):
                    lines.append(Spoken(line, self.phrases, ("rungs", rung, key, n)))
        return lines

    @property
    def documents(self) -> list[Path]:
        """The Markdown files that a reader follows links in."""
        folders = (self.root / "knowledge", self.root / "docs")
        found = [path for folder in folders for path in sorted(folder.rglob("*.md"))]
        return [*found, *self.root.glob("README.md")]

    def _file(self, name: str, model: type[M]) -> Located[M]:
        path = self.root / "knowledge" / name
        return read_yaml(path.read_text(encoding="utf-8-sig"), f"knowledge/{name}", model)


def _hints(hints: Hints, file: Located[Any], place: Place) -> Iterator[Spoken]:
    """The hints that do not give an answer away."""
    for name in ("restate", "attention", "constraint", "choice"):
        yield Spoken(getattr(hints, name), file, (*place, name))


# Questions


def orphan_signals(content: Content) -> Iterator[str]:
    """Signals that no probe of the bank gives room for."""
    given = {signal for bank in content.banks for p in bank.value.probes for signal in p.signals}
    for c, competency in enumerate(content.rubric.value.competencies):
        for s, signal in enumerate(competency.signals):
            if signal.id not in given:
                message = f"no probe gives room for {signal.id}"
                yield content.rubric.fault(message, "competencies", c, "signals", s, "id")


def thin_banks(content: Content) -> Iterator[str]:
    """Competencies with too few probes or too few depths."""
    for bank in content.banks:
        probes = bank.value.probes
        depths = {probe.depth for probe in probes}
        if len(probes) < MIN_PROBES:
            yield bank.fault(f"{len(probes)} probes; {MIN_PROBES} are wanted", "probes")
        if len(depths) < MIN_DEPTHS:
            yield bank.fault(f"{len(depths)} depths; {MIN_DEPTHS} are wanted", "probes")


def alike_probes(content: Content) -> Iterator[str]:
    """Pairs of probes that ask the same."""
    for score, first, second in closest_probes(content):
        if score < ALIKE:
            break
        _, file, place = content.probes[second]
        other, at, there = content.probes[first]
        twin = f"{at.name}:{at.line(*there, 'text')}"
        message = f"asks what {other.id} asks, {twin} (cosine {score:.2f})"
        yield file.fault(message, *place, "text")


def closest_probes(content: Content) -> Iterator[tuple[float, int, int]]:
    """Every pair of probes that may meet, nearest first: cosine and positions.

    Two cases never meet in one interview, yet a candidate may take both: all pairs may meet.
    """
    vectors = content.embedder.embed([probe.text for probe, _, _ in content.probes])
    first, second = np.triu_indices(len(vectors), k=1)
    scores = (vectors @ vectors.T)[first, second]
    for n in np.argsort(-scores):
        yield float(scores[n]), int(first[n]), int(second[n])


def confusable_facts(content: Content) -> Iterator[str]:
    """Questions for one fact that would fetch another of the same case."""
    for case in content.scenarios:
        facts = case.value.facts
        texts = [(f, n, t) for f, fact in enumerate(facts) for n, t in enumerate(fact.ask)]
        vectors = content.embedder.embed([text for _, _, text in texts])
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -1)
        owner = np.array([f for f, _, _ in texts])
        for row, (f, n, text) in enumerate(texts):
            others = np.where(owner == f, -1, scores[row])
            nearest = int(others.argmax())
            if others[nearest] > max(CONFUSABLE, scores[row][owner == f].max()):
                other = texts[nearest]
                message = (
                    f"{text!r} would fetch the fact {facts[other[0]].key}, which is asked for as "
                    f"{other[2]!r} (cosine {others[nearest]:.2f})"
                )
                yield case.fault(message, "facts", f, "ask", n)


def double_questions(content: Content) -> Iterator[str]:
    """Phrases that ask twice."""
    for line in content.phrase_lines:
        if line.text.count("?") > 1:
            yield line.fault("asks more than one question")


# What the interviewer must not say


def named_techniques(content: Content) -> Iterator[str]:
    """Techniques that the interviewer would bring up.

    A case may not name those of its own solution; words that serve every case may not name those
    of any.
    """
    known = Lexicon.of(content.knowledge.terms)

    def beside_known(words: Iterable[str]) -> Lexicon:
        names = Lexicon.of([], words).names
        return Lexicon({form: word for form, word in names.items() if form not in known.names})

    cases = content.knowledge.scenarios.values()
    solutions = {case.slug: beside_known(case.solution_terms) for case in cases}
    of_any = beside_known(word for case in cases for word in case.solution_terms)
    for line in content.spoken:
        case = line.file.value
        solution = solutions[case.slug] if isinstance(case, Scenario) else of_any
        for term in (*known.find(line.text), *solution.find(line.text)):
            yield line.fault(f"names {term}, which is for the candidate to name")


def praise(content: Content) -> Iterator[str]:
    """Words that the guard would not let a model say."""
    for line in content.spoken:
        # The guard reads up to the first question mark.
        text = line.text.replace("?", ".")
        guard = Guard(Lexicon({}), known=[text], asks=False, max_words=len(text.split()))
        guard.feed(text)
        guard.finish()
        if guard.refusal:
            yield line.fault(f"the guard would refuse this: {guard.refusal}")


# Figures and their sources


def unused_sources(content: Content) -> Iterator[str]:
    """Sources that no fact rests on and that nothing else in their case cites."""
    for case in content.scenarios:
        used = {fact.source for fact in case.value.facts}
        text = case.value.model_dump_json(exclude={"sources"})
        for n, source in enumerate(case.value.sources):
            if source.id not in used and not _cited(source.citation, text):
                message = f"no fact rests on the source {source.id} and nothing cites it"
                yield case.fault(message, "sources", n, "id")


def _cited(citation: str, text: str) -> bool:
    """Whether a text has one of a citation's names and its year close together."""
    names = "|".join(map(re.escape, re.findall(r"[A-Z]\w+", citation.partition('"')[0])))
    years = "|".join(re.findall(r"\b(?:19|20)\d\d\b", citation))
    return bool(names and years and re.search(rf"\b(?:{names})\b.{{0,40}}\b(?:{years})\b", text))


def contradictions(content: Content) -> Iterator[str]:
    """Facts that give an amount of the prompt another value.

    Amounts are compared when they count the same noun or measure the same per the same; see
    `Amount.rivals`. A fact that repeats the prompt's amount may give others beside it.
    """
    for case in content.scenarios:
        told = list(amounts(case.value.prompt))
        for n, fact in enumerate(case.value.facts):
            given = list(amounts(fact.value))
            for amount in told:
                if any(amount.of == other.of and amount.agrees(other) for other in given):
                    continue
                for other in filter(amount.rivals, given):
                    message = f"says {other.text!r}, but the prompt says {amount.text!r}"
                    yield case.fault(message, "facts", n, "value")


def unsourced_figures(content: Content) -> Iterator[str]:
    """Figures in the guide that rest on nothing.

    A figure rests on a publication cited in its paragraph, list or table, or on the word
    assumption (or assume) in its section or in the text above that section's headings. Figures
    that somebody is made to say are assumptions if the page's front matter says so of its spoken
    examples. Exercises prescribe their figures.
    """
    for page in content.knowledge.guide.values():
        speech_is_assumed = any(
            "spoken examples" in ground and _ASSUMED.search(ground) for ground in page.rests_on
        )
        assumed = set[tuple[str, ...]]()
        for section in sections_of(page.body):
            above = [section.headings[:depth] for depth in range(len(section.headings) + 1)]
            if _ASSUMED.search(" ".join((*section.headings, *section.blocks))):
                assumed.add(section.headings)
            if assumed.intersection(above) or _is_exercise(section):
                continue
            for block in section.blocks:
                if not _PUBLISHED.search(block):
                    yield from _figures(content, page, block, speech_is_assumed)


def _is_exercise(section: Section) -> bool:
    return any("exercise" in heading.lower() for heading in section.headings)


def _figures(content: Content, page: GuidePage, block: str, no_speech: bool) -> Iterator[str]:
    """A fault for each figure of a block, or of what is not speech in it."""
    prose = _SPEECH.sub(lambda speech: " " * len(speech.group()), block) if no_speech else block
    name = f"knowledge/guide/{page.slug}.md"
    text = (content.root / name).read_text(encoding="utf-8-sig")
    for figure in claims(prose):
        line = text.count("\n", 0, text.index(block) + figure.start()) + 1
        yield f"{name}:{line}: the figure {figure.group()!r} has no source and is no assumption"


# Pages


def thin_pages(content: Content) -> Iterator[str]:
    """Guide pages that are short or do not say what they rest on."""
    for page in content.knowledge.guide.values():
        words = len(page.body.split())
        if words < MIN_PAGE_WORDS:
            yield f"knowledge/guide/{page.slug}.md:1: {words} words; {MIN_PAGE_WORDS} are wanted"
        if not page.rests_on:
            yield f"knowledge/guide/{page.slug}.md:1: rests_on names nothing"


def stray_questions(content: Content) -> Iterator[str]:
    """Questions for no section, and sections that nobody asks for where others are asked for."""
    for path in sorted((content.root / "knowledge" / "asked").glob("*.yaml")):
        if path.stem not in content.knowledge.guide:
            yield f"knowledge/asked/{path.name}:1: there is no such page in the guide"
    for page in content.knowledge.guide.values():
        if not page.asked:
            continue
        anchors = {section.anchor for section in sections_of(page.body)} - {""}
        name = f"knowledge/asked/{page.slug}.yaml"
        for anchor in sorted(anchors - page.asked.keys()):
            yield f"{name}:1: nobody asks for the section {anchor}"
        for anchor in sorted(page.asked.keys() - anchors):
            yield f"{name}:1: the page has no section {anchor}"


def dead_links(content: Content) -> Iterator[str]:
    """Links that lead to no file or to no heading of it; addresses on the web are not tried."""
    for path in content.documents:
        name = path.relative_to(content.root)
        for line, address in _links(path):
            url = urlsplit(address)
            if url.scheme or url.netloc:
                continue
            target = path.parent / unquote(url.path) if url.path else path
            if not target.exists():
                yield f"{name}:{line}: the link {address} leads to no file"
            elif url.fragment and target.suffix == ".md" and url.fragment not in _anchors(target):
                yield f"{name}:{line}: the link {address} leads to no heading"


def _links(path: Path) -> Iterator[tuple[int, str]]:
    """The line of the paragraph and the address of every link and picture in a Markdown file."""
    for block in MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text("utf-8-sig")):
        for token in block.children or ():
            address = token.attrGet("href" if token.type == "link_open" else "src")
            if address is not None and block.map:
                yield block.map[0] + 1, str(address)


def _anchors(path: Path) -> set[str]:
    """What may follow # in a link to a Markdown file: its headings as GitHub abridges them."""
    anchors = set[str]()
    tokens = MarkdownIt().parse(path.read_text("utf-8-sig"))
    for token, heading in pairwise(tokens):
        if token.type == "heading_open":
            words = re.sub(r"[^\w -]", "", heading.content.lower()).replace(" ", "-")
            repeats = (f"{words}-{n}" for n in range(1, len(tokens)))
            anchors.add(next(a for a in (words, *repeats) if a not in anchors))
    return anchors


CHECKS: tuple[Callable[[Content], Iterator[str]], ...] = (
    orphan_signals,
    thin_banks,
    alike_probes,
    confusable_facts,
    double_questions,
    named_techniques,
    praise,
    unused_sources,
    contradictions,
    unsourced_figures,
    thin_pages,
    stray_questions,
    dead_links,
)


def faults_of(root: Path, embedder: Embedder) -> list[str]:
    """Every fault of a project's content, as ``file:line: what is wrong``.

    Args:
        root: the folder that holds ``knowledge``, ``docs`` and ``README.md``.
        embedder: compares questions by meaning.
    """
    try:
        content = Content(root, load_knowledge(root / "knowledge"), embedder)
    except KnowledgeError as error:
        return error.faults
    return [fault for check in CHECKS for fault in check(content)]


def main() -> int:
    """Print every fault of this project's content.

    Returns:
        The exit code: 1 if there is a fault.
    """
    faults = faults_of(PROJECT_ROOT, Embedder())
    print("\n".join(faults) or "The content is sound.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
