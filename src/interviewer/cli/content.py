"""The content for a command: the program's own and the user's scenarios."""

import typer

from interviewer.bootstrap.content import load_content
from interviewer.cli.terminal import printable
from interviewer.domain.library import Knowledge
from interviewer.settings import Settings


def content(settings: Settings) -> Knowledge:
    """Load the content; what is wrong with the user's own scenarios is said on standard error.

    Raises:
        KnowledgeError: a file of the program is missing or wrong.
    """
    knowledge = load_content(settings.home)
    for fault in knowledge.left_out:
        typer.echo(f"Left out: {printable(fault)}", err=True)
    return knowledge
