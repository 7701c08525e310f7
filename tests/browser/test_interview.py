import json
import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Server, Watch

ANSWERS = [
    "The goal is fewer losses; a block costs the merchant an honest customer, so we weigh both.",
    "One example is one payment attempt, and the label is a chargeback within 90 days.",
    "How many payments arrive in a second?",
    "I would start with gradient boosting on account and merchant aggregates, because it is cheap.",
    "I would split by time, so that no later chargeback leaks into training.",
    "We need an answer within 100 ms at the 99th percentile, with a rule as the fallback.",
]


async def begin(page: Page, server: Server, mode: str = "Coaching") -> None:
    """Start an interview on card fraud and wait for its opening."""
    await page.goto(server.url)
    await page.get_by_role("radiogroup", name="Case").get_by_text("Card fraud").click()
    await page.get_by_role("radio", name=re.compile(f"^{mode}")).check()
    await page.get_by_role("button", name="Start the interview").click()
    await expect(messages(page)).to_have_count(1)
    await expect(page.locator("#send")).to_be_enabled()


def messages(page: Page) -> Locator:
    return page.locator("#chat .message")


async def answer(page: Page, text: str) -> None:
    """Send an answer and wait for the reply to it."""
    before = await messages(page).count()
    await page.get_by_label("Your answer").fill(text)
    await page.get_by_label("Your answer").press("Enter")
    await expect(messages(page)).to_have_count(before + 2)
    await expect(page.locator("#send")).to_be_enabled()
    await expect(page.get_by_label("Your answer")).to_have_value("")


async def end(page: Page) -> None:
    """End the interview and go to its report."""
    await page.get_by_role("button", name="End interview").click()
    await page.get_by_role("button", name="End now").click()
    await page.get_by_role("button", name="Show the report").click()
    await expect(page.locator("article.report")).to_be_visible()


async def downloaded(page: Page, link: str, folder: Path) -> str:
    async with page.expect_download() as download:
        await page.locator(link).click()
    await (await download.value).save_as(folder / "report")
    return (folder / "report").read_text(encoding="utf-8")


async def test_an_interview_from_start_to_report(
    page: Page, server: Server, tmp_path: Path
) -> None:
    await begin(page, server)
    for text in ANSWERS:
        await answer(page, text)
    quotes = page.locator(".live details[open] blockquote")
    await expect(page.locator(".live details").first).to_be_visible()
    if not await quotes.count():  # two competencies were scored at once, and neither is unfolded
        await page.locator(".live summary").first.click()
    await expect(quotes.first).to_be_visible()
    await page.get_by_role("button", name="Hint").click()
    await expect(messages(page)).to_have_count(3 + 2 * len(ANSWERS))
    await expect(quotes.first).to_be_visible()
    await end(page)
    await expect(page.locator(".report")).to_contain_text("From the guide:")
    await expect(page.locator(".transcript li")).to_have_count(5 + 2 * len(ANSWERS))
    await page.locator(".chart a").last.click()
    await expect(page.locator("details.competency").last).to_have_attribute("open", "")
    await page.locator("details.competency[open] .source a").first.click()
    await expect(page.locator(".transcript li:target")).to_be_in_viewport()

    report = json.loads(await downloaded(page, "#json", tmp_path))
    assert [t["text"] for t in report["transcript"]["turns"]][1] == ANSWERS[0]
    assert "scorecard" in report
    assert f"> {ANSWERS[0]}" in await downloaded(page, "#markdown", tmp_path)

    await page.reload()
    await expect(page.locator("article.report")).to_be_visible()
    await page.get_by_role("button", name="New interview").click()
    await expect(page.locator(".sessions")).to_contain_text("Report")
    await expect(page).to_have_url(f"{server.url}/")


async def test_a_reload_and_a_new_tab_resume_on_the_spot(
    page: Page, watch: Watch, server: Server
) -> None:
    await begin(page, server, mode="Realistic")
    await answer(page, ANSWERS[0])
    said = await messages(page).all_inner_texts()
    await page.reload()
    await expect(messages(page)).to_have_text(said)
    again = await watch.context.new_page()
    await again.goto(server.url)
    await expect(messages(again)).to_have_text(said)
    await expect(again.locator(".live")).to_contain_text("the score comes at the end")
    await again.get_by_role("button", name="Leave").click()
    await expect(again.locator("#begin")).to_be_visible()
    await again.get_by_role("link", name="Resume").first.click()
    await expect(messages(again)).to_have_text(said)


async def test_a_candidates_html_is_shown_and_not_run(page: Page, server: Server) -> None:
    evil = (
        "Our goal is fewer losses for the merchants, "
        "<img src=x onerror=\"document.title='run'\"><b>bold</b> & **stars** $$x$$ "
        "<script>document.title='run'</script>"
    )
    await begin(page, server)
    await answer(page, evil)
    await expect(messages(page).nth(1)).to_have_text(evil)
    await expect(page.locator(".live")).to_contain_text("Problem framing")
    await end(page)
    await expect(page.locator(".report")).to_contain_text("From the guide:")
    await expect(page.locator("#turn-2 .text")).to_have_text(evil)
    assert await page.title() == "ML system design interviewer"
    assert await page.locator(".report img, .report b:text('bold')").count() == 0


async def test_a_refused_message_stays_in_the_box(page: Page, server: Server) -> None:
    await begin(page, server)
    box = page.get_by_label("Your answer")
    await box.fill("   ")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("The message is empty")
    await box.fill("x" * 9000)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("Shorten it")
    await expect(box).to_have_value("x" * 9000)
    await expect(messages(page)).to_have_count(1)


async def test_shift_enter_starts_a_line_and_enter_sends(page: Page, server: Server) -> None:
    await begin(page, server)
    box = page.get_by_label("Your answer")
    await box.press_sequentially("The goal is fewer losses.")
    await box.press("Shift+Enter")
    await box.press_sequentially("Then cost.")
    await expect(box).to_have_value("The goal is fewer losses.\nThen cost.")
    await box.press("Enter")
    await expect(messages(page)).to_have_count(3)
    await expect(messages(page).nth(1)).to_contain_text("Then cost.")


async def test_ending_asks_first(page: Page, server: Server) -> None:
    await begin(page, server)
    await page.get_by_role("button", name="End interview").click()
    await page.get_by_role("button", name="Keep going").click()
    await expect(page.get_by_role("button", name="End interview")).to_be_visible()
    await expect(messages(page)).to_have_count(1)


async def test_two_tabs_cannot_answer_one_turn(page: Page, watch: Watch, server: Server) -> None:
    await begin(page, server)
    other = await watch.context.new_page()
    await other.goto(page.url)
    await expect(messages(other)).to_have_count(1)
    await answer(page, ANSWERS[0])
    await other.get_by_label("Your answer").fill(ANSWERS[1])
    await other.get_by_role("button", name="Send").click()
    await expect(other.get_by_role("alert")).to_contain_text("another window")
    await expect(other.get_by_label("Your answer")).to_have_value(ANSWERS[1])
    await other.get_by_role("link", name="Reload").click()
    await expect(messages(other)).to_have_count(3)
    await answer(other, ANSWERS[1])


async def test_the_choices_are_one_stop_each_for_the_keyboard(page: Page, server: Server) -> None:
    await page.goto(server.url)
    level = page.get_by_role("radiogroup", name="Level")
    await level.get_by_role("radio", name="Senior").focus()
    await page.keyboard.press("ArrowRight")
    await expect(level.get_by_role("radio", name="Staff")).to_be_checked()
    await page.keyboard.press("Tab")
    length = page.get_by_role("radiogroup", name="Length")
    await expect(length.get_by_role("radio", name="45 min")).to_be_focused()


async def test_a_narrow_screen_needs_no_sideways_scrolling(page: Page, server: Server) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    await page.goto(server.url)
    await expect(page.locator(".model")).to_be_visible()
    assert await page.evaluate(width) == 390
    await begin(page, server)
    await answer(page, "An answer with one very long word: " + "x" * 300)
    assert await page.evaluate(width) == 390
    await end(page)
    assert await page.evaluate(width) == 390


async def test_a_restart_of_the_program_resumes(watch: Watch, server: Server) -> None:
    page = await watch.context.new_page()
    await begin(page, server)
    await answer(page, ANSWERS[0])
    said = await messages(page).all_inner_texts()
    server.kill()
    server.start()
    await page.reload()
    await expect(messages(page)).to_have_text(said)
    await answer(page, ANSWERS[1])


async def test_an_address_of_no_session_says_so(page: Page, server: Server) -> None:
    await page.goto(f"{server.url}/?session=nowhere")
    await expect(page.get_by_role("alert")).to_contain_text("There is no session")
    await expect(page.locator("#begin")).to_be_visible()


async def test_the_cases_are_narrowed_and_the_choice_is_kept(page: Page, server: Server) -> None:
    await page.goto(server.url)
    cases = page.get_by_role("radiogroup", name="Case").get_by_role("radio")
    await page.get_by_role("radio", name="Finance", exact=True).check()
    await expect(page.locator(".filter .count")).to_have_text("3 cases")
    # The case that is chosen stays in sight.
    await expect(cases).to_have_count(4)
    await page.get_by_label("Search the cases").fill("LOAN deciding")
    await expect(page.locator(".filter .count")).to_have_text("1 case")
    await page.get_by_label("Search the cases").press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#chosen")).to_have_text("Deciding on personal loans")
    await expect(cases).to_have_count(1)
    await expect(page.locator("#begin")).to_be_in_viewport()
    await page.reload()
    await expect(page.locator("#chosen")).to_have_text("Deciding on personal loans")
    await page.get_by_role("button", name="Start the interview").click()
    await expect(page.locator(".rail .case")).to_contain_text("Deciding on personal loans")


async def test_the_arrows_go_on_from_a_case_that_they_chose(page: Page, server: Server) -> None:
    await page.goto(server.url)
    await page.get_by_role("radio", name="Healthcare", exact=True).check()
    cases = page.get_by_role("radiogroup", name="Case")
    await cases.get_by_role("radio", name="Early warning").check()
    for name in ("Eye screening", "Which records", "Early warning"):
        await page.keyboard.press("ArrowDown")
        await expect(cases.get_by_role("radio", name=name)).to_be_focused()
        await expect(cases.get_by_role("radio", name=name)).to_be_checked()


async def test_a_worked_interview_is_read_and_left(page: Page, server: Server) -> None:
    await page.goto(server.url)
    await page.get_by_role("link", name=re.compile("Mixed.*Card fraud")).click()
    await expect(page.locator(".worked .overall")).to_contain_text("of 4")
    await expect(page.locator("#begin")).to_be_hidden()
    assert await page.locator(".remarks").count() >= 8
    await page.locator(".worked details[open] .source a").first.click()
    await expect(page.locator(".transcript li:target")).to_be_in_viewport()
    await page.get_by_role("link", name="Strong", exact=True).click()
    await expect(page.locator(".worked h1")).to_have_text("Every line in euros")
    await page.get_by_role("link", name="All cases").click()
    await expect(page.locator("#begin")).to_be_visible()
    await page.goto(f"{server.url}/?worked=nothing")
    await expect(page.get_by_role("alert")).to_contain_text("There is no worked interview")
