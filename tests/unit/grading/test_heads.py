"""What the heads make of a sentence's embedding and of the question."""

from pathlib import Path

import numpy as np
import pytest

from interviewer.domain.move import Move, MoveKind
from interviewer.domain.rubric import CompetencyId
from interviewer.domain.transcript import Speaker, Turn
from interviewer.errors import SetupError
from interviewer.grading.heads import Asked, Heads

SIGNALS = ("data.labels", "data.quality")


def heads() -> Heads:
    competency = np.zeros((len(CompetencyId) + 1, 2), dtype=np.float32)
    competency[list(CompetencyId).index(CompetencyId.DATA)] = [1, 2]
    competency[-1] = [-1, -2]
    return Heads(
        signals=SIGNALS,
        weights=np.eye(2, dtype=np.float32),
        bias=np.array([0.5, 0.0], dtype=np.float32),
        competency=competency,
        invited=np.array([10, 20], dtype=np.float32),
        form=np.array([[100, 0], [0, 100]], dtype=np.float32),
    )


ROWS = np.array([[1, 0], [0, 1]], dtype=np.float32)


def test_a_sentence_is_read_by_its_words_and_by_what_was_asked() -> None:
    assert heads().logits(ROWS, Asked()).tolist() == [[0.5, -2], [-0.5, -1]]
    about_data = Asked(CompetencyId.DATA)
    assert heads().logits(ROWS, about_data).tolist() == [[2.5, 2], [1.5, 3]]
    inviting = Asked(CompetencyId.DATA, ("data.quality",))
    assert heads().logits(ROWS, inviting).tolist() == [[2.5, 22], [1.5, 23]]


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Where do labels come from?", (0, 0)),
        ("Noted. Would you wait for them?", (1, 0)),
        ("Would you keep back a random tenth, or the latest weeks?", (1, 1)),
        ("This or that. What follows from it?", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_the_form_of_a_question_is_heard(question: str, form: tuple[int, int]) -> None:
    assert Asked(text=question).form == form


def test_a_question_is_known_by_its_move() -> None:
    move = Move(kind=MoveKind.PROBE, competency=CompetencyId.DATA, signals=["data.labels"])
    turn = Turn(speaker=Speaker.INTERVIEWER, text="Well?", move=move)
    assert Asked.by(turn) == Asked(CompetencyId.DATA, ("data.labels",), "Well?")
    assert Asked.by(turn.model_copy(update={"move": None})) == Asked(text="Well?")
    assert Asked.by(None) == Asked()


def test_heads_are_read_as_they_were_written(tmp_path: Path) -> None:
    held = heads()
    names = ("weights", "bias", "competency", "invited", "form")
    arrays = {name: getattr(held, name) for name in names}
    np.savez(tmp_path / "heads.npz", signals=np.array(SIGNALS), **arrays)
    read = Heads.load(tmp_path / "heads.npz", SIGNALS)
    assert read.logits(ROWS, Asked()).tolist() == held.logits(ROWS, Asked()).tolist()
    with pytest.raises(SetupError, match="other signals than the rubric's"):
        Heads.load(tmp_path / "heads.npz", ["data.labels"])


@pytest.mark.parametrize("content", [None, b"", b"PK no archive"])
def test_heads_that_cannot_be_read_say_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "heads.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SetupError, match=r"heads\.npz cannot be read: install the program again"):
        Heads.load(path, SIGNALS)
