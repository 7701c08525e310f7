"""An interview in the terminal."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.live import Live
from rich.text import Text

from interviewer.cli.keyboard import read_line
from interviewer.cli.terminal import console, printable
from interviewer.domain.events import Action
from interviewer.domain.interview import Interview
from interviewer.domain.scenario import Scenario
from interviewer.domain.stages import TITLES, StageId
from interviewer.domain.transcript import Speaker, Turn
from interviewer.errors import BadInput
from interviewer.service import Service, Update

COMMANDS = {"/hint": Action.HINT, "/skip": Action.SKIP, "/end": Action.END}
"""What can be typed for the buttons of the page."""


class Conversation:
    """An interview in the terminal.

    Attributes:
        interview: the interview as last seen.
    """

    def __init__(self, service: Service, interview: Interview) -> None:
        """Prepare to hold an interview that was started or resumed."""
        self.interview = interview
        self._service = service
        self._console = console()
        self._keyboard = sys.stdin.isatty()
        self._stage: StageId | None = None

    async def hold(self) -> bool:
        """Talk until the interview is over.

        Returns:
            Whether it is over; False when the candidate left it to resume it later.
        """
        try:
            return await self._hold()
        except asyncio.CancelledError:
            self._console.print()
            self._say_how_to_resume()
            raise

    async def _hold(self) -> bool:
        if self._keyboard:
            # Editing with the arrow keys, and lines of more than 4096 characters.
            import readline  # noqa: F401
        self._console.print("Commands: /hint  /skip  /end  /quit", style="dim")
        last = max(0, len(self.interview.turns) - 1)
        await self._follow(self._service.speak(self.interview.id), shown=last)
        while not self.interview.closed:
            line = await read_line("> " if self._keyboard else "")
            text = "" if line is None else line.strip()
            command = text.lower()
            if line is None and self._keyboard:
                # Ctrl+D leaves the cursor behind the prompt, and ends nothing that cannot go on.
                self._console.print()
                command = "/quit"
            if command == "/quit":
                self._say_how_to_resume()
                return False
            if line is None:
                await self._reply(action=Action.END)
            elif command in COMMANDS:
                await self._reply(action=COMMANDS[command])
            elif re.fullmatch(r"/[a-z]+", command):
                self._complain(f"There is no command {command}. Use /hint, /skip, /end or /quit.")
            elif text:
                await self._reply(text)
        return True

    async def _reply(self, text: str = "", action: Action | None = None) -> None:
        turns = len(self.interview.turns)
        updates = self._service.reply(self.interview.id, text, turns=turns, action=action)
        try:
            # What was typed stands on the screen; what was piped in does not.
            await self._follow(updates, shown=turns + self._keyboard)
        except BadInput as error:
            self._complain(str(error))
            self.interview = await self._service.interview(self.interview.id)
            self._print_turns(turns)

    async def _follow(self, updates: AsyncIterator[Update], *, shown: int) -> None:
        """Show a turn while it is said, then print whatever was not shown."""
        with self._words() as show:
            async for update in updates:
                self.interview = update.interview
                show(update.speaking)
        self._print_turns(shown)

    @contextmanager
    def _words(self) -> Iterator[Callable[[str | None], None]]:
        """Words that may change until they are final; only a terminal can show them."""
        if not self._console.is_terminal:
            yield lambda words: None
            return
        with Live(console=self._console, transient=True, refresh_per_second=12) as live:
            yield lambda words: live.update(Text(printable(words or "…"), style="dim"))

    def _print_turns(self, start: int) -> None:
        if self.interview.stage is not self._stage:
            self._stage = self.interview.stage
            minute, minutes = int(self.interview.seconds // 60), self.interview.started.minutes
            self._console.rule(
                f"{TITLES[self._stage]}, minute {minute} of {minutes}", style="dim", align="left"
            )
        for number, turn in enumerate(self.interview.turns[start:], start=start + 1):
            self._print_turn(turn)
            if notice := self.interview.notices.get(number):
                self._console.print(printable(notice), style="dim", markup=False)

    def _print_turn(self, turn: Turn) -> None:
        if turn.text:
            asks = turn.speaker is Speaker.INTERVIEWER
            name = ("Interviewer  ", "bold cyan") if asks else ("You  ", "bold")
            self._console.print(Text.assemble(name, printable(turn.text)))
            self._console.print()

    def _complain(self, message: str) -> None:
        typer.echo(printable(message), err=True)

    def _say_how_to_resume(self) -> None:
        self._console.print(
            f"To go on later: interviewer chat --session {self.interview.id}", soft_wrap=True
        )


async def choose_scenario(scenarios: Sequence[Scenario]) -> str:
    """Have the user choose a scenario by number or name.

    Raises:
        BadInput: the input ended first.
    """
    out = console()
    for number, scenario in enumerate(scenarios, start=1):
        name = (f"{number:3}  {scenario.slug}", "bold")
        out.print(Text.assemble(name, f"  {scenario.summary}"))
    by_key = {str(n): s.slug for n, s in enumerate(scenarios, start=1)}
    by_key |= {s.slug: s.slug for s in scenarios}
    while True:
        line = await read_line("Scenario: ")
        if line is None:
            raise BadInput("No scenario was chosen. Name one with --scenario.")
        if chosen := by_key.get(line.strip()):
            return chosen
        out.print(f"Type a number from 1 to {len(scenarios)}, or a name.")
