"""Progress in the terminal for whatever takes longer than a moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars

Progress = Callable[[str, float], None]
"""Is told what is being done and the share of it that is done, from 0 to 1."""


def no_progress(what: str, share: float) -> None:
    """Tell nobody."""


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show bars on standard error, and only when that is a terminal.

    Yields:
        What shows the progress.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, share: float) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=1.0)
            bars.update(tasks[what], completed=share)

        yield show
