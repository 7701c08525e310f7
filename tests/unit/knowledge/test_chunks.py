"""Cutting the knowledge into chunks."""

from collections import Counter

from tokenizers import BertWordPieceTokenizer

from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import CompetencyId, Level
from interviewer.knowledge.chunks import (
    GUIDE_WORDS,
    TEACHING,
    Chunk,
    Kind,
    Polarity,
    chunks_of,
)
from interviewer.knowledge.embedding import MAX_TOKENS, VOCABULARY
from interviewer.knowledge.sections import sections_of


def of_kind(knowledge: Knowledge, kind: Kind) -> list[Chunk]:
    return [chunk for chunk in chunks_of(knowledge) if chunk.kind == kind]


def passages_of(knowledge: Knowledge) -> list[Chunk]:
    """The guide's own text, without the ways of asking for it."""
    return [c for c in of_kind(knowledge, Kind.GUIDE) if not c.id.endswith("/asked")]


def test_ids_are_unique_and_stable(knowledge: Knowledge) -> None:
    chunks = chunks_of(knowledge)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert chunks_of(knowledge) == chunks
    assert set(Counter(chunk.kind for chunk in chunks)) == set(Kind) - {Kind.DOCUMENT}


def test_no_chunk_is_longer_than_the_embedder_reads(knowledge: Knowledge) -> None:
    tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
    texts = {text for chunk in chunks_of(knowledge) for text in chunk.wordings}
    long = [text for text in texts if len(tokenizer.encode(text)) > MAX_TOKENS]
    assert long == []


def test_a_chunk_of_the_guide_starts_with_its_headings(knowledge: Knowledge) -> None:
    page = knowledge.guide["data"]
    chunks = [c for c in passages_of(knowledge) if c.ref.startswith("data#")]
    assert {chunk.competency for chunk in chunks} == {CompetencyId.DATA}
    assert all(chunk.scenario is None for chunk in chunks)
    for chunk in chunks:
        assert chunk.title.startswith(f"{page.title}: ")
        assert chunk.text == f"{chunk.title}\n{chunk.body}"
        assert len(chunk.body.split()) <= GUIDE_WORDS or "\n\n" not in chunk.body
    assert "data#senior" in {chunk.ref for chunk in chunks}


def test_a_section_of_the_guide_is_also_found_by_what_is_said_about_its_signal(
    knowledge: Knowledge,
) -> None:
    chunks = {c.ref: c for c in passages_of(knowledge)}
    signal = knowledge.rubric.signals["data.point_in_time"]
    asked = knowledge.guide["data"].asked
    assert chunks["data#join-as-of-the-events-time"].also == (
        "Join as of the event's time",
        signal.wording,
        *signal.shown,
        *signal.not_shown,
        *asked["join-as-of-the-events-time"],
    )
    assert chunks["data#senior"].also == ("Senior", *asked["senior"])


def test_the_ways_of_asking_for_a_section_lead_to_its_first_passage(knowledge: Knowledge) -> None:
    asked = knowledge.guide["data"].asked["join-as-of-the-events-time"]
    (chunk,) = (c for c in of_kind(knowledge, Kind.GUIDE) if c.text == asked[0])
    assert chunk.wordings == tuple(asked)
    first = next(c for c in passages_of(knowledge) if c.ref == chunk.ref)
    assert (chunk.body, chunk.title, chunk.competency) == (
        first.body,
        first.title,
        first.competency,
    )


def test_every_page_of_a_competency_teaches_its_signals_in_order(knowledge: Knowledge) -> None:
    for competency in knowledge.rubric.competencies:
        sections = sections_of(knowledge.guide[competency.id].body)
        teaching = [section for section in sections if section.headings[:-1] == (TEACHING,)]
        assert len(teaching) == len(competency.signals)


def test_a_probe_is_also_found_by_its_hints_and_by_what_is_said_about_its_signal(
    knowledge: Knowledge,
) -> None:
    probe = knowledge.probes["data-where-from"]
    chunk, heard = [c for c in of_kind(knowledge, Kind.PROBE) if c.ref == probe.id]
    signal = knowledge.rubric.signals["data.sources"]
    assert chunk.text == probe.text
    assert {probe.hints.restate, probe.hints.reveal, *signal.shown} < set(chunk.also)
    assert set(probe.heard) < set(chunk.also)
    assert heard.wordings == tuple(probe.heard)
    assert heard.body == probe.text


def test_the_guide_loses_no_text(knowledge: Knowledge) -> None:
    for page in knowledge.guide.values():
        lines = {line for line in page.body.splitlines() if line.strip()}
        lines = {line for line in lines if not line.startswith("#")}
        bodies = [c.body for c in of_kind(knowledge, Kind.GUIDE) if c.ref.startswith(page.slug)]
        assert lines <= {line for body in bodies for line in body.splitlines()}


def test_every_way_of_asking_for_a_fact_leads_to_it(knowledge: Knowledge) -> None:
    scenario = knowledge.scenarios["payment-fraud"]
    chunks = [c for c in of_kind(knowledge, Kind.FACT) if c.scenario == "payment-fraud"]
    fact = scenario.facts[0]
    own = [chunk for chunk in chunks if chunk.ref == fact.key]
    assert [chunk.text for chunk in own] == [fact.value, *fact.ask]
    assert {chunk.body for chunk in own} == {fact.value}
    assert {chunk.ref for chunk in chunks} == set(scenario.facts_by_key)


def test_a_case_is_cut_into_its_parts(knowledge: Knowledge) -> None:
    scenario = knowledge.scenarios["payment-fraud"]
    chunks = [c for c in of_kind(knowledge, Kind.SCENARIO) if c.scenario == "payment-fraud"]
    assert len({chunk.ref for chunk in chunks}) == len(chunks)
    assert [c.body for c in chunks if c.ref == "payment-fraud#prompt"] == [scenario.prompt]
    traps = [c for c in chunks if "#trap" in c.ref]
    assert [(c.competency, c.body) for c in traps] == [
        (t.competency, t.text) for t in scenario.traps
    ]
    for level in Level:
        assert [c.body for c in chunks if c.level == level] == scenario.expectations[level]
    assert set(scenario.constraints) <= {chunk.body for chunk in chunks}


def test_probes_of_the_bank_belong_to_no_case(knowledge: Knowledge) -> None:
    chunks = of_kind(knowledge, Kind.PROBE)
    assert {c.ref for c in chunks if c.scenario is None} == set(knowledge.probes)
    for slug, scenario in knowledge.scenarios.items():
        own = dict.fromkeys(c.ref for c in chunks if c.scenario == slug)
        assert list(own) == [p.id for p in scenario.probes]
    assert all(chunk.competency for chunk in chunks)


def test_examples_say_what_they_show(knowledge: Knowledge) -> None:
    signal = knowledge.rubric.signals["data.point_in_time"]
    chunks = [c for c in of_kind(knowledge, Kind.EXAMPLE) if c.ref == signal.id]
    assert [c.body for c in chunks if c.polarity is None] == [signal.wording]
    shown = [c.body for c in chunks if c.polarity is Polarity.SHOWN]
    answers = [p.hints.reveal for p in knowledge.probes.values() if p.signals[0] == signal.id]
    assert set(shown) >= {*signal.shown, *answers}
    assert [c.body for c in chunks if c.polarity is Polarity.NOT_SHOWN] == signal.not_shown
    assert {c.competency for c in chunks} == {CompetencyId.DATA}


def test_critical_errors_belong_to_their_case(knowledge: Knowledge) -> None:
    error = knowledge.scenarios["payment-fraud"].critical_errors[0]
    chunks = [
        c
        for c in of_kind(knowledge, Kind.ERROR)
        if (c.scenario, c.ref) == ("payment-fraud", error.id)
    ]
    assert [c.body for c in chunks if c.polarity is None] == [error.text]
    assert [c.body for c in chunks if c.polarity is Polarity.SHOWN] == error.shown
    assert [c.body for c in chunks if c.polarity is Polarity.NOT_SHOWN] == error.not_shown
    assert {c.competency for c in chunks} == {error.competency}
