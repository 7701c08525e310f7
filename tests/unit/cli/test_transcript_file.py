"""Reading a transcript: what is none is refused in one line."""

import json
from pathlib import Path

import pytest

from interviewer.cli.transcript_file import read_transcript
from interviewer.errors import BadInput
from tests.support.command_line import TRANSCRIPT, Cli, refusal


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "not a text in UTF-8"),
        (b"id: a\x00b", "control characters"),
        (b"x" * 50_000_000, "larger than 2 MB"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id":' * 100_000, "nested too deeply"),
        (b'{"id": ', "not valid JSON"),
        (b"id: a: b", ":1: not valid YAML"),
        (b"just words", "keys with values"),
        (f"{TRANSCRIPT}level: mid".encode(), ":9: the key 'level' stands twice"),
        (b"{}", "id: Field required (and 3 more faults)"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_a_file_that_is_no_transcript_is_refused_in_one_line(
    cli: Cli, tmp_path: Path, content: bytes, complaint: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert complaint in refusal(cli("grade", str(file)))


def test_a_faulty_transcript_is_refused_with_the_line_of_the_first_fault(
    cli: Cli, transcript: Path
) -> None:
    faulty = TRANSCRIPT.replace("senior", "boss").replace("speaker: candidate", "speaker: crowd")
    transcript.write_text(faulty, encoding="utf-8")
    line = refusal(cli("grade", str(transcript)))
    assert ":3: level:" in line
    assert line.endswith("(and 1 more fault)")


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_path_that_cannot_be_read_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    assert "cannot be read" in refusal(cli("grade", str(tmp_path / name)))


def test_a_refusal_does_not_steer_the_terminal(cli: Cli) -> None:
    assert "\x1b" not in refusal(cli("grade", "\x1b[31mred.yaml"))


def test_json_from_windows_with_emoji_is_read(tmp_path: Path) -> None:
    turns = [{"speaker": "candidate", "text": "Fine 😀"}]
    data = {"id": "a", "scenario": "payment-fraud", "level": "mid", "turns": turns}
    file = tmp_path / "transcript.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(data, indent="\t").encode())
    assert read_transcript(str(file)).text(1) == "Fine 😀"


def test_a_path_with_a_null_character_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        read_transcript("a\0b")
