"""The plans."""

import pytest

from interviewer.domain.rubric import CompetencyId
from interviewer.domain.stages import ALWAYS_PROBED, LENGTHS, PLANS, TITLES, StageId, stage_end


def test_there_is_a_plan_for_each_length() -> None:
    assert tuple(PLANS) == LENGTHS


@pytest.mark.parametrize("minutes", LENGTHS)
def test_the_stages_fill_the_interview(minutes: int) -> None:
    assert sum(stage.minutes for stage in PLANS[minutes]) == minutes
    assert stage_end(minutes, PLANS[minutes][-1].id) == minutes


@pytest.mark.parametrize("minutes", LENGTHS)
def test_the_stages_come_in_their_order_from_framing_to_wrap_up(minutes: int) -> None:
    ids = [stage.id for stage in PLANS[minutes]]

    assert ids == [stage for stage in StageId if stage in ids]
    assert (ids[0], ids[-1]) == (StageId.FRAMING, StageId.WRAP_UP)


@pytest.mark.parametrize("minutes", LENGTHS)
def test_a_plan_opens_with_framing_and_contains_what_is_always_probed(minutes: int) -> None:
    agenda = [competency for stage in PLANS[minutes] for competency in stage.agenda]

    assert agenda[0] is CompetencyId.FRAMING
    assert set(ALWAYS_PROBED) <= set(agenda)


@pytest.mark.parametrize("minutes", [45, 60])
def test_the_longer_plans_ask_about_every_competency(minutes: int) -> None:
    agenda = {competency for stage in PLANS[minutes] for competency in stage.agenda}

    assert agenda == set(CompetencyId)


def test_only_an_hour_has_a_deep_dive() -> None:
    assert [m for m in LENGTHS if StageId.DEEP_DIVE in {s.id for s in PLANS[m]}] == [60]


def test_a_stage_ends_when_it_and_those_before_it_are_over() -> None:
    assert [stage_end(45, stage.id) for stage in PLANS[45]] == [6, 11, 20, 29, 35, 41, 45]


def test_a_stage_that_a_plan_lacks_has_no_end() -> None:
    with pytest.raises(ValueError, match="an interview of 15 minutes has no stage outline"):
        stage_end(15, StageId.OUTLINE)


def test_every_stage_has_a_title() -> None:
    assert [stage.title for stage in PLANS[60]] == list(TITLES.values())
