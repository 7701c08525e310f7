"""Telling the candidate's own words from words that were taken over."""

from itertools import pairwise

import pytest

from evals import gold
from interviewer.domain.library import Knowledge
from interviewer.domain.transcript import Transcript
from interviewer.grading.echo import Echo


@pytest.fixture(scope="module")
def echo(knowledge: Knowledge) -> Echo:
    return Echo(knowledge.rubric)


@pytest.fixture(scope="module")
def transcripts() -> list[Transcript]:
    return gold.load(gold.Half.TUNE)


def test_one_entry_of_the_rubric_recited_is_no_word_of_the_candidates_own(
    echo: Echo, knowledge: Knowledge, transcripts: list[Transcript]
) -> None:
    for signal in knowledge.rubric.signals.values():
        assert echo.of(signal.wording, transcripts[0], 2)


def test_several_entries_in_one_breath_are_recited_too(
    echo: Echo, knowledge: Knowledge, transcripts: list[Transcript]
) -> None:
    items = [signal.item for signal in knowledge.rubric.signals.values()]
    for one, other in pairwise(items):
        assert echo.of(f"well, {one} and {other}", transcripts[0], 2)


def test_what_shows_a_signal_is_taken_for_the_candidates_own(
    echo: Echo, transcripts: list[Transcript]
) -> None:
    shown = [(t, e) for t in transcripts if t.truth for e in t.truth.shown]
    taken = [e.quote for t, e in shown if echo.of(e.quote, t, e.turn)]
    assert len(taken) <= 0.01 * len(shown), taken
