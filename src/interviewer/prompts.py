"""Prompts: one file each, checked when they are loaded, rendered with Jinja.

A prompt file is YAML front matter between two ``---`` lines, then sections::

    ---
    id: greeting
    version: 1
    role: Greets the candidate.
    inputs: [name]
    output: One sentence.
    ---
    === system
    You are an interviewer.
    === user
    Greet this person: {{ name | fence }}

The body is split into sections before anything is rendered, so no input can add a section.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import jinja2
import jinja2.meta
from jinja2 import nodes
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from interviewer.errors import KnowledgeError
from interviewer.located import Located, read_yaml

Role = Literal["system", "user"]

LOCK_NAME = "prompts.lock"
"""The file beside the prompts that pins what each version says."""

_FRONT_MATTER = "---"
_SECTIONS: dict[str, Role] = {"=== system": "system", "=== user": "user"}
_LOOKS_LIKE_A_SECTION = re.compile(r"===\s*\w+\s*")

_FENCE_NAME = "data"
_LOOKS_LIKE_A_FENCE = re.compile(rf"<(?=\s*/?\s*{_FENCE_NAME}-)", re.IGNORECASE)

_Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\r\n]+$")
]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


@dataclass(frozen=True)
class Message:
    """One message to a chat model."""

    role: Role
    content: str


def fence(text: object) -> str:
    """Wrap untrusted text so that a model can tell it from its instructions.

    The delimiters carry a short hash of the text. Whatever looks like such a delimiter inside
    the text loses its angle bracket, so the text can neither close its fence nor open another.
    The same text always gives the same result, which keeps a rendered prompt cacheable.
    """
    content = str(text)
    tag = f"{_FENCE_NAME}-{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return f"<{tag}>\n{_LOOKS_LIKE_A_FENCE.sub('&lt;', content)}\n</{tag}>"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["fence"] = fence
    return environment


_ENVIRONMENT = _environment()


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: _Line
    version: int = Field(ge=1)
    role: _Line
    inputs: list[_Name]
    output: _Line


@dataclass(frozen=True)
class _Section:
    """A message template and the line of the file on which it starts."""

    role: Role
    line: int
    source: str


@dataclass(frozen=True)
class Prompt:
    """A prompt file.

    Attributes:
        id: the name of the file without ``.md``.
        version: raised with every change.
        role: what the prompt is for, in one line.
        inputs: the names that `render` takes, all of them required.
        output: what the model is asked for, in one line.
        fingerprint: the sha256 of the file's bytes, in hexadecimal.
        place: ``folder/file:line`` of the inputs, for messages.
    """

    id: str
    version: int
    role: str
    inputs: tuple[str, ...]
    output: str
    fingerprint: str
    place: str
    templates: tuple[tuple[Role, jinja2.Template], ...]

    def render(self, **inputs: object) -> list[Message]:
        """Fill in the inputs.

        Raises:
            KnowledgeError: an input is missing or unknown, or the body asks an input for
                something that it does not have.
        """
        faults = [
            f"{self.place}: prompt {self.id} needs the input {name!r}"
            for name in self.inputs
            if name not in inputs
        ] + [
            f"{self.place}: prompt {self.id} has no input {name!r}"
            for name in inputs
            if name not in self.inputs
        ]
        if faults:
            raise KnowledgeError(faults)
        try:
            return [
                Message(role, template.render(inputs).strip()) for role, template in self.templates
            ]
        except jinja2.UndefinedError as error:
            raise KnowledgeError([f"{self.place}: prompt {self.id}: {error}"]) from error


class PromptBook(Mapping[str, Prompt]):
    """Every prompt by its id."""

    def __init__(self, folder_name: str, prompts: Mapping[str, Prompt]) -> None:
        self._folder_name = folder_name
        self._prompts = dict(prompts)

    def __getitem__(self, prompt_id: str) -> Prompt:
        """The prompt with this id.

        Raises:
            KnowledgeError: there is none.
        """
        if prompt_id not in self._prompts:
            raise KnowledgeError([f"{self._folder_name}/{prompt_id}.md:1: there is no such prompt"])
        return self._prompts[prompt_id]

    def __contains__(self, prompt_id: object) -> bool:
        return prompt_id in self._prompts

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)


def load_prompts(folder: Path) -> PromptBook:
    """Load and check every prompt file of a folder.

    Raises:
        KnowledgeError: all faults of all files, each as ``folder/file:line: what is wrong``.
    """
    if not folder.is_dir():
        raise KnowledgeError([f"{folder.name}:1: there is no such folder"])
    faults: list[str] = []
    prompts = [_read(path, faults) for path in sorted(folder.glob("*.md"))]
    if faults:
        raise KnowledgeError(faults)
    return PromptBook(folder.name, {prompt.id: prompt for prompt in prompts if prompt})


def check_lock(folder: Path) -> None:
    """Check that no prompt changed since the lock was written.

    Raises:
        KnowledgeError: a prompt changed under the same version, or the lock is out of date.
    """
    book, locked = load_prompts(folder), _read_lock(folder)
    faults = _unraised(folder, book, locked)
    for prompt in book.values():
        place = f"{folder.name}/{prompt.id}.md:1"
        version, _ = locked.get(prompt.id, (0, ""))
        if prompt.version > version:
            faults.append(
                f"{place}: version {prompt.version} is not in {LOCK_NAME}: write it again"
            )
    faults += [
        f"{folder.name}/{LOCK_NAME}:1: {gone} is locked but has no file: write the lock again"
        for gone in locked
        if gone not in book
    ]
    if faults:
        raise KnowledgeError(faults)


def write_lock(folder: Path) -> None:
    """Write the lock: one line ``id version sha256`` for every prompt, sorted by id.

    Raises:
        KnowledgeError: a prompt changed, but its version was not raised.
    """
    book = load_prompts(folder)
    faults = _unraised(folder, book, _read_lock(folder))
    if faults:
        raise KnowledgeError(faults)
    lines = [f"{p.id} {p.version} {p.fingerprint}\n" for p in book.values()]
    (folder / LOCK_NAME).write_text("".join(sorted(lines)), encoding="utf-8", newline="\n")


def _unraised(
    folder: Path, book: Mapping[str, Prompt], locked: Mapping[str, tuple[int, str]]
) -> list[str]:
    """The faults of prompts that changed without a higher version."""
    faults = []
    for prompt in book.values():
        version, fingerprint = locked.get(prompt.id, (0, ""))
        if prompt.fingerprint != fingerprint and prompt.version <= version:
            faults.append(
                f"{folder.name}/{prompt.id}.md:1: the prompt changed: raise its version above "
                f"{version}, then write {LOCK_NAME} again"
            )
    return faults


def _read_lock(folder: Path) -> dict[str, tuple[int, str]]:
    """Version and fingerprint by prompt id; nothing is locked where there is no lock yet."""
    path = folder / LOCK_NAME
    locked: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(
        path.read_text(encoding="utf-8").splitlines() if path.exists() else [], start=1
    ):
        match line.split():
            case [prompt_id, version, fingerprint] if version.isdecimal():
                locked[prompt_id] = (int(version), fingerprint)
            case _:
                raise KnowledgeError(
                    [f"{folder.name}/{LOCK_NAME}:{number}: expected 'id version sha256'"]
                )
    return locked


def _read(path: Path, faults: list[str]) -> Prompt | None:
    """Read one file; its faults are added to `faults`."""
    name = f"{path.parent.name}/{path.name}"
    content = path.read_bytes()
    try:
        lines = content.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        faults.append(f"{name}:1: the file is not UTF-8 text")
        return None
    if lines[0] != _FRONT_MATTER or _FRONT_MATTER not in lines[1:]:
        faults.append(f"{name}:1: expected front matter between two lines of {_FRONT_MATTER}")
        return None
    end = lines.index(_FRONT_MATTER, 1)
    found: list[tuple[int, str]] = []
    front = _front_matter("\n".join(lines[1:end]), name, faults)
    if front and front.value.id != path.stem:
        fault = f"the id is {front.value.id!r} but the file is {path.name}"
        found.append((front.line("id"), fault))
    sections = _sections(lines, end + 1, found)
    templates = _templates(sections, front, found)
    faults += [f"{name}:{line}: {fault}" for line, fault in sorted(found)]
    if front is None or found:
        return None
    return Prompt(
        id=front.value.id,
        version=front.value.version,
        role=front.value.role,
        inputs=tuple(front.value.inputs),
        output=front.value.output,
        fingerprint=hashlib.sha256(content).hexdigest(),
        place=f"{name}:{front.line('inputs')}",
        templates=tuple(templates),
    )


def _front_matter(text: str, name: str, faults: list[str]) -> Located[_FrontMatter] | None:
    try:
        return read_yaml(text, name, _FrontMatter, lines_above=1)
    except KnowledgeError as error:
        faults += error.faults
        return None


def _sections(lines: list[str], start: int, found: list[tuple[int, str]]) -> list[_Section]:
    """Split the body; `start` is the index of its first line."""
    sections: list[_Section] = []
    role: Role | None = None
    first, body = start, list[str]()

    def close() -> None:
        text = "\n".join(body)
        if role is None:
            if text.strip():
                found.append(
                    (first + 1, "text before the first section, '=== system' or '=== user'")
                )
        elif not text.strip():
            found.append((first, "the section is empty"))
        else:
            sections.append(_Section(role, first + 1, text))

    for index, line in enumerate(lines[start:], start=start):
        if line in _SECTIONS:
            close()
            role, first, body = _SECTIONS[line], index + 1, []
            continue
        if _LOOKS_LIKE_A_SECTION.fullmatch(line):
            found.append((index + 1, f"{line!r} is neither '=== system' nor '=== user'"))
        body.append(line)
    close()
    if role is None:
        found.append((start + 1, "there is no section, '=== system' or '=== user'"))
    return sections


def _templates(
    sections: list[_Section],
    front: Located[_FrontMatter] | None,
    found: list[tuple[int, str]],
) -> list[tuple[Role, jinja2.Template]]:
    """Compile the sections and compare what they use with the inputs that are declared.

    Without readable front matter only the syntax is checked.
    """
    templates: list[tuple[Role, jinja2.Template]] = []
    declared = set(front.value.inputs) if front else set()
    used: set[str] = set()
    broken = False
    for section in sections:
        try:
            tree = _ENVIRONMENT.parse(section.source)
            names = jinja2.meta.find_undeclared_variables(tree)
            templates.append((section.role, _ENVIRONMENT.from_string(section.source)))
        except jinja2.TemplateSyntaxError as error:
            found.append((section.line + error.lineno - 1, f"{error.message}"))
            broken = True
            continue
        used |= names
        if front:
            first_use = {
                node.name: section.line + node.lineno - 1
                for node in reversed(list(tree.find_all(nodes.Name)))
            }
            found += [
                (first_use[name], f"the body uses {name!r}, which is not among the inputs")
                for name in names - declared
            ]
    if front and not broken:
        found += [
            (front.line("inputs"), f"the input {name!r} is declared but not used")
            for name in declared - used
        ]
    return templates
