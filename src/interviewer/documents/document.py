"""A document of the user's own, as it is kept."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from interviewer.domain.strict import Strict, Text

DocumentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
"""The beginning of the SHA-256 of the file, so that the same content is the same document."""


class Section(Strict):
    """A part of a document.

    Attributes:
        heading: the headings above it, outermost first; empty where there is none.
        page: its page, from 1, in a document that has pages.
        text: plain text, one paragraph a line.
    """

    heading: str = ""
    page: int | None = None
    text: Text


class Document(Strict):
    """A document.

    Attributes:
        id: names it.
        title: what it calls itself, or the name of its file.
        file: the name of its file, without the folder.
        added_at: when it was added, in UTC.
        sections: what stands in it.
    """

    id: DocumentId
    title: Text
    file: str
    added_at: datetime
    sections: list[Section] = Field(min_length=1)

    @property
    def characters(self) -> int:
        """How long its text is."""
        return sum(len(section.text) for section in self.sections)
