"""Writing to the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from interviewer.errors import InterviewerError, KnowledgeError


def console(*, stderr: bool = False) -> Console:
    """A console on standard output or standard error that colours nothing by itself."""
    return Console(stderr=stderr, highlight=False)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show on standard error that something is going on, if that is a terminal."""
    errors = console(stderr=True)
    if not errors.is_terminal:
        yield
        return
    with errors.status(what):
        yield


def one_line(error: InterviewerError) -> str:
    """What an error says, on one line; of several faults the first, and how many there are."""
    text = first_of(error.faults) if isinstance(error, KnowledgeError) else str(error)
    return printable(" ".join(text.split()))


def first_of(faults: list[str]) -> str:
    """The first fault, and how many more there are."""
    more = len(faults) - 1
    return faults[0] + (f" (and {more} more fault{'s' * (more > 1)})" if more else "")


def printable(text: str) -> str:
    """A text without the control characters that would steer the terminal."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
