"""Serving the page: it appears first, and the rest of the program gets ready behind it."""

import asyncio
import socket
import sys
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import uvicorn

from interviewer.bootstrap.content import load_content
from interviewer.errors import BadInput
from interviewer.progress import Progress, progress_bar
from interviewer.service import Service
from interviewer.settings import Settings


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int, local: bool = False) -> None:
    """Serve the page until the program is told to stop.

    Args:
        settings: what the environment decides.
        host: the address to listen on.
        port: the port to listen on; 0 takes a free one.
        local: run the small model inside this program.

    Raises:
        BadInput: the port is in use.
        InterviewerError: the program cannot be put together; see `open_service`.
    """
    listening = _listen(host, port)
    with listening:
        asyncio.run(_serve(settings, listening, local))


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Without this a server that has just stopped would keep its port for a minute.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise BadInput(
            f"Port {port} of {host} cannot be used ({error.strerror}): choose another, "
            "for example PORT=7861."
        ) from error
    return listening


async def _serve(settings: Settings, listening: socket.socket, local: bool) -> None:
    knowledge = load_content(settings.home)
    for fault in knowledge.left_out:
        print(f"Left out: {fault}", file=sys.stderr)
    async with AsyncExitStack() as stack:
        ready: asyncio.Future[Service] = asyncio.get_running_loop().create_future()
        # Importing Gradio takes most of the start; what is wrong with the content is said before.
        from interviewer.ui.web import build_app

        app = build_app(knowledge, lambda: asyncio.shield(ready))
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        )

        def assembled(progress: Progress) -> AbstractAsyncContextManager[Service]:
            # The import takes more than a second: in a thread, for the page is to answer meanwhile.
            from interviewer.bootstrap.assembly import open_service

            return open_service(settings, knowledge, local=local, progress=progress)

        async def get_ready() -> None:
            try:
                with progress_bar() as progress:
                    opening = await asyncio.to_thread(assembled, progress)
                    service = await stack.enter_async_context(opening)
            except BaseException as error:
                server.should_exit = True
                ready.set_exception(error)
                # Retrieved here in case that no page ever asks.
                ready.exception()
                raise
            ready.set_result(service)

        host, port = listening.getsockname()
        print(f"Open http://{host}:{port} in your browser; Ctrl+C stops.", flush=True)
        opening = asyncio.create_task(get_ready())
        await server.serve(sockets=[listening])
        if opening.done():
            opening.result()
        else:
            opening.cancel()
