"""Templates: HTML from domain values, everything escaped unless it says otherwise."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from interviewer.sessions.export import HOW_SHOWN, SCORES, VERDICTS, score_in_words

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def markdown(text: str) -> str:
    """Markdown as HTML. Tags in it are shown, not run, and only harmless links are links."""
    html: str = _MARKDOWN.render(text)
    return html


def clock(seconds: float) -> str:
    """Seconds as a clock shows them: ``7:05``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def capital(text: str) -> str:
    """A text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        markdown=markdown, clock=clock, capital=capital, in_words=score_in_words
    )
    environment.globals.update(scores=SCORES, verdicts=VERDICTS, how_shown=HOW_SHOWN)
    return environment


_ENVIRONMENT = _environment()


def render(template: str, **values: object) -> str:
    """Render a template of the folder `templates`."""
    return _ENVIRONMENT.get_template(template).render(values)
