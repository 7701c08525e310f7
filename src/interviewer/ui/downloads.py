"""Downloads: an interview as a file, straight from the log."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, HTTPException, Response

from interviewer.domain.interview import Interview
from interviewer.errors import BadInput, InterviewerError
from interviewer.service import Service
from interviewer.sessions.export import json_report, markdown_report

GetService = Callable[[], Awaitable[Service]]
"""Waits until the service is ready, or raises what keeps it from being ready."""


def downloads(service: GetService) -> APIRouter:
    """The routes of the files."""
    router = APIRouter()

    @router.get("/sessions/{session}.md")
    async def markdown(session: str) -> Response:
        ready, interview = await _interview(service, session)
        text = markdown_report(
            interview.transcript,
            ready.scorecard(interview),
            ready.knowledge.rubric,
            ready.knowledge.scenarios[interview.started.scenario].title,
        )
        return _file(text, "text/markdown; charset=utf-8", f"interview-{session}.md")

    @router.get("/sessions/{session}.json")
    async def json(session: str) -> Response:
        ready, interview = await _interview(service, session)
        text = json_report(interview.transcript, ready.scorecard(interview))
        return _file(text, "application/json", f"interview-{session}.json")

    return router


async def _interview(service: GetService, session: str) -> tuple[Service, Interview]:
    try:
        ready = await service()
        interview = await ready.interview(session)
    except BadInput as error:
        raise HTTPException(404, str(error)) from error
    except InterviewerError as error:
        raise HTTPException(503, str(error)) from error
    if not interview.turns:
        raise HTTPException(404, "Nothing was said in this interview yet.")
    return ready, interview


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(
        text,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
