"""The user's own documents on the page."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import Server

GUIDE = """\
# Notes <b>of</b> mine ${1 + 1} {{value}}

## Data

- How would you collect labels when feedback arrives weeks later?
"""


async def test_a_document_is_uploaded_listed_and_removed(
    page: Page, server: Server, tmp_path: Path
) -> None:
    guide, picture = tmp_path / "notes.md", tmp_path / "picture.md"
    guide.write_text(GUIDE, encoding="utf-8")
    picture.write_bytes(bytes(range(256)))
    await page.goto(server.url)
    panel = page.locator("#documents")
    await expect(panel.get_by_role("heading", name="Your documents")).to_be_visible()
    await panel.locator("input[type=file]").set_input_files([guide, picture])

    await expect(panel.get_by_role("status")).to_contain_text("was added")
    await expect(panel.get_by_role("status")).to_contain_text("picture.md is no text")
    (entry,) = await panel.locator("section li").all()
    await expect(entry).to_contain_text("Notes of mine ${1 + 1} {{value}}")
    await expect(entry).to_contain_text("notes.md, 1 passage, 1 question")

    await page.reload()
    await expect(entry).to_be_visible()
    await panel.get_by_role("button", name=re.compile("^Remove Notes")).click()
    await expect(panel.locator("section li")).to_have_count(0)
    assert list((server.home / "documents").glob("*.json")) == []
