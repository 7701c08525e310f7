import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from interviewer.domain.events import Mode
from interviewer.domain.rubric import Level
from interviewer.errors import SetupError
from interviewer.service import Service
from interviewer.ui.web import build_app
from tests.support.program import Program, graded, opened, said


@pytest.fixture
async def service(program: Program, tmp_path: Path) -> AsyncIterator[Service]:
    async with program.service(tmp_path) as service:
        yield service


@pytest.fixture
def app(service: Service) -> FastAPI:
    async def ready() -> Service:
        return service

    return build_app(service.knowledge, ready)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_health_says_ok_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health")).json() == {"status": "ok", "ready": True}


async def test_health_answers_before_the_service_is_ready(service: Service) -> None:
    async def never() -> Service:
        waiting: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
        return await waiting

    transport = httpx.ASGITransport(build_app(service.knowledge, never))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/health")).json() == {"status": "ok", "ready": False}


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
async def test_there_are_no_api_pages(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "swagger" not in answer.text.lower()
    assert "openapi" not in answer.text.lower()


async def test_the_page_names_no_other_host(client: httpx.AsyncClient) -> None:
    theme = (await client.get("/theme.css")).text
    assert "@font-face" not in theme
    assert "//fonts" not in theme


async def test_an_interview_downloads_as_json_and_markdown(
    client: httpx.AsyncClient, service: Service
) -> None:
    interview = await said(service, await opened(service), "The goal is fewer losses.")
    await graded(service, interview)
    as_json = await client.get(f"/sessions/{interview.id}.json")
    assert f'filename="interview-{interview.id}.json"' in as_json.headers["Content-Disposition"]
    assert json.loads(as_json.text)["transcript"]["scenario"] == "payment-fraud"
    as_markdown = await client.get(f"/sessions/{interview.id}.md")
    assert "text/markdown" in as_markdown.headers["Content-Type"]
    assert "> The goal is fewer losses." in as_markdown.text


async def test_a_session_that_does_not_exist_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sessions/nowhere.json")
    assert answer.status_code == 404
    assert "no session" in answer.text


async def test_a_session_in_which_nothing_was_said_is_not_found(
    client: httpx.AsyncClient, service: Service
) -> None:
    interview = await service.start("payment-fraud", Level.MID, 15, Mode.COACHING)
    assert (await client.get(f"/sessions/{interview.id}.md")).status_code == 404


async def test_a_program_that_cannot_start_says_why(program: Program) -> None:
    async def broken() -> Service:
        raise SetupError("The data folder cannot be written.")

    app = build_app(program.knowledge, broken)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/sessions/any.json")
    assert answer.status_code == 503
    assert "cannot be written" in answer.text
