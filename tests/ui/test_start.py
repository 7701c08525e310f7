from datetime import UTC, datetime
from pathlib import Path

from interviewer.domain.events import Action
from interviewer.domain.library import Knowledge
from interviewer.ui.start import card, cases_filter, model_panel, sessions_list
from tests.support.program import Program, opened, said


def test_a_card_has_the_title_on_its_first_line(knowledge: Knowledge) -> None:
    scenario = knowledge.scenarios["payment-fraud"]
    assert card(scenario).split("\n") == [scenario.title, scenario.industry, scenario.summary]


def test_the_filter_offers_every_industry_once(knowledge: Knowledge) -> None:
    scenarios = knowledge.scenarios.values()
    html = cases_filter(scenarios)
    assert f"{len(scenarios)} cases" in html
    industries = {scenario.industry for scenario in scenarios}
    assert all(html.count(f'value="{industry}"') == 1 for industry in industries)
    assert html.count('type="radio"') == len(industries) + 1


def test_the_panel_says_that_no_model_is_at_work() -> None:
    panel = model_panel(None, "built-in")
    assert "built-in, no model" in panel
    assert "does not understand everything" in panel
    for setting in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "INTERVIEWER_MODEL", "make run-local"):
        assert setting in panel


def test_the_panel_names_the_model_escaped() -> None:
    panel = model_panel("<llama>", "<llama>")
    assert "&lt;llama&gt;" in panel
    assert "<llama>" not in panel


async def test_earlier_sessions_link_to_resume_or_report(program: Program, tmp_path: Path) -> None:
    async with program.service(tmp_path) as service:
        unanswered = await opened(service)
        open_one = await said(service, await opened(service), "I would first ask for the goal.")
        closed = await said(service, await opened(service), "The goal is fewer losses.")
        closed = await said(service, closed, action=Action.END)
        html = sessions_list(await service.sessions())
    assert unanswered.id not in html
    assert f'<a href="?session={open_one.id}">Resume' in html
    assert f'<a href="?session={closed.id}">Report' in html
    assert f"{datetime.now(UTC):%b %Y}" in html


def test_without_earlier_sessions_there_is_no_list() -> None:
    assert sessions_list([]) == ""
