"""Cutting documents into passages."""

from interviewer.documents.passages import PIECE, passages_of
from interviewer.documents.reading import read_document
from interviewer.knowledge.chunks import Kind
from tests.support.pdf import pdf


def test_a_passage_is_marked_and_says_where_it_stands() -> None:
    document = read_document(b"# Guide\n\n## Data\n\nLabels arrive late.", "guide.md")
    (passage,) = passages_of(document)
    assert passage.kind is Kind.DOCUMENT
    assert passage.title == "yours: Guide: Data"
    assert passage.text == "Guide: Data\nLabels arrive late."
    assert passage.body == "Labels arrive late."
    assert passage.ref == f"{document.id}#0"


def test_a_passage_of_a_pdf_says_its_page() -> None:
    passages = passages_of(read_document(pdf(["One."], ["Two."]), "guide.pdf"))
    assert [p.title for p in passages] == ["yours: guide, page 1", "yours: guide, page 2"]


def test_passages_are_whole_paragraphs_or_sentences_and_lose_nothing() -> None:
    sentence = "Labels that arrive late look negative at first. "
    word = "x" * (2 * PIECE)
    text = f"Short.\n\n{sentence * 60}\n\n{word}\n\nShort again."
    passages = passages_of(read_document(text.encode(), "guide.txt"))
    assert all(len(passage.body) <= PIECE for passage in passages)
    assert "".join("".join(p.body.split()) for p in passages) == "".join(text.split())
    assert passages[0].body.startswith("Short.\nLabels")
    assert passages[0].body.endswith("at first.")
    assert len({passage.id for passage in passages}) == len(passages)
