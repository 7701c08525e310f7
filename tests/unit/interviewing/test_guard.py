"""What a model may say, and when it is let through."""

import pytest

from interviewer.domain.terms import Lexicon, Term
from interviewer.interviewing.guard import Guard

LEXICON = Lexicon.of(
    [
        Term(name="gradient boosting", aliases=["XGBoost"], family="model"),
        Term(name="A/B tests", aliases=["A/B test"], family="experiment"),
    ],
    extra=["two-tower model"],
)


def guard(*known: str, asks: bool = True, max_words: int = 60) -> Guard:
    return Guard(LEXICON, known=known, asks=asks, max_words=max_words)


def say(filter_: Guard, text: str) -> list[str]:
    """Feed a text in small pieces; what was shown, each time there was more."""
    pieces = (text[start : start + 3] for start in range(0, len(text), 3))
    shown = [filter_.released for piece in pieces if filter_.feed(piece)]
    if filter_.finish():
        shown.append(filter_.released)
    return shown


def test_words_come_out_one_by_one_and_whole() -> None:
    shown = say(guard(), "Which part would you build first?")
    assert shown[0] == "Which"
    assert shown[-1] == "Which part would you build first?"
    assert all("Which part would you build first?".startswith(text) for text in shown)


def test_the_beginning_of_a_term_waits_for_its_end() -> None:
    filter_ = guard()
    filter_.feed("Would a gradient ")
    assert filter_.released == ""
    filter_.feed("step help? ")
    assert filter_.released == "Would a gradient step help?"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Why not use gradient boosting here?", "named gradient boosting"),
        ("Would XGBoost do?", "named gradient boosting"),
        ("How about a Two Tower model for that?", "named two-tower model"),
        ("Would you run an A/B test?", "named A/B tests"),
        ("How do you serve 5,000 requests?", "brought up the figure 5,000"),
        ("Great point! Why that?", "praised: Great"),
        ("You would use trees.", "asked nothing"),
        ("", "said nothing"),
    ],
)
def test_refuses(text: str, refusal: str) -> None:
    filter_ = guard()
    shown = say(filter_, text)
    assert filter_.refusal == refusal
    assert all("boosting" not in s and "XGBoost" not in s and "5,000" not in s for s in shown)


def test_what_the_candidate_has_named_may_be_said() -> None:
    filter_ = guard("I would take XGBoost at 5,000 requests a second")
    say(filter_, "Why gradient boosting at 5,000 requests?")
    assert filter_.refusal is None


def test_only_the_first_question_is_let_through() -> None:
    filter_ = guard()
    say(filter_, "What breaks first? And what would you do about it? Tell me more.")
    assert filter_.released == "What breaks first?"
    assert filter_.refusal is None


def test_a_turn_that_need_not_ask_may_state() -> None:
    filter_ = guard(asks=False)
    say(filter_, "Please go on.")
    assert (filter_.released, filter_.refusal) == ("Please go on.", None)


def test_stops_at_the_length_limit() -> None:
    filter_ = guard(max_words=5)
    say(filter_, "one two three four five six seven?")
    assert filter_.refusal == "too long"


def test_strips_what_models_put_around_a_line() -> None:
    filter_ = guard()
    say(filter_, 'Interviewer: "What breaks first?"')
    assert filter_.released == "What breaks first?"


def test_nothing_comes_after_a_refusal() -> None:
    filter_ = guard()
    filter_.feed("Excellent! ")
    assert not filter_.feed("What breaks first? ")
    assert filter_.released == ""
