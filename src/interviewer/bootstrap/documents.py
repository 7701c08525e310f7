"""What can be done with the user's documents and the search without the whole program."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from interviewer.bootstrap.choices import open_index_of
from interviewer.documents.catalogue import Added, Catalogue
from interviewer.documents.document import Document
from interviewer.documents.files import read_files
from interviewer.documents.shelf import Shelf
from interviewer.domain.library import Knowledge
from interviewer.errors import BadInput
from interviewer.knowledge.chunks import Kind
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index, Passage
from interviewer.knowledge.index import Progress as Counting
from interviewer.progress import Progress
from interviewer.settings import Settings


def shelf_of(settings: Settings) -> Shelf:
    """The documents that are kept where the settings say."""
    return Shelf(settings.home / "documents")


def catalogue_of(
    settings: Settings, knowledge: Knowledge, index: Index, embedder: Embedder
) -> Catalogue:
    """The catalogue of those documents and the knowledge."""
    return Catalogue(shelf_of(settings), knowledge, index, embedder, settings.chroma_url)


def reading_documents(progress: Progress) -> Counting:
    """Say how far the index of the documents has come."""
    return lambda done, total: progress("Reading your documents", done / total)


@contextmanager
def open_catalogue(
    settings: Settings, knowledge: Knowledge, progress: Progress
) -> Iterator[Catalogue]:
    """The catalogue with its indexes, which are built first where they are not.

    Raises:
        StorageError: an index can be neither opened nor built.
    """
    embedder = Embedder()
    index = open_index_of(settings, knowledge, embedder, progress)
    catalogue = catalogue_of(settings, knowledge, index, embedder)
    try:
        catalogue.open(reading_documents(progress))
        yield catalogue
    finally:
        catalogue.close()
        index.close()


def add_documents(
    settings: Settings, knowledge: Knowledge, paths: Iterable[Path], progress: Progress
) -> Added:
    """Add the documents in files and folders.

    Raises:
        StorageError: the documents or their index cannot be stored.
    """
    intake = read_files(paths)
    if not intake.documents:
        return Added(refused=intake.refused)
    with open_catalogue(settings, knowledge, progress) as catalogue:
        return catalogue.add(intake, reading_documents(progress))


def remove_document(
    settings: Settings, knowledge: Knowledge, id_: str, progress: Progress
) -> Document:
    """Remove a document with all that was drawn from it.

    Raises:
        BadInput: there is no such document.
        StorageError: the documents or their index cannot be stored.
    """
    shelf_of(settings).document(id_)
    with open_catalogue(settings, knowledge, progress) as catalogue:
        return catalogue.remove(id_, reading_documents(progress))


def search(
    settings: Settings,
    knowledge: Knowledge,
    text: str,
    kinds: Iterable[str],
    n: int,
    progress: Progress,
) -> list[Passage]:
    """Find what is nearest to a text in meaning, in the knowledge and in the documents.

    Args:
        settings: where the indexes are kept.
        knowledge: the loaded content.
        text: what is looked for.
        kinds: the kinds to look at; all without any.
        n: how many passages to return at most.
        progress: is told how far a build has come.

    Raises:
        BadInput: the text is empty, or there is no such kind.
        StorageError: an index can be neither opened nor built.
    """
    if not text.strip():
        raise BadInput("There is nothing to search for.")
    wanted = [_kind(name) for name in kinds] or list(Kind)
    with open_catalogue(settings, knowledge, progress) as catalogue:
        return catalogue.search(text, kinds=wanted, n=n, anywhere=True)


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError as error:
        known = ", ".join(Kind)
        raise BadInput(f"There is no kind {name!r}. Choose of: {known}.") from error
