"""The model grader: a language model finds evidence, code checks every word of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

from pydantic import BaseModel, Field

from interviewer.domain.events import AnswerGraded, ModelUsed, Purpose
from interviewer.domain.evidence import ErrorFound, Evidence, find_quote
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId, competency_of
from interviewer.domain.scorecard import GraderUsed
from interviewer.domain.transcript import Transcript
from interviewer.errors import ModelError
from interviewer.grading.builtin import BuiltInGrader
from interviewer.grading.echo import Echo
from interviewer.grading.quantity import has_quantity
from interviewer.models.chat import ChatModel
from interviewer.prompts import PromptBook

MAX_COMPETENCIES = 3
"""For so many competencies an answer is read at most."""

_MAX_TOKENS = 900
_PROMPT = "evidence"


class Finding(BaseModel):
    """An item that the model takes for shown."""

    item: str
    quote: str


class Findings(BaseModel):
    """The form that the model fills in."""

    found: list[Finding] = Field(max_length=12)


class ModelGrader:
    """Has a language model look for evidence, one competency a call."""

    def __init__(
        self,
        knowledge: Knowledge,
        prompts: PromptBook,
        model: ChatModel,
        reader: BuiltInGrader,
    ) -> None:
        """Put together.

        Args:
            knowledge: the rubric and the cases with their critical errors.
            prompts: holds the prompt ``evidence``.
            model: finds the evidence.
            reader: tells which competencies an answer touches besides the one asked about.
        """
        self._rubric = knowledge.rubric
        self._scenarios = knowledge.scenarios
        self._prompt = prompts[_PROMPT]
        self._model = model
        self._reader = reader
        self._echo = Echo(knowledge.rubric)

    @property
    def used(self) -> GraderUsed:
        """What goes on the scorecard."""
        prompt = self._prompt
        return GraderUsed(
            kind="model",
            model=self._model.endpoint.label,
            prompt=f"{prompt.id}@{prompt.version} {prompt.fingerprint[:12]}",
            rubric=self._rubric.version,
        )

    async def grade(
        self, transcript: Transcript, turn: int, on_usage: Callable[[ModelUsed], None]
    ) -> AnswerGraded:
        """Read one of the candidate's turns; what the model fails at is unscored."""
        competencies = await asyncio.to_thread(self._in_play, transcript, turn)
        readings = await asyncio.gather(
            *(self._read(transcript, turn, competency, on_usage) for competency in competencies)
        )
        whole = AnswerGraded(turn=turn)
        for reading in readings:
            whole = AnswerGraded(
                turn=turn,
                evidence=whole.evidence + reading.evidence,
                errors=whole.errors + reading.errors,
                unscored=whole.unscored | reading.unscored,
            )
        return whole

    def _in_play(self, transcript: Transcript, turn: int) -> list[CompetencyId]:
        """The competencies that an answer is read for, the one asked about first."""
        if not transcript.text(turn).strip():
            return []
        asked = transcript.competency_asked(turn)
        quick = self._reader.read(transcript, turn)
        touched = Counter(competency_of(found.signal) for found in quick.evidence)
        touched.update(competency for competency, _ in quick.errors)
        order = [asked] if asked else []
        order += [competency for competency, _ in touched.most_common()]
        return list(dict.fromkeys(order))[:MAX_COMPETENCIES]

    async def _read(
        self,
        transcript: Transcript,
        turn: int,
        competency: CompetencyId,
        on_usage: Callable[[ModelUsed], None],
    ) -> AnswerGraded:
        scenario = self._scenarios.get(transcript.scenario)
        caps = (
            [e for e in scenario.critical_errors if e.competency is competency] if scenario else []
        )
        own = list(self._rubric.competency(competency).signals)
        # The order of a list sways a model, so it changes with the answer, but not with the run.
        shuffle = random.Random(f"{transcript.id}/{turn}/{competency}").shuffle
        shuffle(own)
        keys = [
            f"{letter}{number}" for number, letter in enumerate("abcdefghijklmnopqrst", start=1)
        ]
        signals = dict(zip(keys, own, strict=False))
        errors = dict(zip(keys[len(own) :], caps, strict=False))
        question = transcript.question_of(turn)
        messages = self._prompt.render(
            competency=self._rubric.competency(competency).title,
            items=[(key, signal.item) for key, signal in signals.items()],
            errors=[(key, error.text) for key, error in errors.items()],
            question=question.text if question else "",
            answer=transcript.text(turn),
        )
        try:
            findings = await self._model.structured(
                messages,
                Findings,
                max_tokens=_MAX_TOKENS,
                purpose=Purpose.GRADE,
                on_usage=on_usage,
            )
        except ModelError as error:
            return AnswerGraded(turn=turn, unscored={competency: f"the model failed: {error}"})
        evidence: dict[str, Evidence] = {}
        capped: dict[str, ErrorFound] = {}
        for finding in findings.found:
            quote = find_quote(finding.quote, transcript.text(turn))
            if quote is None or self._echo.of(quote, transcript, turn):
                continue
            if signal := signals.get(finding.item):
                if signal.needs_number and not has_quantity(quote):
                    continue
                evidence.setdefault(
                    signal.id,
                    Evidence(
                        signal=signal.id,
                        turn=turn,
                        quote=quote,
                        provenance=transcript.provenance(signal.id, turn),
                    ),
                )
            elif error_item := errors.get(finding.item):
                capped.setdefault(
                    error_item.id,
                    ErrorFound(error=error_item.id, turn=turn, quote=quote),
                )
        return AnswerGraded(
            turn=turn,
            evidence=list(evidence.values()),
            errors=[(competency, found) for found in capped.values()],
        )
