"""The gold transcripts keep what their README promises."""

from collections import Counter

import pytest

from evals import gold
from evals.grader import truth_of
from interviewer.domain.library import Knowledge
from interviewer.domain.transcript import Transcript
from interviewer.errors import SetupError

EVERY = [*gold.load(gold.Half.TUNE), *gold.load(gold.Half.LOCKED)]


def test_there_are_sixty_or_more_over_a_dozen_cases_and_the_halves_share_none() -> None:
    tune = {t.scenario for t in gold.load(gold.Half.TUNE)}
    locked = {t.scenario for t in gold.load(gold.Half.LOCKED)}
    assert len(EVERY) >= 60
    assert len(tune | locked) >= 12
    assert not tune & locked
    assert min(Counter(t.level for t in EVERY).values()) >= 20
    assert all(8 <= len(t.turns) <= 20 for t in EVERY)


@pytest.mark.parametrize("transcript", EVERY, ids=lambda t: t.id)
def test_every_label_is_verbatim_and_every_score_follows_from_the_labels(
    transcript: Transcript, knowledge: Knowledge
) -> None:
    assert transcript.truth is not None
    for found in transcript.truth.shown:
        assert found.quote in transcript.text(found.turn)
        assert found.provenance is transcript.provenance(found.signal, found.turn)
    card = truth_of(knowledge, transcript)
    assert {c: s.score for c, s in card.competencies.items()} == transcript.truth.scores
    assert card.recommendation == transcript.truth.recommendation


@pytest.mark.parametrize("transcript", EVERY, ids=lambda t: t.id)
def test_both_readings_stand_beside_what_they_were_resolved_to(transcript: Transcript) -> None:
    assert transcript.truth is not None
    labels = gold.labelling(transcript)
    for label in labels:
        quotes = [quote for quote in (label.first, label.second) if quote is not None]
        assert quotes
        assert all(quote in transcript.text(label.turn) for quote in quotes)
        assert len(quotes) == 2 or label.why
    resolved = {(x.turn, x.signal) for x in labels if x.shown and not x.signal.startswith("error:")}
    assert resolved == {(found.turn, found.signal) for found in transcript.truth.shown}


def test_the_readers_differed_as_often_as_the_readme_says() -> None:
    labels = [label for transcript in EVERY for label in gold.labelling(transcript)]
    assert sum(label.first is None or label.second is None for label in labels) == 116


def test_a_change_of_the_locked_half_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gold, "LOCKED_SHA256", "0" * 64)
    with pytest.raises(SetupError, match="locked gold transcripts were changed"):
        gold.load(gold.Half.LOCKED)
