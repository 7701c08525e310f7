"""A real Chromium before a real server, each test with a data folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Self

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from interviewer.knowledge.index import Index
from interviewer.settings import PROJECT_ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

LEFT = ("AbortError", "Connection errored out")
"""What Gradio logs when a page is left and stops listening to the server."""

# A test machine may be busy.
expect.set_options(timeout=15_000)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    missing = pytest.mark.skip(reason="no Chromium: install Debian's chromium to run these tests")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(missing)


class Server:
    """The program as a process of its own, which a test can end and start again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program and wait until its service is ready."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OPENAI_", "INTERVIEWER_", "CHROMA_"))
        }
        environment |= {"INTERVIEWER_HOME": str(self.home), "PORT": str(self.port)}
        self._process = subprocess.Popen([sys.executable, PROJECT_ROOT / "app.py"], env=environment)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the program ended"
            try:
                # This route needs the service, so it answers only when that is ready.
                httpx.get(f"{self.url}/sessions/none.json", timeout=60, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the program did not get ready")

    def kill(self) -> None:
        """End the program as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, index: Index, index_home: Path
) -> Iterator[Server]:
    """The program on a free port; its index is the one that other tests have built."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(index_home, home / "index")
    with Server(home) as server:
        yield server


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


class Watch:
    """What the pages of a test have complained about and asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("console", lambda m: self._complain(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("request", lambda request: self.hosts.add(str(httpx.URL(request.url).host)))

    def _complain(self, text: str) -> None:
        if not any(left in text for left in LEFT):
            self.complaints.append(text)


@pytest.fixture
async def watch(chromium: Browser) -> AsyncIterator[Watch]:
    """A browser without a past, which must stay on this machine."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    watch = Watch(context)
    yield watch
    await context.close()
    assert watch.hosts == {"127.0.0.1"}


@pytest.fixture
async def page(watch: Watch) -> AsyncIterator[Page]:
    """A page that must not report an error."""
    yield await watch.context.new_page()
    assert watch.complaints == []
