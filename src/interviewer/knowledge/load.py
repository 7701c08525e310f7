"""Loads the content files, or says everything that is wrong with them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from interviewer.domain.library import Asked, FrontMatter, GuidePage, Knowledge, WorkedInterview
from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import ProbeFile
from interviewer.domain.rubric import CompetencyId, Rubric
from interviewer.domain.scenario import Scenario
from interviewer.domain.terms import TermFile
from interviewer.errors import KnowledgeError
from interviewer.knowledge.crosscheck import repeated_probes, stale_references, unknown_signals
from interviewer.located import Located, read_yaml

M = TypeVar("M", bound=BaseModel)
COMPETENCIES = tuple(str(competency) for competency in CompetencyId)
FENCE = "---\n"
MAX_OWN = 1_000_000
"""The largest scenario of a user's own, in bytes; a long one has a twentieth of it."""


def load_knowledge(root: Path) -> Knowledge:
    """Load everything in a knowledge folder.

    Args:
        root: the folder with ``rubric.yaml``, ``terms.yaml``, ``phrases.yaml`` and the folders
            ``probes``, ``scenarios``, ``guide``, ``asked`` and ``worked``.

    Raises:
        KnowledgeError: a file is missing or wrong; it names every fault of every file.
    """
    reader = _Reader(root)
    rubric = reader.file("rubric.yaml", Rubric)
    terms = reader.file("terms.yaml", TermFile)
    phrases = reader.file("phrases.yaml", Phrasebook)
    banks = [
        bank
        for name in reader.names("probes", ".yaml", COMPETENCIES)
        if (bank := reader.file(name, ProbeFile, named_after="competency"))
    ]
    scenarios = [
        scenario
        for name in reader.names("scenarios", ".yaml")
        if (scenario := reader.file(name, Scenario, named_after="slug"))
    ]
    asked = {
        Path(name).stem: questions.value.root
        for name in reader.names("asked", ".yaml")
        if (questions := reader.file(name, Asked))
    }
    pages = [
        page.model_copy(update={"asked": asked.get(page.slug, {})})
        for name in reader.names("guide", ".md", COMPETENCIES)
        if (page := reader.page(name))
    ]
    interviews = [
        worked
        for name in reader.names("worked", ".yaml")
        if (worked := reader.file(name, WorkedInterview, named_after="slug"))
    ]
    cases = {Path(name).stem for name in reader.names("scenarios", ".yaml")}
    if not cases:
        reader.fault("scenarios", "there is no scenario")
    if rubric:
        reader.faults += unknown_signals(rubric.value, [*banks, *scenarios])
        reader.faults += stale_references(rubric.value, cases, interviews if cases else [])
    reader.faults += repeated_probes([*banks, *scenarios])
    if reader.faults or not (rubric and terms and phrases):
        raise KnowledgeError(sorted(set(reader.faults), key=_by_file_and_line))
    return Knowledge(
        rubric=rubric.value,
        scenarios={scenario.value.slug: scenario.value for scenario in scenarios},
        probes={probe.id: probe for bank in banks for probe in bank.value.probes},
        guide={page.slug: page for page in pages},
        worked={worked.value.slug: worked.value for worked in interviews},
        terms=terms.value.terms,
        phrases=phrases.value,
        fingerprint=reader.digest.hexdigest(),
    )


def with_own_scenarios(knowledge: Knowledge, home: Path) -> Knowledge:
    """Add the scenarios that a user keeps in a folder ``scenarios``.

    A faulty one is left out, and what is wrong with it is noted; the others go in.

    Args:
        knowledge: the program's own content.
        home: the folder that holds the user's data.
    """
    reader = _Reader(home, shown=str(home))
    taken: list[Located[Scenario]] = []
    names = reader.names("scenarios", ".yaml")
    left_out = reader.faults
    for name in names:
        reader.faults = []
        scenario = reader.file(name, Scenario, named_after="slug", limit=MAX_OWN)
        if scenario is not None:
            reader.faults += unknown_signals(knowledge.rubric, [scenario])
            reader.faults += repeated_probes([*taken, scenario])
            reader.faults += _already_there(knowledge, scenario)
        if scenario is not None and not reader.faults:
            taken.append(scenario)
        left_out += reader.faults
    own = {scenario.value.slug: scenario.value for scenario in taken}
    return replace(
        knowledge,
        scenarios=knowledge.scenarios | own,
        own=frozenset(own),
        left_out=tuple(left_out),
    )


def _already_there(knowledge: Knowledge, scenario: Located[Scenario]) -> Iterator[str]:
    """A fault for what the program's own content already names so."""
    if scenario.value.slug in knowledge.scenarios:
        yield scenario.fault(f"there is already a scenario {scenario.value.slug}", "slug")
    probes = {probe.id for case in knowledge.scenarios.values() for probe in case.probes}
    probes |= knowledge.probes.keys()
    for n, probe in enumerate(scenario.value.probes):
        if probe.id in probes:
            yield scenario.fault(f"the probe id {probe.id} is already taken", "probes", n, "id")


class _Reader:
    """Reads content files, collects their faults and hashes their bytes."""

    def __init__(self, root: Path, shown: str = "") -> None:
        self.root = root
        self.shown = shown or root.name
        self.faults: list[str] = []
        self.digest = hashlib.sha256()

    def fault(self, name: str, message: str, line: int = 1) -> None:
        """Note a fault."""
        self.faults.append(f"{self.shown}/{name}:{line}: {message}")

    def names(self, folder: str, ending: str, wanted: Sequence[str] = ()) -> list[str]:
        """The content files of a folder: the wanted ones, then what else is there."""
        found = [path for path in (self.root / folder).glob("[!.]*") if path.is_file()]
        for path in found:
            if path.suffix == ".yml":
                self.fault(f"{folder}/{path.name}", "the name must end in .yaml")
        others = {path.stem for path in found if path.suffix == ending} - set(wanted)
        return [f"{folder}/{stem}{ending}" for stem in (*wanted, *sorted(others))]

    def file(
        self, name: str, model: type[M], named_after: str = "", limit: int | None = None
    ) -> Located[M] | None:
        """A YAML file of at most so many bytes; None if it is faulty.

        It may have to be named after one of its keys.
        """
        text = self._text(name, limit)
        return None if text is None else self._located(text, name, model, named_after)

    def page(self, name: str) -> GuidePage | None:
        """A guide page; None if it is faulty. A competency's page is named after it."""
        text = self._text(name)
        if text is None:
            return None
        front, fence, body = text.removeprefix(FENCE).partition(f"\n{FENCE}")
        if not text.startswith(FENCE) or not fence:
            self.fault(name, "front matter between two lines of --- must come first")
            return None
        slug = Path(name).stem
        located = self._located(front, name, FrontMatter, lines_above=1)
        if located is None:
            return None
        competency = located.value.competency
        if (competency or slug in COMPETENCIES) and competency != slug:
            message = f"competency is {competency}, but the file is named {slug}"
            self.faults.append(located.fault(message, "competency"))
        if not body.strip():
            self.fault(name, "there is no text after the front matter", text.count("\n"))
            return None
        return GuidePage(slug=slug, body=body, **located.value.model_dump())

    def _located(
        self, text: str, name: str, model: type[M], named_after: str = "", lines_above: int = 0
    ) -> Located[M] | None:
        try:
            located = read_yaml(text, f"{self.shown}/{name}", model, lines_above)
        except KnowledgeError as error:
            self.faults += error.faults
            return None
        stem = Path(name).stem
        if named_after and (value := getattr(located.value, named_after)) != stem:
            message = f"{named_after} is {value}, but the file is named {stem}"
            self.faults.append(located.fault(message, named_after))
        return located

    def _text(self, name: str, limit: int | None = None) -> str | None:
        try:
            with (self.root / name).open("rb") as file:
                data = file.read(-1 if limit is None else limit + 1)
        except FileNotFoundError:
            self.fault(name, "the file is missing")
            return None
        except OSError as error:
            self.fault(name, f"the file cannot be read: {error.strerror}")
            return None
        if limit is not None and len(data) > limit:
            self.fault(name, f"the file has more than {limit:,} bytes")
            return None
        self.digest.update(f"{name}\0{len(data)}\0".encode() + data)
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            self.fault(name, "the text is not UTF-8", data[: error.start].count(b"\n") + 1)
            return None


def _by_file_and_line(fault: str) -> tuple[str, int, str]:
    name, line, message = fault.split(":", 2)
    return name, int(line), message
