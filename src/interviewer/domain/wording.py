"""How a move is put into words without a model, and what a model is given to word.

What comes out of here is all that the voice ever learns of the knowledge: the question to put, and
what must be said word for word. Rubric, expectations and facts that nobody asked for are not in it.
"""

from dataclasses import dataclass

from interviewer.domain.interview import Interview
from interviewer.domain.move import Closing, Move, MoveKind
from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import Hints, Probe
from interviewer.domain.scenario import Curveball, Scenario
from interviewer.domain.stages import TITLES

MANY_CLARIFICATIONS = 4
"""After this many facts in a row the candidate is asked what follows from them."""


@dataclass(frozen=True)
class Wording:
    """A move in words.

    Attributes:
        opener: leads over from what was said; a model may replace it.
        verbatim: must be said exactly so: facts, changes, the case itself.
        question: what is asked; a model may reword it. Empty when nothing is.
        reworded: whether a model may word opener and question at all.
    """

    opener: str = ""
    verbatim: str = ""
    question: str = ""
    reworded: bool = False

    @property
    def text(self) -> str:
        """The whole turn, as it is said without a model."""
        return " ".join(part for part in (self.opener, self.verbatim, self.question) if part)


@dataclass(frozen=True)
class Wordsmith:
    """Words moves.

    Attributes:
        phrases: the interviewer's own words.
        scenario: the case.
        probes: the bank's probes and the scenario's own, by id.
    """

    phrases: Phrasebook
    scenario: Scenario
    probes: dict[str, Probe]

    def word(self, move: Move, interview: Interview) -> Wording:
        """Put a move into words that have not been used in this interview, where there are any.

        Args:
            move: what is to be said.
            interview: the interview up to this move; whether its log already holds the move makes
                no difference.
        """
        said = _Said(move, interview)
        p = self.phrases
        match move.kind:
            case MoveKind.OPEN:
                return Wording(verbatim=self.scenario.prompt)
            case MoveKind.REVEAL_FACT:
                facts = [self.scenario.facts_by_key[key].value for key in move.facts]
                in_a_row = said.in_a_row(MoveKind.REVEAL_FACT, MoveKind.STATE_ASSUMPTION)
                lines = p.conclude if in_a_row >= MANY_CLARIFICATIONS else p.go_on
                after = said.pick(p.more_facts if move.more_facts else lines)
                return Wording(verbatim=" ".join(facts), question=after)
            case MoveKind.STATE_ASSUMPTION:
                return Wording(question=said.pick(p.assume))
            case MoveKind.RESTATE:
                return Wording(question=self._hints(move).restate)
            case MoveKind.FIRST_PRINCIPLES:
                return Wording(question=said.pick(p.first_principles))
            case MoveKind.HINT:
                hint = self._hints(move).at(move.hint_level or 0)
                return Wording(opener=said.pick(p.hint), question=hint)
            case MoveKind.DECLINE:
                return Wording(question=said.pick(p.decline))
            case MoveKind.REDIRECT:
                again = "" if said.before(MoveKind.REDIRECT) else self._hints(move).restate
                return Wording(opener=said.pick(p.redirect), question=again)
            case MoveKind.WAIT:
                return Wording(question=said.pick(p.wait))
            case MoveKind.GO_AHEAD:
                return Wording(question=said.pick(p.go_ahead))
            case MoveKind.FOCUS:
                return Wording(question=said.pick(p.focus))
            case MoveKind.CLOSE:
                lines = {
                    Closing.TIME: p.close_time,
                    Closing.COVERED: p.close_covered,
                    Closing.CANDIDATE: p.close_candidate,
                }[move.closing or Closing.COVERED]
                return Wording(verbatim=said.pick(lines))
            case MoveKind.CURVEBALL:
                ball = self._curveball(move)
                return Wording(
                    opener=said.pick(p.curveball), verbatim=ball.change, question=ball.question
                )
            case MoveKind.CONSEQUENCE:
                error = next(e for e in self.scenario.critical_errors if e.id == move.error)
                return Wording(
                    opener=said.pick(p.consequence), question=error.consequence, reworded=True
                )
            case MoveKind.FOLLOW_UP:
                rung = p.rungs[(move.rung or 1) - 1]
                lines = rung.with_term if move.about else rung.plain
                return Wording(question=said.pick(lines, term=move.about or ""), reworded=True)
            case MoveKind.PROBE | MoveKind.DEEPEN:  # pragma: no branch (there is no other kind)
                probe = self.probes.get(move.probe or "")
                question = probe.text if probe else self.phrases.document_hints.restate
                return Wording(opener=self._opener(move, said), question=question, reworded=True)

    def _opener(self, move: Move, said: "_Said") -> str:
        p = self.phrases
        if move.kind is MoveKind.DEEPEN:
            return said.pick(p.about, term=move.about) if move.about else said.pick(p.deepen)
        if move.stage is not said.stage_before:
            stage = TITLES[move.stage]
            if move.minutes_left is None:
                return said.pick(p.transition, stage=stage)
            if move.minutes_left < 1:
                return said.pick(p.overtime)
            minutes = "1 minute" if move.minutes_left == 1 else f"{move.minutes_left} minutes"
            return said.pick(p.transition_on_time, stage=stage, minutes=minutes)
        if move.about:
            return said.pick(p.leave, term=move.about)
        return said.pick(p.acknowledge)

    def _hints(self, move: Move) -> Hints:
        if move.curveball:
            return self.phrases.curveball_hints
        if move.probe is None:
            return self.phrases.opening_hints
        # Only a probe of the user's own documents can be gone.
        probe = self.probes.get(move.probe)
        return probe.hints if probe else self.phrases.document_hints

    def _curveball(self, move: Move) -> Curveball:
        return next(c for c in self.scenario.curveballs if c.id == move.curveball)


@dataclass(frozen=True)
class _Said:
    """The interview before the move that is being worded."""

    move: Move
    interview: Interview

    @property
    def _earlier(self) -> tuple[Move, ...]:
        """The moves before this one."""
        pending = self.interview.unspoken is not None
        return self.interview.moves[:-1] if pending else self.interview.moves

    @property
    def stage_before(self) -> str | None:
        return self._earlier[-1].stage if self._earlier else None

    def before(self, kind: MoveKind) -> bool:
        """Whether the same kind of move was made since the question was put."""
        for earlier in reversed(self._earlier):
            if earlier.probe != self.move.probe or earlier.curveball != self.move.curveball:
                return False
            if earlier.kind is kind:
                return True
        return False

    def in_a_row(self, *kinds: MoveKind) -> int:
        """How many of the last moves were of these kinds."""
        count = 0
        for earlier in reversed(self._earlier):
            if earlier.kind not in kinds:
                break
            count += 1
        return count

    def pick(self, lines: list[str], **values: str) -> str:
        """The next line that has not been said; when all have been, the next one.

        The first line differs between sessions, so that no two interviews sound the same.
        """
        alike = sum(earlier.kind is self.move.kind for earlier in self._earlier)
        start = (sum(self.interview.id.encode()) + alike) % len(lines)
        filled = [line.format(**values) for line in lines[start:] + lines[:start]]
        spoken = "\n".join(self.interview.spoken)
        return next((line for line in filled if line not in spoken), filled[0])
