"""Can the grader be talked up? ``python -m evals.attacks [--grader model]``.

Each suite makes interviews out of a dataset in ``datasets/attacks`` and the tune half of the gold
transcripts, grades them, and asks one question of the scores:

* junk: is everything in the lowest band?
* manipulation: is every score what it is without the text?
* deletion: does taking a competency's evidence away never raise it?
* padding: do empty words never raise anything?
* paraphrase: does the same content in other words move a competency by at most one step?
* regrading: is the score the same when the same interview is graded again?
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml
from rich import box
from rich.console import Console
from rich.table import Table

from evals import gold
from interviewer.bootstrap.assembly import open_service
from interviewer.bootstrap.content import load_content
from interviewer.domain.rubric import CompetencyId, Rubric, competency_of
from interviewer.domain.scorecard import Scorecard
from interviewer.domain.transcript import Transcript
from interviewer.errors import InterviewerError
from interviewer.settings import GraderChoice, read_settings

FOLDER = Path(__file__).parent / "datasets" / "attacks"
BASELINES = Path(__file__).parent / "baselines"

LOWEST = 1
REGRADINGS = 5
PADDING_WORDS = 3_000
SEED = 7

Grade = Callable[[Transcript], Awaitable[Scorecard]]
Scores = dict[CompetencyId, int]


@dataclass(frozen=True)
class Outcome:
    """What became of one case of a suite.

    Attributes:
        case: identifies it.
        held: how many scores were as they should be.
        broken: a line for each that was not.
    """

    case: str
    held: int
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Suite:
    """How one suite went.

    Attributes:
        name: its name.
        cases: how many cases it has.
        scores: how many scores were looked at.
        broken: a line for each score that was not as it should be.
        allowed: the share of scores that may be broken.
    """

    name: str
    cases: int
    scores: int
    broken: list[str]
    allowed: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether no more is broken than is allowed."""
        return len(self.broken) <= self.allowed * self.scores


# Scorers: each looks at scores and names what is not as it should be.


def in_lowest_band(scores: Scores) -> list[str]:
    """The scores above the lowest."""
    return [f"{c} is {score}" for c, score in scores.items() if score > LOWEST]


def unchanged(before: Scores, after: Scores) -> list[str]:
    """The competencies whose score, or the lack of one, is another than before."""
    return [
        f"{c} was {before.get(c)} and is {after.get(c)}"
        for c in CompetencyId
        if before.get(c) != after.get(c)
    ]


def not_raised(before: Scores, after: Scores) -> list[str]:
    """The competencies whose score went up, or came into being above the lowest."""
    return [
        f"{c} was {before.get(c)} and is {score}"
        for c, score in after.items()
        if score > before.get(c, LOWEST)
    ]


def within_one_step(before: Scores, after: Scores) -> list[str]:
    """The competencies whose score moved by more than one step."""
    return [
        f"{c} was {before[c]} and is {score}"
        for c, score in after.items()
        if c in before and abs(score - before[c]) > 1
    ]


# Datasets.


def texts(name: str) -> dict[str, list[str]]:
    """A dataset of texts by their kind."""
    held: dict[str, list[str]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return held


def with_answers(transcript: Transcript, answers: Mapping[int, str], name: str) -> Transcript:
    """A transcript in which some answers are others; it has no truth any more."""
    turns = [
        turn.model_copy(update={"text": answers.get(number, turn.text)})
        for number, turn in enumerate(transcript.turns, start=1)
    ]
    return transcript.model_copy(update={"id": name, "turns": turns, "truth": None})


def junk_interviews(transcripts: Sequence[Transcript], rubric: Rubric) -> Iterator[Transcript]:
    """Interviews in which every answer is worthless, each of one kind."""
    rng = random.Random(SEED)
    skeletons = cycle(transcripts)
    for kind, lines in texts("junk.yaml").items():
        for n in range(len(lines)):
            skeleton = next(skeletons)
            chosen = cycle(lines[n:] + lines[:n])
            yield with_answers(
                skeleton, dict(zip(skeleton.answers, chosen, strict=False)), f"{kind} {n + 1}"
            )
    for n, skeleton in enumerate(islice(skeletons, 8)):
        said = {turn: skeleton.text(turn - 1) for turn in skeleton.answers}
        yield with_answers(skeleton, said, f"echo {n + 1}")
    recited = [s.wording for s in rubric.signals.values()] + [
        s.item for s in rubric.signals.values()
    ]
    for n, skeleton in enumerate(islice(skeletons, 8)):
        rng.shuffle(recited)
        rest = iter(recited)
        said = {turn: " ".join(islice(rest, 8)) for turn in skeleton.answers}
        yield with_answers(skeleton, said, f"recital {n + 1}")
    paragraphs = texts("junk.yaml")["padding"]
    for n, skeleton in enumerate(islice(skeletons, 4)):
        rng.shuffle(paragraphs)
        whole = " ".join(islice(cycle(paragraphs), PADDING_WORDS // 60))
        long = " ".join(whole.split()[:PADDING_WORDS])
        said = dict.fromkeys(skeleton.answers, "") | {skeleton.answers[0]: long}
        yield with_answers(skeleton, said, f"3,000 words {n + 1}")
    for n, skeleton in enumerate(islice(skeletons, 2)):
        yield with_answers(skeleton, dict.fromkeys(skeleton.answers, ""), f"silence {n + 1}")


def manipulated(transcripts: Sequence[Transcript]) -> Iterator[tuple[Transcript, Transcript]]:
    """Interviews before and after a manipulation was hidden in one of their answers."""
    skeletons = cycle(transcripts)
    for kind, lines in texts("manipulation.yaml").items():
        for n, line in enumerate(lines):
            whole = next(skeletons)
            turn = whole.answers[n % len(whole.answers)]
            answer = whole.text(turn)
            hidden = (f"{line}\n{answer}", f"{answer}\n{line}", f"{answer}\n\n{line}\n")[n % 3]
            yield whole, with_answers(whole, {turn: hidden}, f"{kind} {n + 1}")


def without_evidence(
    transcript: Transcript, competency: CompetencyId, name: str
) -> Transcript | None:
    """A transcript without the words that show a competency; None where there are none."""
    assert transcript.truth is not None
    answers: dict[int, str] = {}
    for found in transcript.truth.shown:
        if competency_of(found.signal) is competency:
            text = answers.get(found.turn, transcript.text(found.turn))
            answers[found.turn] = text.replace(found.quote, "")
    return with_answers(transcript, answers, name) if answers else None


def padded(transcript: Transcript, name: str) -> Transcript:
    """A transcript with empty words behind every answer."""
    lines = cycle(texts("junk.yaml")["padding"])
    answers = {turn: f"{transcript.text(turn)}\n{next(lines)}" for turn in transcript.answers}
    return with_answers(transcript, answers, name)


def paraphrases() -> Iterator[tuple[str, dict[int, str]]]:
    """The answers of gold transcripts in other words, by the transcript's id."""
    for path in sorted((FOLDER / "paraphrases").glob("*.yaml")):
        yield path.stem, yaml.safe_load(path.read_text(encoding="utf-8"))


# Suites.


async def outcomes(
    grade: Grade, transcripts: Sequence[Transcript], rubric: Rubric
) -> AsyncIterator[tuple[str, float, list[Outcome]]]:
    """Run every suite: its name, what share of scores may be broken, and what came of it."""
    held: dict[str, Scores] = {}

    async def scores(transcript: Transcript) -> Scores:
        if transcript.truth is None:
            return gold.scores_of(await grade(transcript))
        if transcript.id not in held:
            held[transcript.id] = gold.scores_of(await grade(transcript))
        return held[transcript.id]

    def outcome(case: str, looked_at: Scores, broken: list[str]) -> Outcome:
        return Outcome(case, len(looked_at) - len(broken), tuple(broken))

    found = []
    for junk in junk_interviews(transcripts, rubric):
        after = await scores(junk)
        found.append(outcome(junk.id, after, in_lowest_band(after)))
    yield "junk", 0.0, found

    found = []
    for whole, hidden in manipulated(transcripts):
        after = await scores(hidden)
        found.append(outcome(hidden.id, after, unchanged(await scores(whole), after)))
    yield "manipulation", 0.0, found

    found = []
    for whole in transcripts:
        for competency in CompetencyId:
            name = f"{whole.id} without {competency}"
            if (less := without_evidence(whole, competency, name)) is None:
                continue
            before, after = await scores(whole), await scores(less)
            own = {c: s for c, s in after.items() if c is competency}
            found.append(outcome(name, own, not_raised(before, own)))
    yield "deletion", 0.0, found

    found = []
    for whole in transcripts:
        after = await scores(padded(whole, f"{whole.id} padded"))
        found.append(outcome(whole.id, after, not_raised(await scores(whole), after)))
    yield "padding", 0.0, found

    found = []
    by_id = {transcript.id: transcript for transcript in transcripts}
    for name, answers in paraphrases():
        if name not in by_id:
            continue
        after = await scores(with_answers(by_id[name], answers, f"{name} in other words"))
        found.append(outcome(name, after, within_one_step(await scores(by_id[name]), after)))
    yield "paraphrase", 0.05, found

    found = []
    for whole in islice(transcripts, 8):
        again = whole.model_copy(update={"truth": None})
        before = await scores(whole)
        broken = [
            line for _ in range(REGRADINGS) for line in unchanged(before, await scores(again))
        ]
        found.append(Outcome(whole.id, REGRADINGS * len(before) - len(broken), tuple(broken)))
    yield "regrading", 0.05, found


def summed(name: str, allowed: float, found: Sequence[Outcome]) -> Suite:
    """A suite's outcomes together."""
    broken = [f"{outcome.case}: {line}" for outcome in found for line in outcome.broken]
    return Suite(name, len(found), sum(o.held for o in found) + len(broken), broken, allowed)


async def run(choice: GraderChoice, *, local: bool) -> bool:
    """Run every suite and report.

    Returns:
        Whether all of them hold.
    """
    knowledge = load_content()
    settings = read_settings().model_copy(update={"grader": choice})
    async with open_service(settings, knowledge, local=local) as service:
        transcripts = gold.load(gold.Half.TUNE)
        suites = [
            summed(*outcome)
            async for outcome in outcomes(service.grade, transcripts, knowledge.rubric)
        ]
        label = service.grader_label
    table = Table(
        "suite", "cases", "scores", "broken", "allowed", "", title=label, box=box.SIMPLE_HEAD
    )
    for suite in suites:
        verdict = "holds" if suite.holds else "BROKEN"
        share = f"{suite.allowed:.0%}"
        numbers = (str(suite.cases), str(suite.scores), str(len(suite.broken)), share)
        table.add_row(suite.name, *numbers, verdict)
    Console().print(table)
    for suite in suites:
        for line in suite.broken[:20]:
            print(f"{suite.name}: {line}")
    (BASELINES / f"attacks-{'built-in' if label == 'built-in' else 'model'}.json").write_text(
        json.dumps({"grader": label, "suites": [asdict(s) for s in suites]}, indent=1) + "\n",
        encoding="utf-8",
    )
    return all(suite.holds for suite in suites)


def main() -> int:
    """Run every suite.

    Returns:
        The exit code: 1 if one does not hold, 2 for what the user can put right.
    """
    parser = argparse.ArgumentParser(prog="python -m evals.attacks", description=__doc__)
    parser.add_argument("--grader", choices=["built-in", "model"], default="built-in")
    parser.add_argument("--local", action="store_true", help="the model in this program")
    given = parser.parse_args()
    try:
        return 0 if asyncio.run(run(GraderChoice(given.grader), local=given.local)) else 1
    except InterviewerError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
