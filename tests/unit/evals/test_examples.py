"""What the built-in grader learns from."""

import pytest

from evals import answers, gold
from evals.training.examples import Sentence, examples, of_passages, of_transcript
from interviewer.domain.evidence import find_quote
from interviewer.domain.library import Knowledge


@pytest.fixture(scope="module")
def learned(knowledge: Knowledge) -> list[Sentence]:
    return examples(knowledge)


def test_nothing_is_learned_from_a_locked_case(learned: list[Sentence]) -> None:
    locked = {transcript.scenario for transcript in gold.load(gold.Half.LOCKED)}
    assert not locked & {sentence.case for sentence in learned}
    assert not locked & {bank.scenario for bank in answers.banks()}


def test_no_answer_of_the_locked_half_is_among_the_words(learned: list[Sentence]) -> None:
    known = {sentence.text for sentence in learned if len(sentence.text.split()) > 5}
    for transcript in gold.load(gold.Half.LOCKED):
        for own in of_transcript(transcript):
            assert own.text not in known


def test_every_signal_is_shown_and_missed_in_many_ways(
    learned: list[Sentence], knowledge: Knowledge
) -> None:
    for signal in knowledge.rubric.signals:
        assert sum(signal in sentence.shows for sentence in learned) >= 30
    assert sum(not sentence.shows for sentence in learned) >= 3000


def test_a_sentence_shows_what_its_words_were_quoted_for() -> None:
    transcript = gold.load(gold.Half.TUNE)[0]
    assert transcript.truth is not None
    for own in of_transcript(transcript):
        assert own.answer is not None
        quoted = {
            found.signal
            for found in transcript.truth.shown
            if found.turn == own.answer[1] and find_quote(own.text, found.quote)
        }
        assert quoted <= own.shows


def test_the_bank_quotes_its_own_words(knowledge: Knowledge) -> None:
    for bank in answers.banks():
        probes = knowledge.probes | {p.id: p for p in knowledge.scenarios[bank.scenario].probes}
        for answer in bank.answers:
            assert answer.ask == answers.OPENING or answer.ask in probes
            for found in [*answer.shown, *answer.errors]:
                assert find_quote(found.quote, answer.say)


def test_passages_are_there_for_every_signal(knowledge: Knowledge) -> None:
    held = {of.signal: of for of in answers.passages()}
    assert set(held) == set(knowledge.rubric.signals)
    assert all(len(of.shown) >= 24 and len(of.not_shown) >= 16 for of in held.values())
    assert len(list(of_passages())) > 3000
