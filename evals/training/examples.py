"""The sentences that the heads are fitted to, each with what it shows."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from evals import answers, gold
from interviewer.domain.evidence import find_quote
from interviewer.domain.library import Knowledge
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId, SignalId
from interviewer.domain.sentences import sentences
from interviewer.domain.transcript import Transcript
from interviewer.grading.heads import Asked

QUESTIONS = 4
"""To so many questions a sentence that shows nothing is given as a reply."""

SEED = 7
PART = 0.25
"""A sentence shows what a quote shows if it holds this share of the quote."""

MOST = 0.6
"""Or if the quote holds this share of the sentence."""


@dataclass(frozen=True)
class Sentence:
    """A sentence with its labels.

    Attributes:
        text: the words.
        shows: the signals that they show.
        asked: the question that was asked.
        case: the case that it belongs to; None for none.
        answer: identifies the answer that it is part of.
        only: the one signal that the sentence was labelled for, where it was not for all.
    """

    text: str
    shows: frozenset[SignalId]
    asked: Asked = field(default_factory=Asked)
    case: str | None = None
    answer: tuple[str, int] | None = None
    only: SignalId | None = None


def examples(knowledge: Knowledge) -> list[Sentence]:
    """Every sentence that may be learned from: nothing of the locked half, nor of its cases."""
    tune = gold.load(gold.Half.TUNE)
    cases = knowledge.scenarios.keys() - {t.scenario for t in gold.load(gold.Half.LOCKED)}
    return [
        *(s for transcript in tune for s in of_transcript(transcript)),
        *of_banks(knowledge),
        *of_passages(),
        *of_nothing(knowledge),
        *of_rubric(knowledge),
        *of_reveals(knowledge, cases),
    ]


def of_transcript(transcript: Transcript) -> Iterator[Sentence]:
    """The sentences of a gold transcript."""
    assert transcript.truth is not None
    for turn in transcript.answers:
        shown = [(e.signal, e.quote) for e in transcript.truth.shown if e.turn == turn]
        asked = Asked.by(transcript.question_of(turn))
        yield from _split(
            transcript.text(turn), shown, asked, transcript.scenario, (transcript.id, turn)
        )


def of_banks(knowledge: Knowledge) -> Iterator[Sentence]:
    """The sentences of the answer banks."""
    for bank in answers.banks():
        scenario = knowledge.scenarios[bank.scenario]
        probes = knowledge.probes | {probe.id: probe for probe in scenario.probes}
        for n, answer in enumerate(bank.answers):
            asked = (
                Asked(CompetencyId.FRAMING, (), scenario.prompt)
                if answer.ask == answers.OPENING
                else _asked(probes[answer.ask])
            )
            shown = [(found.signal, found.quote) for found in answer.shown]
            yield from _split(answer.say, shown, asked, bank.scenario, (bank.scenario, n))


def of_passages() -> Iterator[Sentence]:
    """The passages, sentence by sentence; nothing was asked."""
    for of in answers.passages():
        for passage in of.shown:
            yield from _passage(passage.text, [of.signal, *passage.also])
        for passage in of.not_shown:
            yield from _passage(passage.text, passage.also)


def of_nothing(knowledge: Knowledge) -> Iterator[Sentence]:
    """Sentences that show nothing, each as a reply to several questions."""
    rng = random.Random(SEED)
    probes = list(knowledge.probes.values())
    for text in answers.nothing():
        for probe in rng.sample(probes, QUESTIONS):
            yield from _split(text, [], _asked(probe))


def of_rubric(knowledge: Knowledge) -> Iterator[Sentence]:
    """The rubric's phrasings and near-misses, which are labelled for their own signal only."""
    for signal in knowledge.rubric.signals.values():
        for text in signal.shown:
            yield from (_only(s, signal.id) for s in _passage(text, [signal.id]))
        for text in signal.not_shown:
            yield from (_only(s, signal.id) for s in _passage(text, []))


def of_reveals(knowledge: Knowledge, cases: Iterable[str]) -> Iterator[Sentence]:
    """The example answers at the top of the hint ladders, labelled for their first signal."""
    own = [p for s in knowledge.scenarios.values() if s.slug in cases for p in s.probes]
    for probe in [*knowledge.probes.values(), *own]:
        signal, reveal = probe.signals[0], probe.hints.reveal
        for sentence in _split(reveal, [(signal, reveal)], _asked(probe)):
            yield _only(sentence, signal)


def _asked(probe: Probe) -> Asked:
    return Asked(probe.competency, tuple(probe.signals), probe.text)


def _only(sentence: Sentence, signal: SignalId) -> Sentence:
    return Sentence(sentence.text, sentence.shows, sentence.asked, only=signal)


def _passage(text: str, shows: Iterable[SignalId]) -> Iterator[Sentence]:
    return _split(text, [(signal, text) for signal in shows], Asked())


def _split(
    text: str,
    shown: Iterable[tuple[SignalId, str]],
    asked: Asked,
    case: str | None = None,
    answer: tuple[str, int] | None = None,
) -> Iterator[Sentence]:
    """The sentences of a text; each shows what the quotes that it shares in show."""
    quotes = []
    for signal, quote in shown:
        found = find_quote(quote, text)
        if found is not None:
            start = text.index(found)
            quotes.append((signal, start, start + len(found)))
    end = 0
    for sentence in sentences(text):
        start = text.index(sentence, end)
        end = start + len(sentence)
        shows = set()
        for signal, first, last in quotes:
            shared = min(last, end) - max(first, start)
            if shared > PART * (last - first) or shared >= MOST * (end - start):
                shows.add(signal)
        yield Sentence(sentence, frozenset(shows), asked, case, answer)
