"""Checks that need more than one content file."""

from collections.abc import Iterator, Sequence, Set

from interviewer.domain.library import WorkedInterview
from interviewer.domain.probe import ProbeFile
from interviewer.domain.rubric import Rubric
from interviewer.domain.scenario import Scenario
from interviewer.located import Located

Asking = Located[ProbeFile | Scenario]
"""A file that holds probes."""


def unknown_signals(rubric: Rubric, files: Sequence[Asking]) -> Iterator[str]:
    """A fault for every use of a signal that the rubric does not define."""
    for file in files:
        users = [("probes", n, probe.signals) for n, probe in enumerate(file.value.probes)]
        if isinstance(file.value, Scenario):
            balls = enumerate(file.value.curveballs)
            users += [("curveballs", n, ball.signals) for n, ball in balls]
        for key, n, signals in users:
            for place, signal in enumerate(signals):
                if signal not in rubric.signals:
                    message = f"the rubric has no signal {signal}"
                    yield file.fault(message, key, n, "signals", place)


def repeated_probes(files: Sequence[Asking]) -> Iterator[str]:
    """A fault for every probe id that was already taken, by the bank or by a scenario."""
    first: dict[str, str] = {}
    for file in files:
        for n, probe in enumerate(file.value.probes):
            if probe.id in first:
                message = f"the probe id {probe.id} is already taken in {first[probe.id]}"
                yield file.fault(message, "probes", n, "id")
            first.setdefault(probe.id, file.name)


def stale_references(
    rubric: Rubric, scenarios: Set[str], interviews: Sequence[Located[WorkedInterview]]
) -> Iterator[str]:
    """A fault for every case and every signal that a worked interview names and that is not there.

    Args:
        rubric: defines the signals.
        scenarios: the slugs of the cases.
        interviews: the worked interviews.
    """
    for interview in interviews:
        if (slug := interview.value.scenario) not in scenarios:
            yield interview.fault(f"there is no scenario {slug}", "scenario")
        for n, turn in enumerate(interview.value.turns):
            for place, signal in enumerate(turn.move.signals if turn.move else ()):
                if signal not in rubric.signals:
                    message = f"the rubric has no signal {signal}"
                    yield interview.fault(message, "turns", n, "move", "signals", place)
