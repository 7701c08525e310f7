"""Reading a text sentence by sentence."""

import pytest

from interviewer.domain.sentences import is_question, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ('He said "no." Then yes.', ['He said "no."', "Then yes."]),
        ("About 3.5 seconds. Done.", ["About 3.5 seconds.", "Done."]),
        (
            "Rules, e.g. limits, i.e. caps, vs. nothing.",
            ["Rules, e.g. limits, i.e. caps, vs. nothing."],
        ),
        ("One line\n\n  another line\r\nlast", ["One line", "another line", "last"]),
        ("- first\n* second\n• third", ["first", "second", "third"]),
        ("1. first\n2) second\n 3. third", ["first", "second", "third"]),
        ("... !\n--", []),
        ("", []),
    ],
)
def test_a_text_is_split_into_sentences_and_list_items(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_every_sentence_is_a_verbatim_part_of_its_text() -> None:
    text = "1. First,  we split.\n2. Then we (maybe) look. Why? Because."

    assert all(part in text for part in sentences(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "Who uses it?",
        'Is it "fast?"',
        "what is the latency budget",
        "And so, how many users do we have",
        "Just to clarify: is there a budget",
        "Tell me about the traffic",
        "I'd like to know the budget",
        "I wonder if labels are late",
        "Can I assume that labels exist.",
        "Are we limited to Europe? I think so.",
        "So labels come from analysts, right?",
    ],
)
def test_a_question_is_one_with_or_without_its_mark(sentence: str) -> None:
    assert is_question(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "We serve it in batch.",
        "What matters here is recall.",
        "How I would do it:",
        "When labels arrive, we retrain.",
        "Whatever comes first",
        "I would like to start with the data",
        "The candidates are right",
    ],
)
def test_a_statement_is_no_question(sentence: str) -> None:
    assert not is_question(sentence)
