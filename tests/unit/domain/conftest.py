"""The real content."""

from pathlib import Path

import pytest

from interviewer.domain.library import Knowledge
from interviewer.knowledge.load import load_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The content of this repository."""
    return load_knowledge(Path(__file__).parents[3] / "knowledge")
