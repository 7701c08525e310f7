"""Evidence found by the real local model: whatever it says, only the candidate's words count."""

import pytest

from interviewer.domain.events import ModelUsed, Purpose
from interviewer.domain.library import Knowledge
from interviewer.domain.move import Move, MoveKind
from interviewer.domain.rubric import CompetencyId, Level
from interviewer.domain.transcript import Speaker, Transcript, Turn
from interviewer.grading.builtin import BuiltInGrader
from interviewer.grading.model import ModelGrader
from interviewer.models.chat import ChatModel
from interviewer.prompts import PromptBook
from tests.support.answers import TEN_ANSWERS


@pytest.mark.vcr
async def test_an_answer_is_read_for_its_competency(
    knowledge: Knowledge, prompts: PromptBook, reader: BuiltInGrader, model: ChatModel
) -> None:
    probe = knowledge.probes["data-label-origin"]
    move = Move(
        kind=MoveKind.PROBE, competency=CompetencyId.DATA, probe=probe.id, signals=probe.signals
    )
    transcript = Transcript(
        id="recorded",
        scenario="payment-fraud",
        level=Level.SENIOR,
        turns=[
            Turn(speaker=Speaker.INTERVIEWER, text=probe.text, move=move),
            Turn(speaker=Speaker.CANDIDATE, text=TEN_ANSWERS[1]),
        ],
    )
    used: list[ModelUsed] = []
    graded = await ModelGrader(knowledge, prompts, model, reader).grade(transcript, 2, used.append)
    assert used
    assert all(call.purpose is Purpose.GRADE for call in used)
    assert graded.unscored == {}
    assert all(found.quote in TEN_ANSWERS[1] for found in graded.evidence)
