"""How far a grader can be trusted: ``python -m evals.grader [--grader model] [--half tune]``.

It grades the gold transcripts answer by answer, exactly as the program does, and compares scores
and evidence with the resolved labels. Figures have 95% bootstrap intervals over whole interviews.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from evals import gold
from evals.agreement import Agreement, Reading, Report, measure
from evals.grader_page import page
from interviewer.bootstrap.assembly import open_service
from interviewer.bootstrap.content import load_content
from interviewer.domain.library import Knowledge
from interviewer.domain.scorecard import GraderUsed, Scorecard
from interviewer.domain.transcript import Transcript
from interviewer.errors import InterviewerError
from interviewer.progress import progress_bar
from interviewer.service import Service
from interviewer.settings import PROJECT_ROOT, GraderChoice, read_settings

BASELINES = Path(__file__).parent / "baselines"
RESULTS = Path(__file__).parent / "results"

GOALS = {"kappa": 0.70, "kappa of each competency": 0.50, "bias": 0.15}
"""What is asked of a grader on the locked half."""


def truth_of(knowledge: Knowledge, transcript: Transcript) -> Scorecard:
    """The score by the resolved labels, which the file states and code derives again."""
    assert transcript.truth is not None
    labels = {
        (label.turn, label.signal): label.first or label.second or ""
        for label in gold.labelling(transcript)
        if label.shown
    }
    return gold.scorecard(
        knowledge.rubric,
        knowledge.scenarios[transcript.scenario],
        transcript,
        {(e.turn, e.signal): e.quote for e in transcript.truth.shown},
        {
            (turn, name.removeprefix(gold.ERROR)): quote
            for (turn, name), quote in labels.items()
            if name.startswith(gold.ERROR)
        },
    )


async def read(service: Service, transcript: Transcript) -> Reading:
    """Grade one transcript."""
    tokens: list[int] = []
    started = perf_counter()
    given = await service.grade(
        transcript, lambda used: tokens.append(used.prompt_tokens + used.completion_tokens)
    )
    seconds = perf_counter() - started
    return Reading(transcript, truth_of(service.knowledge, transcript), given, seconds, sum(tokens))


def second_readings(knowledge: Knowledge, transcripts: Sequence[Transcript]) -> list[Reading]:
    """The first reader's scores as the truth and the second's as those of a grader."""

    def card(transcript: Transcript, *, second: bool) -> Scorecard:
        scenario = knowledge.scenarios[transcript.scenario]
        return gold.reader_scorecard(knowledge.rubric, scenario, transcript, second=second)

    return [Reading(t, card(t, second=False), card(t, second=True)) for t in transcripts]


# Reporting.


def print_report(name: str, half: gold.Half, report: Report, ceiling: Agreement) -> None:
    """Print the figures."""
    console = Console(width=100)
    table = Table(title=f"{name} on {half}", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("competency", "kappa", "exact", "adjacent", "bias", "n"):
        table.add_column(column)
    rows = [*report.competencies.items(), ("all", report.overall), ("two readers", ceiling)]
    for label, of in rows:
        n = sum(map(sum, of.matrix))
        cells = map(str, (of.kappa, of.exact, of.adjacent, of.bias))
        table.add_row(str(label), *cells, str(n), end_section=label == "responsibility")
    console.print(table)
    overall = report.overall
    console.print(f"standardised mean difference {overall.difference}")
    console.print(f"true 2s and 3s given exactly {overall.middle}")
    console.print(f"always the commonest score: exact {overall.constant}, kappa 0")
    found = report.signals
    console.print(
        f"signals: precision {found.precision}, recall {found.recall}, F1 {found.f1}, "
        f"{found.count} shown"
    )
    errors = report.errors
    console.print(
        f"critical errors: precision {errors.precision}, recall {errors.recall}, "
        f"{errors.count} committed"
    )
    console.print(
        f"unscored {report.unscored:.1%}; {report.seconds:.2f} s and {report.tokens:.0f} tokens "
        "for a transcript (medians)"
    )


def print_goals(report: Report) -> None:
    """Say of each goal whether it is reached."""
    lowest = min(
        (of.kappa.value, competency)
        for competency, of in report.competencies.items()
        if of.kappa.value is not None
    )
    found = {
        "kappa": (report.overall.kappa.value or 0.0, ""),
        "kappa of each competency": (lowest[0], f" ({lowest[1]} is lowest)"),
        "bias": (report.overall.bias.value or 0.0, ""),
    }
    for name, (value, note) in found.items():
        goal = GOALS[name]
        reached = abs(value) <= goal if name == "bias" else value >= goal
        print(f"goal {name} {goal:.2f}: {value:.2f}{note}, {'reached' if reached else 'missed'}")


def result(used: GraderUsed, half: gold.Half, report: Report, ceiling: Agreement) -> dict[str, Any]:
    """The figures with everything that they depend on."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit.stdout.strip() or None,
        "grader": used.model_dump(),
        "half": half,
        "gold": gold.digest(gold.files(half)),
        "report": asdict(report),
        "two_readers": asdict(ceiling),
    }


async def run(choice: GraderChoice, half: gold.Half, *, local: bool, limit: int | None) -> None:
    """Grade a half and report."""
    knowledge = load_content()
    transcripts = gold.load(half)[:limit]
    settings = read_settings().model_copy(update={"grader": choice})
    with progress_bar() as progress:
        async with open_service(settings, knowledge, local=local, progress=progress) as service:
            readings = []
            for n, transcript in enumerate(transcripts):
                progress("Grading", n / len(transcripts))
                readings.append(await read(service, transcript))
            progress("Grading", 1.0)
    report = measure(knowledge.rubric, readings)
    ceiling = measure(knowledge.rubric, second_readings(knowledge, transcripts)).overall
    used = readings[0].given.grader
    print_report(used.model or used.kind, half, report, ceiling)
    if limit is not None:
        return
    if half is gold.Half.LOCKED:
        print_goals(report)
    whole = result(used, half, report, ceiling)
    stem = f"grader-{used.kind}-{half}"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{stem}.html").write_text(page(knowledge, whole, readings), encoding="utf-8")
    (BASELINES / f"{stem}.json").write_text(
        json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"Every disagreement beside its text: {RESULTS.name}/{stem}.html")


def main() -> int:
    """Grade and report.

    Returns:
        The exit code: 2 for what the user can put right.
    """
    parser = argparse.ArgumentParser(prog="python -m evals.grader", description=__doc__)
    parser.add_argument("--grader", choices=["built-in", "model"], default="built-in")
    parser.add_argument("--half", choices=list(gold.Half), default=gold.Half.LOCKED)
    parser.add_argument("--local", action="store_true", help="the model in this program")
    parser.add_argument("--limit", type=int, help="only so many transcripts; nothing is written")
    given = parser.parse_args()
    try:
        asyncio.run(
            run(
                GraderChoice(given.grader),
                gold.Half(given.half),
                local=given.local,
                limit=given.limit,
            )
        )
    except InterviewerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
