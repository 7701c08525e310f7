"""The voice: has a model word a move, past the guard, or says it as it is written."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from interviewer.domain.events import InterviewerSpoke, Purpose, Source
from interviewer.domain.interview import Interview
from interviewer.domain.sentences import sentences
from interviewer.domain.terms import Lexicon
from interviewer.domain.transcript import Speaker
from interviewer.domain.wording import Wording
from interviewer.errors import ModelError
from interviewer.interviewing.guard import MAX_WORDS, Guard
from interviewer.models.chat import ChatModel, OnUsage
from interviewer.models.tokens import count_tokens
from interviewer.prompts import Message, Prompt

ANSWER_TOKENS = 320
"""A longer last answer is not sent; what it named is. A message is never cut in half."""

REPLY_TOKENS = 120
"""Room for a turn of sixty words."""


SAME_MEANING = 0.62
"""Cosine to the question below which a model has asked something else; on 16 questions that a small
model reworded, the three that had changed their meaning were below it and the others above."""


@dataclass(frozen=True)
class Brief:
    """All that a model is told for one turn.

    It holds what was said in the interview and the question to put; nothing of the rubric, of the
    reference material or of the facts that nobody asked for.

    Attributes:
        case: the opening, as spoken.
        told: facts that were told, as spoken.
        named: techniques that the candidate has named.
        asked: the interviewer's last words.
        answer: the candidate's last words; empty when they are too long to send.
        wording: what is to be said now.
    """

    case: str
    told: tuple[str, ...]
    named: tuple[str, ...]
    asked: str
    answer: str
    wording: Wording

    @classmethod
    def of(cls, interview: Interview, wording: Wording, told: list[str], model: str) -> "Brief":
        """Draw the brief of a turn from the interview."""
        spoken = [t.text for t in interview.turns if t.speaker is Speaker.INTERVIEWER]
        answers = [t.text for t in interview.turns if t.speaker is Speaker.CANDIDATE and t.text]
        answer = answers[-1] if answers else ""
        if count_tokens(answer, model).count > ANSWER_TOKENS:
            answer = ""
        return cls(
            case=spoken[0] if spoken else "",
            told=tuple(told),
            named=tuple(interview.terms_named),
            asked=spoken[-1] if len(spoken) > 1 else "",
            answer=answer,
            wording=wording,
        )

    def messages(self, prompt: Prompt) -> list[Message]:
        """The prompt for this turn: the fixed part first, then what grows, the question last."""
        return prompt.render(
            case=self.case,
            told=self.told,
            named=self.named,
            asked=self.asked,
            answer=self.answer,
            question=self.wording.question,
        )


@dataclass(frozen=True)
class Voice:
    """Says moves.

    Attributes:
        model: words them; without one the built-in wording is said.
        prompt: asks the model to.
        likeness: how near two texts are in meaning, as a cosine.
    """

    model: ChatModel | None
    prompt: Prompt
    likeness: Callable[[str, str], float]

    async def speak(
        self,
        interview: Interview,
        wording: Wording,
        *,
        told: list[str],
        lexicon: Lexicon,
        show: Callable[[str], None],
        on_usage: OnUsage,
    ) -> InterviewerSpoke:
        """Say a move.

        Args:
            interview: the interview up to the move.
            wording: the move in words.
            told: the facts told so far, as spoken.
            lexicon: techniques that the interviewer must not bring up.
            show: is given the turn's words so far, again whenever there are more. They are taken
                back, by an empty text, when the guard refuses or the model fails.
            on_usage: is told what the model used.

        Returns:
            The turn as it goes to the log.
        """
        if self.model is None or not wording.reworded:
            return InterviewerSpoke(text=wording.text, source=Source.BUILT_IN)
        brief = Brief.of(interview, wording, told, self.model.endpoint.model)
        heard = [t.text for t in interview.turns if t.speaker is Speaker.CANDIDATE]
        guard = Guard(
            lexicon,
            known=[brief.case, wording.text, *told, *heard],
            asks=wording.question.endswith("?"),
            max_words=MAX_WORDS - len(wording.verbatim.split()),
        )
        lead = f"{wording.verbatim} " if wording.verbatim else ""
        notice = None
        try:
            pieces = self.model.stream(
                brief.messages(self.prompt),
                max_tokens=REPLY_TOKENS,
                purpose=Purpose.SPEAK,
                on_usage=on_usage,
            )
            async with aclosing(pieces):
                async for piece in pieces:
                    if guard.feed(piece):
                        show(lead + guard.released)
                    if guard.done:
                        break
        except ModelError as error:
            notice = str(error)
        else:
            if guard.finish():
                show(lead + guard.released)
        refusal = guard.refusal or _repeats(interview, guard.released)
        if notice is None and refusal is None:
            refusal = await asyncio.to_thread(self._drifted, wording.question, guard.released)
        if notice is None and refusal is None:
            return InterviewerSpoke(text=lead + guard.released, source=Source.MODEL)
        show("")
        return InterviewerSpoke(
            text=wording.text, source=Source.BUILT_IN, notice=notice, refused=refusal
        )

    def _drifted(self, question: str, spoken: str) -> str | None:
        """Whether another question was asked; what leads over to the question does not count."""
        asked = sentences(spoken)[-1]
        near = max(self.likeness(question, spoken), self.likeness(question, asked))
        return None if near >= SAME_MEANING else f"asked something else (cosine {near:.2f})"


def _repeats(interview: Interview, text: str) -> str | None:
    return "repeated itself" if text in interview.spoken else None
