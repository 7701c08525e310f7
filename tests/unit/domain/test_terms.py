"""The lexicon: what a text names."""

import pytest
from pydantic import ValidationError

from interviewer.domain.library import Knowledge
from interviewer.domain.terms import Lexicon, Term

LEXICON = Lexicon.of(
    [
        Term(name="A/B test", aliases=["split test"], family="evaluation"),
        Term(name="two-tower model", aliases=["dual encoder"], family="modelling"),
        Term(name="p99", family="serving"),
        Term(name="precision", family="evaluation"),
        Term(name="precision at k", family="evaluation"),
        Term(name="Cohen's kappa", family="data"),
    ],
    extra=["re-ranking"],
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We run an A/B test.", ["A/B test"]),
        ("we run two split tests", ["A/B test"]),
        ("A Two‑Tower  Model, or two tower\nmodels?", ["two-tower model"]),
        ("a dual-encoder", ["two-tower model"]),
        ("reranking, re ranking", ["re-ranking"]),
        ("precision at k, then precision", ["precision at k", "precision"]),
        ("precision at least", ["precision"]),
        ("Cohen's kappa", ["Cohen's kappa"]),
        ("Cohen’s kappa", ["Cohen's kappa"]),
        ("p99 and split test", ["p99", "A/B test"]),
        ("precision; a split test; precision again", ["precision", "A/B test"]),
        ("p99.9", []),
        ("p99.", ["p99"]),
        ("imprecision", []),
        ("precisions/recall", []),
        ("", []),
    ],
)
def test_a_text_names_terms_as_whole_words_in_any_form(text: str, named: list[str]) -> None:
    assert LEXICON.find(text) == named


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("we could use a two", True),
        ("we could use a two-tower", True),
        ("Precision at", True),
        ("we want precision", True),
        ("as Cohen’s", True),
        ("we could use a two-tower model", False),
        ("two more", False),
        ("at", False),
        ("", False),
    ],
)
def test_the_beginning_of_a_longer_term_is_waited_for(text: str, may: bool) -> None:
    assert LEXICON.may_continue(text) is may


def test_an_empty_lexicon_finds_nothing() -> None:
    empty = Lexicon.of([])

    assert empty.find("an A/B test") == []
    assert not empty.may_continue("an A/B")


def test_a_term_needs_a_name() -> None:
    with pytest.raises(ValidationError):
        Term(name=" ", family="data")


def test_every_form_of_the_real_lexicon_is_found_and_waited_for(knowledge: Knowledge) -> None:
    for scenario in knowledge.scenarios.values():
        lexicon = Lexicon.of(knowledge.terms, scenario.solution_terms)
        for form, name in lexicon.names.items():
            assert name in lexicon.find(f"We use {form} here.")
            words = form.split()
            for n in range(1, len(words)):
                assert lexicon.may_continue(f"We use {' '.join(words[:n])}"), form
