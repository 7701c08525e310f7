"""The content that the program works with; cheap to import, so a face can show it at once."""

from pathlib import Path

from interviewer.domain.library import Knowledge
from interviewer.knowledge.load import load_knowledge, with_own_scenarios
from interviewer.settings import PROJECT_ROOT


def load_content(home: Path | None = None) -> Knowledge:
    """Load the content of this installation.

    Args:
        home: the folder with the user's data, whose own scenarios are added.

    Raises:
        KnowledgeError: a file is missing or wrong; it names every fault of every file. Those of
            the user's own are left out instead.
    """
    knowledge = load_knowledge(PROJECT_ROOT / "knowledge")
    return knowledge if home is None else with_own_scenarios(knowledge, home)
