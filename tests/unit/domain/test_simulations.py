"""What holds for every move of every interview, over the real content."""

from collections.abc import Iterator
from functools import cache

import pytest

from interviewer.domain.director import FIRST_DEPTH, LAST_DEPTH, MAX_FOLLOW_UPS
from interviewer.domain.events import Mode
from interviewer.domain.library import Knowledge
from interviewer.domain.move import ASKS_ANEW, CORE, REVEAL_HINT, TOP_HINT, Closing, Move, MoveKind
from interviewer.domain.phrases import Phrasebook
from interviewer.domain.rubric import CompetencyId, Level
from interviewer.domain.stages import ALWAYS_PROBED, LENGTHS, PLANS, StageId
from interviewer.domain.terms import Lexicon
from tests.support.candidates import KINDS, TOO_MANY, Played, play
from tests.support.interviews import started

MAX_WORDS = 60
Interviews = list[list[Played]]


@pytest.fixture(scope="session", params=enumerate(KINDS), ids=list(KINDS))
def interviews(request: pytest.FixtureRequest, knowledge: Knowledge) -> Interviews:
    """Interviews of every length and level with one kind of candidate; scenarios take turns."""
    seed, kind = request.param
    scenarios, modes = list(knowledge.scenarios), list(Mode)
    return [
        play(
            started(
                level=level,
                minutes=minutes,
                mode=modes[(seed + i + j) % len(modes)],
                scenario=scenarios[(seed + i + j) % len(scenarios)],
            ),
            kind,
            seed,
            knowledge,
        )
        for i, level in enumerate(Level)
        for j, minutes in enumerate(LENGTHS)
    ]


def moves_of(played: list[Played]) -> list[Move]:
    return [turn.move for turn in played]


# What the director decides.


def test_it_ends_and_says_why(interviews: Interviews) -> None:
    for played in interviews:
        assert len(played) < TOO_MANY
        assert [m.kind for m in moves_of(played)].count(MoveKind.CLOSE) == 1
        assert played[-1].move.closing in {Closing.TIME, Closing.COVERED}


def test_after_its_time_only_what_is_owed_is_asked(interviews: Interviews) -> None:
    for played in interviews:
        minutes = played[0].before.started.minutes
        late = [t for t in played if t.before.seconds >= minutes * 60]
        for turn in late[:-1]:
            assert turn.move.kind is MoveKind.PROBE
            assert turn.move.competency in ALWAYS_PROBED
            assert turn.move.competency not in turn.before.probed


def test_scaling_evaluation_and_tradeoffs_are_always_probed(interviews: Interviews) -> None:
    for played in interviews:
        asked = {m.competency for m in moves_of(played) if m.kind in ASKS_ANEW}
        assert asked >= set(ALWAYS_PROBED)


def test_no_probe_is_put_twice(interviews: Interviews) -> None:
    for played in interviews:
        put = [m.probe for m in moves_of(played) if m.kind in ASKS_ANEW and m.probe]
        assert len(put) == len(set(put))


def test_no_probe_is_deeper_than_the_level(interviews: Interviews, knowledge: Knowledge) -> None:
    for played in interviews:
        setup = played[0].before.started
        own = {p.id: p for p in knowledge.scenarios[setup.scenario].probes}
        depths = {(knowledge.probes | own)[m.probe].depth for m in moves_of(played) if m.probe}
        assert max(depths) <= LAST_DEPTH[setup.level]
        assert FIRST_DEPTH[setup.level] in depths


def test_stages_come_in_order(interviews: Interviews) -> None:
    for played in interviews:
        order = [s.id for s in PLANS[played[0].before.started.minutes]]
        places = [order.index(m.stage) for m in moves_of(played)]
        assert places == sorted(places)


def test_a_stage_has_at_most_one_core_question_for_each_item_of_its_agenda(
    interviews: Interviews,
) -> None:
    for played in interviews:
        for stage in PLANS[played[0].before.started.minutes]:
            asked = [m for m in moves_of(played) if m.stage is stage.id and m.kind in CORE]
            plain = [m for m in asked if m.kind is not MoveKind.CURVEBALL]
            assert len(plain) <= len(stage.agenda)
            assert {m.competency for m in plain} <= set(stage.agenda)


def test_one_curveball_is_thrown_late_unless_the_time_ran_out(interviews: Interviews) -> None:
    for played in interviews:
        kinds = [m.kind for m in moves_of(played)]
        time_ran_out = played[-1].before.seconds >= played[0].before.started.minutes * 60
        assert kinds.count(MoveKind.CURVEBALL) == 1 or (
            time_ran_out and MoveKind.CURVEBALL not in kinds
        )
        if MoveKind.CURVEBALL in kinds:
            after = moves_of(played)[kinds.index(MoveKind.CURVEBALL) :]
            assert {m.stage for m in after} == {StageId.WRAP_UP}


def test_no_subject_is_pressed_too_hard(interviews: Interviews) -> None:
    for played in interviews:
        for subject in subjects(moves_of(played)):
            kinds = [m.kind for m in subject]
            assert kinds.count(MoveKind.FOLLOW_UP) <= MAX_FOLLOW_UPS
            assert kinds.count(MoveKind.DEEPEN) <= 1
            assert kinds.count(MoveKind.FOCUS) <= 1
            rungs = [m.rung for m in subject if m.rung is not None]
            assert rungs == sorted(set(rungs))
        errors = [m.error for m in moves_of(played) if m.error]
        assert len(errors) == len(set(errors))


def test_hints_climb_one_level_at_a_time_and_no_further_than_the_mode_allows(
    interviews: Interviews,
) -> None:
    for played in interviews:
        coaching = played[0].before.started.mode is Mode.COACHING
        levels: list[int] = []
        for move in moves_of(played):
            if move.kind in ASKS_ANEW:
                levels = []
            if move.hint_level is not None:
                levels.append(move.hint_level)
            assert levels == list(range(1, len(levels) + 1))
            assert len(levels) <= (REVEAL_HINT if coaching else TOP_HINT)


def subjects(moves: list[Move]) -> Iterator[list[Move]]:
    """The moves of each subject, the core question first."""
    starts = [n for n, move in enumerate(moves) if move.kind in CORE]
    for start, end in zip(starts, [*starts[1:], len(moves)], strict=True):
        yield moves[start:end]


# What is said.


def test_a_turn_asks_at_most_one_question(interviews: Interviews) -> None:
    for played in interviews:
        for turn in played:
            assert turn.wording.text.count("?") <= 1, turn.wording.text


def test_a_turn_is_short(interviews: Interviews) -> None:
    for played in interviews:
        for turn in played[1:]:
            assert len(turn.wording.text.split()) <= MAX_WORDS, turn.wording.text


def test_nothing_is_said_twice_before_there_is_nothing_else_to_say(
    interviews: Interviews, knowledge: Knowledge
) -> None:
    for played in interviews:
        for turn in played:
            if turn.wording.text not in turn.before.spoken:
                continue
            said = "\n".join(turn.before.spoken)
            left = [line for line in lines_for(turn, knowledge.phrases) if line not in said]
            assert not left, turn.wording.text


def lines_for(turn: Played, p: Phrasebook) -> list[str]:
    """The lines that carry a turn by themselves; a turn that has none may never be repeated."""
    move = turn.move
    if move.kind is MoveKind.FOLLOW_UP:
        rung = p.rungs[(move.rung or 1) - 1]
        lines = rung.with_term if move.about else rung.plain
        return [line.format(term=move.about) for line in lines]
    if move.kind is MoveKind.REVEAL_FACT:
        pools = (p.more_facts, p.go_on, p.conclude)
        return next(pool for pool in pools if turn.wording.question in pool)
    return {
        MoveKind.STATE_ASSUMPTION: p.assume,
        MoveKind.FIRST_PRINCIPLES: p.first_principles,
        MoveKind.DECLINE: p.decline,
        MoveKind.REDIRECT: p.redirect,
        MoveKind.WAIT: p.wait,
        MoveKind.GO_AHEAD: p.go_ahead,
        MoveKind.FOCUS: p.focus,
    }.get(move.kind, [f"There is no other way to put this {move.kind}."])


@cache
def named_in(lexicon: "Named", text: str) -> frozenset[str]:
    return frozenset(lexicon.lexicon.find(text))


class Named:
    """A lexicon whose findings are remembered; the interviews share most of their turns."""

    def __init__(self, knowledge: Knowledge, scenario: str) -> None:
        case = knowledge.scenarios[scenario]
        self.lexicon = Lexicon.of(knowledge.terms, case.solution_terms)
        self.facts = case.facts_by_key


def test_no_technique_is_named_before_the_candidate_names_it(
    interviews: Interviews, knowledge: Knowledge
) -> None:
    lexicons = {slug: Named(knowledge, slug) for slug in knowledge.scenarios}
    for played in interviews:
        lexicon = lexicons[played[0].before.started.scenario]
        revealed: set[str] = set()
        for turn in played:
            known = set(revealed)
            for term in turn.before.terms_named:
                known |= {term} | named_in(lexicon, term)
            for key in (*turn.before.facts_told, *turn.move.facts):
                known |= named_in(lexicon, lexicon.facts[key].value)
            said = named_in(lexicon, turn.wording.text)
            if turn.move.hint_level == REVEAL_HINT:
                revealed |= said
                continue
            assert said <= known, turn.wording.text


def test_every_competency_that_is_asked_about_is_one_of_the_plan(interviews: Interviews) -> None:
    for played in interviews:
        planned: set[CompetencyId] = {
            c for stage in played[0].before.plan for c in stage.agenda
        } | {CompetencyId.TRADEOFFS}
        asked = {m.competency for m in moves_of(played) if m.kind in ASKS_ANEW}
        assert asked <= planned
