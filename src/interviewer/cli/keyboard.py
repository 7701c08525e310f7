"""Reading lines from standard input while the program goes on."""

import asyncio
import threading
from concurrent.futures import Future

from interviewer.errors import BadInput


async def read_line(prompt: str) -> str | None:
    """The next line from standard input; None at its end.

    Args:
        prompt: what is shown before the line.

    Raises:
        BadInput: the line is no text in UTF-8.
    """
    line: Future[str | None] = Future()
    # From here on nobody can cancel it, so that the thread may always answer.
    line.set_running_or_notify_cancel()

    def read() -> None:
        try:
            line.set_result(input(prompt))
        except EOFError:
            line.set_result(None)
        except UnicodeDecodeError:
            line.set_exception(BadInput("Standard input is not a text in UTF-8."))

    # A daemon: nothing can wake a thread that waits for the keyboard, so Ctrl+C must not wait.
    threading.Thread(target=read, daemon=True).start()
    return await asyncio.wrap_future(line)
