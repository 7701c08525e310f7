"""What the commands for the user's documents and for searching do."""

from collections.abc import Sequence
from pathlib import Path

import typer

from interviewer.bootstrap import documents
from interviewer.cli.content import content
from interviewer.cli.terminal import console, printable
from interviewer.progress import progress_bar
from interviewer.settings import read_settings

SNIPPET = 200
"""So many characters of a passage are shown."""


def add(paths: Sequence[Path]) -> None:
    """Add documents, and say of each what became of it."""
    settings = read_settings()
    knowledge = content(settings)
    with progress_bar() as progress:
        added = documents.add_documents(settings, knowledge, paths, progress)
    for holding in added.new:
        found = f"{_count(holding.passages, 'passage')}, {_count(holding.questions, 'question')}"
        typer.echo(f"Added {holding.document.id}  {printable(holding.document.title)} ({found})")
    for document in added.known:
        typer.echo(f"Already there: {document.id}  {printable(document.title)}")
    for line in added.refused:
        typer.echo(f"Left out: {printable(line)}", err=True)
    if not added.new and not added.known:
        raise typer.Exit(2)


def show() -> None:
    """Print the documents, the oldest first."""
    held = documents.shelf_of(read_settings()).documents.values()
    for document in held:
        added = f"{document.file}, added {document.added_at:%d %b %Y}"
        typer.echo(f"{document.id}  {printable(document.title)} ({printable(added)})")
    if not held:
        typer.echo("There are no documents of yours. Add one: interviewer add FILE")


def remove(id_: str) -> None:
    """Remove a document.

    Raises:
        BadInput: there is no such document.
    """
    settings = read_settings()
    with progress_bar() as progress:
        removed = documents.remove_document(settings, content(settings), id_, progress)
    typer.echo(f"Removed {removed.id}  {printable(removed.title)}")


def search(text: str, kinds: Sequence[str], n: int) -> None:
    """Print what is nearest to a text in meaning.

    Raises:
        BadInput: the text is empty, or there is no such kind.
    """
    settings = read_settings()
    with progress_bar() as progress:
        found = documents.search(settings, content(settings), text, kinds, n, progress)
    out = console()
    for passage in found:
        chunk = passage.chunk
        case = f" [{chunk.scenario}]" if chunk.scenario else ""
        source = printable(f"{chunk.title}{case}".replace("\n", " "))
        out.print(f"{passage.score:.2f}  {chunk.kind:8}  {source}", markup=False, soft_wrap=True)
        words = printable(" ".join(chunk.body.split()))
        snippet = words if len(words) <= SNIPPET else f"{words[: SNIPPET - 1]}…"
        out.print(f"      {snippet}", style="dim", markup=False, soft_wrap=True)
    if not found:
        out.print("Nothing was found.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
