"""The index and the model that the settings lead to; cheaper to import than the whole program."""

from dataclasses import dataclass

from interviewer.domain.library import Knowledge
from interviewer.knowledge.chunks import chunks_of
from interviewer.knowledge.embedding import Embedder
from interviewer.knowledge.index import Index, open_index
from interviewer.models.detect import USUAL_PORTS, find_endpoint
from interviewer.models.endpoint import Endpoint
from interviewer.progress import Progress
from interviewer.settings import Settings


@dataclass(frozen=True)
class BuiltIndex:
    """The index as a person sees it.

    Attributes:
        chunks: how many pieces of the knowledge it holds.
        place: the folder or the server that keeps it.
        fresh: it was built just now; otherwise it was there already.
    """

    chunks: int
    place: str
    fresh: bool


def build_index(settings: Settings, knowledge: Knowledge, progress: Progress) -> BuiltIndex:
    """Build the index, or see that it is built.

    Args:
        settings: where it is kept.
        knowledge: the loaded content.
        progress: is told how far a build has come.

    Raises:
        StorageError: the folder cannot be written or the server cannot be reached.
    """
    fresh = False

    def building(what: str, share: float) -> None:
        nonlocal fresh
        fresh = True
        progress(what, share)

    open_index_of(settings, knowledge, Embedder(), building).close()
    place = settings.chroma_url or str(settings.home / "index")
    return BuiltIndex(len(chunks_of(knowledge)), place, fresh)


def open_index_of(
    settings: Settings, knowledge: Knowledge, embedder: Embedder, progress: Progress
) -> Index:
    """Open the index where the settings keep it; arguments and errors as for `build_index`."""
    return open_index(
        knowledge,
        embedder,
        settings.home / "index",
        settings.chroma_url,
        lambda done, total: progress("Reading the guide", done / total),
    )


@dataclass(frozen=True)
class ModelChoice:
    """Which model answers.

    Attributes:
        label: the model and where it runs; None where the built-in interviewer is at work.
        why: what decided it, in a sentence.
        endpoint: its address; None without a model, and for one that is yet to be started.
    """

    label: str | None
    why: str
    endpoint: Endpoint | None = None


async def find_model(settings: Settings) -> ModelChoice:
    """Find the model to talk to; nothing is started.

    Raises:
        ModelUnavailable: the model that was chosen is not there.
    """
    if settings.gguf is not None:
        return ModelChoice(f"{settings.gguf} in this program", "INTERVIEWER_GGUF names the file.")
    endpoint = await find_endpoint(settings.base_url, settings.api_key, settings.model)
    if endpoint is None:
        ports = ", ".join(map(str, USUAL_PORTS))
        why = f"Nothing was chosen, and no server answers on the ports {ports} of this machine."
        return ModelChoice(None, why)
    if settings.base_url or settings.api_key:
        why = "OPENAI_BASE_URL or OPENAI_API_KEY chooses it."
    elif settings.model:
        why = "INTERVIEWER_MODEL names it, and a server on this machine offers it."
    else:
        why = "It was found on its usual port on this machine; nothing else was chosen."
    return ModelChoice(endpoint.label, why, endpoint)
