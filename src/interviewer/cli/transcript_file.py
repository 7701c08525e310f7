"""Reading a transcript that the user gives."""

import json
import sys
from pathlib import Path

from pydantic import ValidationError

from interviewer.cli.terminal import first_of
from interviewer.domain.transcript import Transcript
from interviewer.errors import BadInput, KnowledgeError
from interviewer.located import read_yaml

MAX_FILE = 2_000_000
"""The largest transcript in bytes; an hour's interview has less than a tenth of it."""


def read_transcript(file: str) -> Transcript:
    """Read a transcript, or the transcript in an exported session.

    Args:
        file: a path to JSON or YAML; ``-`` for standard input.

    Raises:
        BadInput: the file cannot be read, or is no transcript; the first fault is named.
    """
    name = "standard input" if file == "-" else file
    text = _read_text(file, name)
    try:
        return (
            _transcript_of_json(text, name) if text[0] == "{" else _transcript_of_yaml(text, name)
        )
    except RecursionError as error:
        raise BadInput(f"{name} is nested too deeply to be a transcript.") from error


def _read_text(file: str, name: str) -> str:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:  # a path with a null character is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{name} cannot be read: {reason}.") from error
    if len(data) > MAX_FILE:
        raise BadInput(f"{name} is larger than {MAX_FILE // 1_000_000} MB: it is no transcript.")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadInput(f"{name} is not a text in UTF-8.") from error
    if not text:
        raise BadInput(f"{name} is empty.")
    return text


def _transcript_of_json(text: str, name: str) -> Transcript:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadInput(f"{name} is not valid JSON: {error}.") from error
    if set(data) == {"transcript", "scorecard"}:
        data = data["transcript"]
    try:
        return Transcript.model_validate(data)
    except ValidationError as error:
        raise BadInput(f"{name}: {first_of(_faults(error))}") from error


def _transcript_of_yaml(text: str, name: str) -> Transcript:
    try:
        return read_yaml(text, name, Transcript).value
    except KnowledgeError as error:
        raise BadInput(first_of(error.faults)) from error


def _faults(error: ValidationError) -> list[str]:
    """The faults that pydantic found, each with its place."""
    return [
        f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)
    ]
