"""A whole interview worded by the real local model."""

import secrets
from pathlib import Path

import pytest

from interviewer.domain.events import Purpose
from interviewer.domain.move import MoveKind
from interviewer.domain.transcript import Speaker
from interviewer.models.chat import ChatModel
from tests.support.answers import TEN_ANSWERS
from tests.support.program import Program, opened, said

PROMPT_TOKENS = 7_500
"""What all the interviewer's prompts of a ten-answer interview may add up to."""


@pytest.mark.vcr
async def test_ten_answers(
    program: Program, tmp_path: Path, model: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The session's id decides which of several wordings is used, and so what the model is sent.
    monkeypatch.setattr(secrets, "token_hex", lambda size: "5e5510" + "0" * (2 * size - 6))
    async with program.service(tmp_path, model) as service:
        interview = await opened(service, scenario="payment-fraud", minutes=60)
        for answer in TEN_ANSWERS:
            interview = await said(service, interview, answer)
    questions = [t for t in interview.turns[1:] if t.speaker is Speaker.INTERVIEWER]
    assert len(questions) == len(TEN_ANSWERS)
    for turn in questions:
        assert turn.text.count("?") <= 1, turn.text
        assert len(turn.text.split()) <= 60, turn.text
    assert len({turn.text for turn in questions}) == len(questions)
    assert interview.notices == {}
    # Whatever the model made of it, the same ground was covered as without it.
    assert MoveKind.PROBE in {move.kind for move in interview.moves}
    spent = sum(u.prompt_tokens for u in interview.used if u.purpose is Purpose.SPEAK)
    assert 0 < spent < PROMPT_TOKENS
