"""The base of every record that is read from a file or written to the log."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A string with something in it."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""A stable id: lower case, digits and hyphens."""


class Strict(BaseModel):
    """An immutable record that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
