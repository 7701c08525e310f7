"""The page: start, interview and report in one place, and the routes around it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

# Before Gradio is imported, which reads them: the page asks nobody for anything.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

import gradio as gr
from fastapi import FastAPI
from gradio.events import Dependency
from gradio.themes.utils.fonts import Font

from interviewer.domain.events import Action, Mode
from interviewer.domain.interview import Interview
from interviewer.domain.library import Knowledge
from interviewer.domain.rubric import Level
from interviewer.errors import BadInput, InterviewerError
from interviewer.service import Service
from interviewer.ui.downloads import GetService, downloads
from interviewer.ui.interview import InterviewView
from interviewer.ui.notice import failure
from interviewer.ui.report import ReportView
from interviewer.ui.start import StartView
from interviewer.ui.updates import Updates
from interviewer.ui.worked import WorkedView

NO_SESSION = "-"
"""What the browser remembers when no interview is open; it keeps no empty value."""

_WORKED = "worked"
"""The address's name for a worked interview."""

_HERE = Path(__file__).parent

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""No spinners over what is being read, and no programming interface beside the page."""

_NOTHING: Updates = gr.skip()
"""Leaves every component as it is. A handler that yields nothing at all would empty them."""


def build_app(knowledge: Knowledge, service: GetService) -> FastAPI:
    """Build the web application.

    Args:
        knowledge: the content; it is there before the service is.
        service: waits until the service is ready, or raises what keeps it from being ready.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, str | bool]:
        return {"status": "ok", "ready": await _is_ready(service)}

    app.include_router(downloads(service))
    gr.mount_gradio_app(
        app,
        Page(knowledge, service).blocks,
        path="/",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        theme=_theme(),
        css_paths=_HERE / "style.css",
        js=(_HERE / "page.js").read_text(encoding="utf-8"),
    )
    return app


async def _is_ready(service: GetService) -> bool:
    """Whether the service is there at once."""
    try:
        async with asyncio.timeout(0):
            await service()
    except (TimeoutError, InterviewerError):
        return False
    return True


def _theme() -> gr.themes.Base:
    """A bare theme; `style.css` does the rest. A plain string as a font would be fetched."""
    return gr.themes.Base(
        font=[Font("sans-serif")], font_mono=[Font("monospace")], primary_hue="blue"
    )


async def _stay_on_the_line() -> AsyncIterator[None]:
    """Keep the page's connection open as long as the page is.

    Gradio closes it whenever nothing is pending, and a button that is pressed in that moment is
    never answered.
    """
    while True:
        yield
        await asyncio.sleep(10)


class Page:
    """The three views, and the ways between them."""

    def __init__(self, knowledge: Knowledge, service: GetService) -> None:
        """Build the page.

        Args:
            knowledge: the content.
            service: waits until the service is ready.
        """
        self._service = service
        self._knowledge = knowledge
        with gr.Blocks(
            title="ML system design interviewer", analytics_enabled=False, fill_width=True
        ) as self.blocks:
            # A session's id is no secret to the browser that holds the interview; a key that
            # changed with every start of the program would only make it forget.
            self.session = gr.BrowserState(
                NO_SESSION, storage_key="interviewer-session", secret="session"
            )
            self.start = StartView(knowledge)
            self.interview = InterviewView(knowledge)
            self.report = ReportView()
            self.worked = WorkedView(knowledge)
            self._wire()
        self.blocks.queue(default_concurrency_limit=16, api_open=False)

    @property
    def _everything(self) -> list[Any]:
        return [
            self.session,
            *self.start.outputs,
            *self.interview.outputs,
            *self.report.outputs,
        ]

    def _wire(self) -> None:
        """Say which handler answers which button."""
        page = self.interview
        chosen = [self.start.scenario, self.start.level, self.start.minutes, self.start.mode]
        talk = [self.session, page.chat]

        self.blocks.load(_stay_on_the_line, concurrency_limit=None, **_QUIET)
        self._then_open(self.blocks.load(self._visit, self.session, self._everything, **_QUIET))
        reading = [self.start.column, self.start.notice, *self.worked.outputs]
        self.blocks.load(self._read, None, reading, **_QUIET)
        self._then_open(self.start.begin.click(self._begin, chosen, self._everything, **_QUIET))
        for leave in (page.leave.click, self.report.new.click):
            leave(self._leave, None, self._everything, **_QUIET).then(**self._show_address)
        self._then_open(
            page.to_report.click(self._show_report, self.session, self._everything, **_QUIET)
        )

        self.report.page.click(self._correct, self.session, self.report.outputs, **_QUIET)

        documents = self.start.documents
        documents.upload.upload(self._add_documents, documents.upload, documents.outputs, **_QUIET)
        documents.list.click(self._remove_document, None, documents.outputs, **_QUIET)

        say = gr.on(
            [page.answer.submit, page.send.click],
            self._say,
            [*talk, page.answer],
            page.outputs,
            **_QUIET,
        )
        self._then_grade(say)
        for button, action in (
            (page.hint, Action.HINT),
            (page.skip, Action.SKIP),
            (page.end_now, Action.END),
        ):
            self._then_grade(button.click(self._presser(action), talk, page.outputs, **_QUIET))
        for button, asking in ((page.end, True), (page.go_on, False)):
            button.click(
                lambda asking=asking: page.ask_to_end(asking),
                None,
                [page.actions, page.confirm],
                queue=False,
                **_QUIET,
            )

    @property
    def _show_address(self) -> dict[str, Any]:
        """The page's address names the session, so that a reload comes back to it."""
        return {"fn": None, "inputs": self.session, "js": "(session) => showSession(session)"}

    def _then_open(self, opened: Dependency) -> None:
        """What follows once a view is shown."""
        named = opened.then(**self._show_address)
        self._then_grade(named.then(self._due, self.session, self._everything, **_QUIET))

    def _then_grade(self, spoken: Dependency) -> None:
        """The score follows in an event of its own, so that it holds up no message."""
        spoken.then(
            self._graded,
            self.session,
            self.interview.score,
            trigger_mode="always_last",
            **_QUIET,
        )

    # The ways between the views.

    async def _visit(self, remembered: str, request: gr.Request) -> Updates:
        """Open what the address names, or the interview that this browser was last in."""
        worked = request.query_params.get(_WORKED)
        if worked in self._knowledge.worked:
            return {self.session: NO_SESSION}
        named = request.query_params.get("session")
        session = named or remembered
        try:
            service = await self._service()
            if worked is not None:
                named = worked
                raise BadInput(f"There is no worked interview {worked!r}.")
            if session == NO_SESSION:
                # The page is there already, and somebody quick may have left it again.
                return await self.start.fill(service)
            interview = await service.interview(session)
            if interview.turn_of is None and not named:
                return await self._to_start(service)
            return self._to(service, await service.resume(session))
        except BadInput as error:
            return await self._to_start(service, failure(error) if named else "")
        except InterviewerError as error:
            return {self.start.notice: failure(error)}

    async def _read(self, request: gr.Request) -> AsyncIterator[Updates]:
        """Open the worked interview that the address names; it is there before the service is."""
        slug = request.query_params.get(_WORKED)
        if slug not in self._knowledge.worked:
            yield _NOTHING
            return
        try:
            yield {**self.start.hide(), **self.worked.show(slug)}
            async for changes in self.worked.fill(await self._service(), slug):
                yield changes
        except InterviewerError as error:
            yield {self.start.column: gr.update(visible=True), self.start.notice: failure(error)}

    async def _begin(self, scenario: str, level: str, minutes: int, mode: str) -> Updates:
        try:
            service = await self._service()
            interview = await service.start(scenario, Level(level), minutes, Mode(mode))
        except InterviewerError as error:
            return {self.start.notice: failure(error)}
        return self._to(service, interview)

    async def _add_documents(self, uploaded: list[str]) -> AsyncIterator[Updates]:
        async for changes in self.start.documents.add(await self._service(), uploaded):
            yield changes

    async def _remove_document(self, pressed: gr.EventData) -> Updates:
        return await self.start.documents.remove(await self._service(), str(pressed.id))

    async def _correct(self, session: str, pressed: gr.EventData) -> Updates:
        return await self.report.correct(await self._service(), session, str(pressed.id))

    async def _leave(self) -> Updates:
        return await self._to_start(await self._service())

    async def _show_report(self, session: str) -> Updates:
        service = await self._service()
        return self._to(service, await service.interview(session))

    async def _to_start(self, service: Service, notice: str = "") -> Updates:
        return {
            **self.interview.hide(),
            **self.report.hide(),
            **await self.start.show(service, notice),
            self.session: NO_SESSION,
        }

    def _to(self, service: Service, interview: Interview) -> Updates:
        """To the interview, or to its report when it is over."""
        if interview.turn_of is None:
            views = {**self.interview.hide(), **self.report.show(service, interview)}
        else:
            views = {**self.report.hide(), **self.interview.show(service, interview)}
        return {**self.start.hide(), **views, self.session: interview.id}

    # In the interview.

    async def _due(self, session: str) -> AsyncIterator[Updates]:
        """What a view does by itself: the interviewer speaks, the report fills."""
        if session == NO_SESSION:
            yield _NOTHING
            return
        service = await self._service()
        over = (await service.interview(session)).turn_of is None
        view = self.report.fill if over else self.interview.speak
        async for changes in view(service, session):
            yield changes

    async def _graded(self, session: str) -> AsyncIterator[Updates]:
        if session == NO_SESSION:
            yield _NOTHING
            return
        async for changes in self.interview.graded(await self._service(), session):
            yield changes

    async def _say(self, session: str, chat: list[object], text: str) -> AsyncIterator[Updates]:
        async for changes in self.interview.say(await self._service(), session, len(chat), text):
            yield changes

    def _presser(self, action: Action) -> Callable[..., AsyncIterator[Updates]]:
        async def press(session: str, chat: list[object]) -> AsyncIterator[Updates]:
            service = await self._service()
            async for changes in self.interview.press(service, session, len(chat), action):
                yield changes

        return press
