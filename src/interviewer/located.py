"""YAML that knows its lines: a checked value, or the faults of its text, each with a line."""

import reprlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from interviewer.errors import KnowledgeError

M = TypeVar("M", bound=BaseModel)
M_co = TypeVar("M_co", bound=BaseModel, covariant=True)
Path = tuple[int | str, ...]
"""The way from the top of a document to a value: keys and positions."""

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_VALUE = 60
_DEEPEST = 20
"""How deep a text may nest; the content needs seven levels, a transcript six."""


@dataclass(frozen=True)
class Located(Generic[M_co]):
    """A value together with the text that it was read from.

    Attributes:
        name: the file, as a fault names it.
        value: the checked value.
    """

    name: str
    value: M_co
    _node: yaml.Node
    _lines_above: int

    def line(self, *path: int | str) -> int:
        """The line of the file on which the value at a path begins, from 1."""
        return _line(_find(self._node, path)[1], self._lines_above)

    def fault(self, message: str, *path: int | str) -> str:
        """Word a fault of the value at a path."""
        return f"{self.name}:{self.line(*path)}: {message}"


def read_yaml(text: str, name: str, model: type[M], lines_above: int = 0) -> Located[M]:
    """Parse a YAML text and check it against a model.

    Args:
        text: the YAML.
        name: the file, as a fault names it.
        model: what the document must be.
        lines_above: the number of lines that precede the text in its file.

    Raises:
        KnowledgeError: the text is no YAML, repeats a key or does not fit the model; it names
            every fault, in the order of the lines.
    """
    if deep := _deep_line(text):
        raise KnowledgeError([f"{name}:{lines_above + deep}: the text is nested too deeply"])
    try:
        loader = _LOADER(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = lines_above + 1 + (mark.line if mark else 0)
        reason = " ".join(filter(None, (error.context, error.problem)))
        raise KnowledgeError([f"{name}:{line}: not valid YAML: {reason}"]) from error
    except (yaml.YAMLError, ValueError) as error:  # a forbidden character, an impossible date
        line = lines_above + 1 + text.count("\n", 0, getattr(error, "position", 0))
        reason = str(error).splitlines()[0]
        raise KnowledgeError([f"{name}:{line}: not valid YAML: {reason}"]) from error
    if node is None:
        raise KnowledgeError([f"{name}:{lines_above + 1}: the text is empty"])
    faults = [(key, f"the key {key.value!r} stands twice") for key in _repeated_keys(node)]
    value = None
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults += [(_culprit(node, detail), _wording(detail)) for detail in details]
    if faults or value is None:
        lines = sorted((_line(culprit, lines_above), fault) for culprit, fault in faults)
        raise KnowledgeError([f"{name}:{line}: {fault}" for line, fault in lines])
    return Located(name, value, node, lines_above)


def _deep_line(text: str) -> int | None:
    """The line on which a text nests so deeply that the C code that composes it may crash."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST and event.start_mark:
                return int(event.start_mark.line) + 1
    except yaml.YAMLError:
        pass  # what is wrong, and in which line, is said when the text is composed
    return None


def _line(node: yaml.Node, lines_above: int) -> int:
    return int(node.start_mark.line) + 1 + lines_above


def _find(node: yaml.Node, path: Path) -> tuple[yaml.Node, yaml.Node]:
    """The last key on the way along a path, and the value where the way ends."""
    key = node
    for part in path:
        if isinstance(node, yaml.MappingNode):
            entry = next((e for e in node.value if e[0].value == str(part)), None)
            if entry is None:
                break
            key, node = entry
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            key = node = node.value[part]
        else:
            break
    return key, node


def _repeated_keys(top: yaml.Node) -> Iterator[yaml.Node]:
    """Every key that its mapping has had before; YAML readers keep the last one in silence."""
    waiting, known = [top], {id(top)}
    while waiting:
        node = waiting.pop()
        children = list(node.value) if isinstance(node, yaml.SequenceNode) else []
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        yield key
                    seen.add(key.value)
                children.append(value)
        # An alias leads to the same node again, perhaps to one that contains it.
        waiting += [child for child in children if id(child) not in known]
        known.update(map(id, children))


def _culprit(node: yaml.Node, detail: ErrorDetails) -> yaml.Node:
    """The node whose line a validation error is shown with."""
    path = detail["loc"]
    if detail["type"] == "missing":
        return _find(node, path[:-1])[1]
    if detail["type"] == "extra_forbidden" or path[-1:] == ("[key]",):
        return _find(node, path)[0]
    return _find(node, path)[1]


def _wording(detail: ErrorDetails) -> str:
    *way, last = detail["loc"] or ("",)
    match detail["type"]:
        case "missing":
            return f"the key {last!r} is missing" + (f" in {_dotted(way)}" if way else "")
        case "extra_forbidden":
            return f"the key {last!r} is unknown" + (f" in {_dotted(way)}" if way else "")
        case "value_error":
            reason = str(detail["ctx"]["error"])
        case "model_type":
            reason = "keys with values are expected here"
        case _:
            given = _brief(detail["input"])
            reason = detail["msg"][:1].lower() + detail["msg"][1:]
            reason += f", not {given}" if len(given) <= _LONGEST_VALUE else ""
    where = _dotted(detail["loc"])
    return f"{where}: {reason}" if where else reason


def _brief(value: object) -> str:
    """A value as Python writes it; one whose aliases unfold to gigabytes is cut short."""
    brief = reprlib.Repr()
    brief.maxstring = brief.maxother = brief.maxlong = _LONGEST_VALUE + 1
    return brief.repr(value)


def _dotted(path: list[int | str] | Path) -> str:
    """A path as a person writes it: ``probes[2].hints.reveal``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".").replace(".[key]", "")
