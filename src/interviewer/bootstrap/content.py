"""The content that the program works with; cheap to import, so a face can show it at once."""

from interviewer.domain.library import Knowledge
from interviewer.knowledge.load import load_knowledge
from interviewer.settings import PROJECT_ROOT


def load_content() -> Knowledge:
    """Load the content of this installation.

    Raises:
        KnowledgeError: a file is missing or wrong; it names every fault of every file.
    """
    return load_knowledge(PROJECT_ROOT / "knowledge")
