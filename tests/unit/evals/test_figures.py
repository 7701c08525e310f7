"""Figures in prose: what counts as a claim, and which amounts compete."""

import pytest

from evals.figures import amounts, claims


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("It costs 2.5 million euros and 40 ms.", ["2.5 million", "40 ms"]),
        ("Ten per cent, 99.9%, an AUC of 0.63.", ["Ten per cent", "99.9%", "0.63"]),
        ("At 1,500 requests and 64 GB for $3.", ["1,500", "64 GB", "$3"]),
        ("In 2019, F1 at p99 took two minutes in 3 parts of int8.", []),
    ],
)
def test_a_claim_is_a_number_with_a_unit_a_share_or_a_magnitude(
    text: str, figures: list[str]
) -> None:
    assert [figure.group() for figure in claims(text)] == figures


@pytest.mark.parametrize(
    ("text", "value", "of"),
    [
        ("About 300,000 small online shops.", 300_000, ("shop", "", "")),
        ("about forty million euros a year", 40_000_000, ("", "euro", "year")),
        ("Two hundred and fifty visits per day", 250, ("visit", "", "day")),
        ("Ninety-one photos", 91, ("photo", "", "")),
        ("0.4 per cent of all payments", 0.4, ("payment", "per cent", "")),
        ("2.5 thousand nurses", 2500, ("nurse", "", "")),
    ],
)
def test_an_amount_says_of_what_it_is(text: str, value: float, of: tuple[str, str, str]) -> None:
    [amount] = amounts(text)
    assert (amount.value, amount.of) == (pytest.approx(value), of)


@pytest.mark.parametrize(
    "text", ["It takes ten minutes.", "one of the shops", "thousands of shops"]
)
def test_a_bare_measure_or_a_vague_number_is_no_amount(text: str) -> None:
    assert list(amounts(text)) == []


@pytest.mark.parametrize(
    ("first", "second", "rivals"),
    [
        ("nine hundred articles", "1,200 articles", True),
        ("nine hundred articles", "920 articles", False),
        ("nine hundred articles", "thirty articles", False),
        ("nine hundred articles", "1,200 letters", False),
        ("sixty payments a second", "seventy payments a day", False),
    ],
)
def test_amounts_of_one_thing_compete_when_they_are_near_but_not_the_same(
    first: str, second: str, rivals: bool
) -> None:
    [one], [other] = amounts(first), amounts(second)
    assert one.rivals(other) is rivals
