"""The terminal face: ``interviewer serve | chat | grade | search | add | …``.

Exit code 0 on success, 2 for anything that the user can put right, with one line on standard error;
1 for a crash. What a command needs is imported when it runs, so that ``--help`` is quick.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from interviewer.domain.events import Mode
from interviewer.domain.rubric import Level
from interviewer.domain.stages import LENGTHS
from interviewer.errors import InterviewerError


class Format(StrEnum):
    """The forms in which a session is exported."""

    MARKDOWN = "markdown"
    JSON = "json"


class _Commands(TyperGroup):
    """The commands; an error that was raised on purpose is one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InterviewerError as error:
            from interviewer.cli.terminal import one_line

            typer.echo(f"Error: {one_line(error)}", err=True)
            raise typer.Exit(2) from error


app = typer.Typer(
    cls=_Commands,
    help="A mock interviewer for machine-learning system design.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Local = Annotated[bool, typer.Option("--local", help="Run the small model in this program.")]


def main(*args: str) -> None:
    """Run the command line.

    Args:
        args: the arguments; without any, those of the process.
    """
    app(list(args) or None, prog_name="interviewer")


@app.command()
def serve(
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0 takes a free one. By default PORT or 7860."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    local: Local = False,
) -> None:
    """Serve the page."""
    from interviewer.settings import read_settings
    from interviewer.ui import server

    settings = read_settings()
    server.serve(settings, host=host, port=settings.port if port is None else port, local=local)


@app.command()
def chat(
    scenario: Annotated[
        str | None, typer.Option(help="The case; without it, you are asked.")
    ] = None,
    level: Annotated[Level, typer.Option(help="The level you interview for.")] = Level.SENIOR,
    minutes: Annotated[int, typer.Option(help=f"Length: {', '.join(map(str, LENGTHS))}.")] = 45,
    mode: Annotated[
        Mode, typer.Option(help="Coaching: the last hint shows an answer.")
    ] = Mode.COACHING,
    session: Annotated[
        str | None, typer.Option(help="Go on with this interview, as it was set up.")
    ] = None,
    local: Local = False,
) -> None:
    """Hold an interview in the terminal."""
    import asyncio

    from interviewer.cli import interviews

    asyncio.run(interviews.chat(scenario, level, minutes, mode, session, local=local))


@app.command()
def grade(
    file: Annotated[str, typer.Argument(help="A transcript, JSON or YAML; - for standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the scorecard as JSON and nothing else.")
    ] = False,
) -> None:
    """Score a transcript."""
    import asyncio

    from interviewer.cli.transcript_file import read_transcript

    transcript = read_transcript(file)
    # Only now, for it takes a second, which a file that is refused should not cost.
    from interviewer.cli import interviews

    asyncio.run(interviews.grade(transcript, as_json=as_json))


@app.command()
def models() -> None:
    """Say which model would answer, and how to connect one."""
    import asyncio

    from interviewer.bootstrap.choices import find_model
    from interviewer.cli.terminal import printable
    from interviewer.settings import read_settings

    choice = asyncio.run(find_model(read_settings()))
    label = choice.label or "none; the built-in interviewer and grader are at work"
    typer.echo(f"Model: {printable(label)}\nWhy:   {choice.why}\n\n{CONNECT}")


CONNECT = """\
To connect a model:
  - set OPENAI_BASE_URL, OPENAI_API_KEY and INTERVIEWER_MODEL for any OpenAI-compatible server;
  - or start Ollama, LM Studio, llama.cpp or vLLM on this machine: it is found by itself;
  - or run `make run-local`, or add --local to serve and chat, for a small model in this program."""
"""How to connect a model."""


@app.command()
def index() -> None:
    """Build the index of the knowledge, or open it if it is built."""
    import time

    from interviewer.bootstrap.choices import build_index
    from interviewer.cli.content import content
    from interviewer.progress import progress_bar
    from interviewer.settings import read_settings

    started = time.monotonic()
    settings = read_settings()
    with progress_bar() as progress:
        built = build_index(settings, content(settings), progress)
    typer.echo(
        f"{'Built' if built.fresh else 'Opened'} the index of {built.chunks} chunks in "
        f"{built.place} in {time.monotonic() - started:.1f} s."
    )


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="The session's id.")],
    form: Annotated[Format, typer.Option("--format", help="The form.")] = Format.MARKDOWN,
    labels: Annotated[
        bool,
        typer.Option(
            "--labels",
            help="The transcript in YAML with what it shows, as you corrected it: "
            "a case for measuring graders.",
        ),
    ] = False,
) -> None:
    """Print the transcript and the score of an interview."""
    import asyncio

    from interviewer.cli import interviews

    asyncio.run(interviews.export(session, as_json=form is Format.JSON, labels=labels))


@app.command()
def add(
    paths: Annotated[
        list[Path],
        typer.Argument(help="PDF, HTML, Markdown or text files, or folders of them."),
    ],
) -> None:
    """Add documents of your own: a guide, a job description."""
    from interviewer.cli import documents

    documents.add(paths)


@app.command("documents")
def documents_command() -> None:
    """List your documents."""
    from interviewer.cli import documents

    documents.show()


@app.command()
def remove(
    document: Annotated[str, typer.Argument(help="The document's id, as `documents` prints it.")],
) -> None:
    """Remove a document of yours with all that was drawn from it."""
    from interviewer.cli import documents

    documents.remove(document)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for, in your own words.")],
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            help="Look at this kind only; may be repeated. "
            "guide, scenario, fact, probe, example, error or document.",
        ),
    ] = None,
    n: Annotated[int, typer.Option("-n", min=1, max=100, help="At most so many.")] = 8,
) -> None:
    """Print what the knowledge and your documents hold on something, the nearest first."""
    from interviewer.cli import documents

    documents.search(text, kinds or [], n)
