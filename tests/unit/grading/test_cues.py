"""The cues beside the built-in grader."""

from interviewer.domain.library import Knowledge
from interviewer.grading.cues import fold, load_cues
from interviewer.grading.quantity import has_quantity


def test_every_signal_has_cues_and_no_others_have(knowledge: Knowledge) -> None:
    assert set(load_cues()) == set(knowledge.rubric.signals)


def test_near_misses_of_the_rubric_rarely_meet_the_cues_of_their_signal(
    knowledge: Knowledge,
) -> None:
    texts = [(s.id, text) for s in knowledge.rubric.signals.values() for text in s.not_shown]
    met = [
        (signal, text)
        for signal, text in texts
        if any(cue.met(fold(text)) for cue in load_cues()[signal])
    ]
    assert len(met) <= 0.03 * len(texts), met


def test_an_amount_is_a_number_but_a_name_with_a_digit_is_none() -> None:
    for text in ("about 460 per second", "100ms", "fifty million clips", "half a point", "0.5%"):
        assert has_quantity(text), text
    for text in ("the F1 score", "we watch p99", "int8 weights", "3D boxes", "one-hot encoded"):
        assert not has_quantity(text), text
