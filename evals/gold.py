"""The gold transcripts: interviews with what they show, to the signal, the turn and the words.

They lie in two halves that share no case. Graders are fitted and tuned on ``tune`` alone;
``locked`` only measures, and a hash guards it. See ``evals/datasets/gold/README.md``.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import RootModel

from interviewer.domain.evidence import ErrorFound, Evidence
from interviewer.domain.rubric import CompetencyId, Rubric, SignalId
from interviewer.domain.scenario import Scenario
from interviewer.domain.scorecard import GraderUsed, Scorecard, score_interview
from interviewer.domain.strict import Strict, Text
from interviewer.domain.transcript import Transcript
from interviewer.errors import SetupError
from interviewer.located import read_yaml

FOLDER = Path(__file__).parent / "datasets" / "gold"

LOCKED_SHA256 = "c97cbc031342282d2d7b553d50e1e326f061d76647aa021cf0ff0b89d0bf96ec"
"""SHA-256 over the names and bytes of the locked half."""


class Half(StrEnum):
    """What a transcript may be used for."""

    TUNE = "tune"
    LOCKED = "locked"


class Label(Strict):
    """What became of one signal, or critical error, that at least one reader saw in a turn.

    Attributes:
        turn: the number of the candidate's turn, from 1.
        signal: the signal, or the critical error's id after ``error:``.
        first: the words that the first reader took for it; None if that reader did not.
        second: the same for the second reader.
        shown: what the two were resolved to.
        why: the reason, where they differed.
    """

    turn: int
    signal: Text
    first: str | None = None
    second: str | None = None
    shown: bool
    why: str | None = None


class Labelling(RootModel[list[Label]]):
    """Both readings of one transcript, side by side."""


def files(half: Half) -> list[Path]:
    """The files of a half, by name.

    Raises:
        SetupError: the locked half was changed, or there is none.
    """
    found = sorted((FOLDER / half).glob("*.yaml"))
    if not found:
        raise SetupError(f"There is no gold transcript in {FOLDER.name}/{half}.")
    if half is Half.LOCKED and digest(found) != LOCKED_SHA256:
        raise SetupError("The locked gold transcripts were changed: earlier figures rest on them.")
    return found


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over names and bytes, in hexadecimal."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def load(half: Half) -> list[Transcript]:
    """The transcripts of a half.

    Raises:
        SetupError: the locked half was changed.
        KnowledgeError: a file is not valid.
    """
    return [
        read_yaml(path.read_text(encoding="utf-8"), path.name, Transcript).value
        for path in files(half)
    ]


def labelling(transcript: Transcript) -> list[Label]:
    """Both readings of a transcript.

    Raises:
        KnowledgeError: the file is not valid.
    """
    path = FOLDER / "labellings" / f"{transcript.id}.yaml"
    return read_yaml(path.read_text(encoding="utf-8"), path.name, Labelling).value.root


ERROR = "error:"


def scorecard(
    rubric: Rubric,
    scenario: Scenario,
    transcript: Transcript,
    shown: Mapping[tuple[int, SignalId], str],
    errors: Mapping[tuple[int, str], str],
) -> Scorecard:
    """The score that follows from what was seen in a transcript.

    Args:
        rubric: credit and bars.
        scenario: tells which competency a critical error caps.
        transcript: the interview; the provenance follows from its moves.
        shown: the words that show a signal, by turn and signal.
        errors: the words that commit a critical error, by turn and error.
    """
    competency = {error.id: error.competency for error in scenario.critical_errors}
    return score_interview(
        rubric,
        transcript.level,
        asked=transcript.competencies_asked,
        evidence=[
            Evidence(
                signal=signal,
                turn=turn,
                quote=quote,
                provenance=transcript.provenance(signal, turn),
            )
            for (turn, signal), quote in shown.items()
        ],
        errors=[
            (competency[error], ErrorFound(error=error, turn=turn, quote=quote))
            for (turn, error), quote in errors.items()
        ],
        grader=GraderUsed(kind="reader", rubric=rubric.version),
    )


def reader_scorecard(
    rubric: Rubric, scenario: Scenario, transcript: Transcript, *, second: bool
) -> Scorecard:
    """The score that follows from one reader's labels alone."""
    shown: dict[tuple[int, SignalId], str] = {}
    errors: dict[tuple[int, str], str] = {}
    for label in labelling(transcript):
        quote = label.second if second else label.first
        if quote is None:
            continue
        if label.signal.startswith(ERROR):
            errors[label.turn, label.signal.removeprefix(ERROR)] = quote
        else:
            shown[label.turn, label.signal] = quote
    return scorecard(rubric, scenario, transcript, shown, errors)


def scores_of(card: Scorecard) -> dict[CompetencyId, int]:
    """The scores of the assessed competencies."""
    return {c: s.score for c, s in card.competencies.items() if s.score is not None}
