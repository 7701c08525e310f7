"""A small case with a bank of probes, a phrasebook and a rubric, as regular as can be.

Every competency has probes ``<competency>-1`` to ``<competency>-4``, named after their depth, and
signals ``<competency>.a`` to ``<competency>.h``.
"""

from typing import Any

from interviewer.domain.director import Deck
from interviewer.domain.phrases import Phrasebook
from interviewer.domain.probe import Probe
from interviewer.domain.rubric import CompetencyId, Level, Provenance, Rubric
from interviewer.domain.scenario import Scenario

DEPTHS = (1, 2, 3, 4)


def hints_data(about: str) -> dict[str, str]:
    """The hint ladder of something."""
    return {
        "restate": f"In plain words, {about}?",
        "attention": f"Look at {about}.",
        "constraint": f"Suppose there is no {about}.",
        "choice": f"Either {about} or nothing?",
        "reveal": f"For example {about}.",
    }


def probe_data(id_: str, depth: int = 1, signals: tuple[str, ...] = ("data.a",)) -> dict[str, Any]:
    """A probe as it stands in a file."""
    about = id_.replace("-", " ")
    return {
        "id": id_,
        "depth": depth,
        "text": f"What about {about}?",
        "signals": list(signals),
        "hints": hints_data(about),
    }


def scenario_data() -> dict[str, Any]:
    """A scenario as it stands in its file.

    Fact ``fact-n`` has n words, for n up to 11, 40 and 60.
    """
    fact_words = {f"fact-{n}": n for n in range(1, 12)} | {"fact-40": 40, "fact-60": 60}
    return {
        "slug": "small-case",
        "title": "A small case",
        "industry": "Testing",
        "tags": ["small"],
        "summary": "Decide something.",
        "prompt": "We build " + "very " * 57 + "little.",
        "facts": [
            {
                "key": key,
                "ask": [f"what is {key}", f"tell me {key}"],
                "value": " ".join([key] * words),
                "source": "assumption",
            }
            for key, words in fact_words.items()
        ],
        "constraints": ["fast but cheap", "right but soon"],
        "traps": [{"competency": "data", "text": f"Trap {n}."} for n in range(3)],
        "critical_errors": [
            {
                "id": error,
                "competency": competency,
                "text": f"Makes {error}.",
                "consequence": f"What follows from {error}?",
                "shown": ["a", "b", "c"],
                "not_shown": ["d", "e"],
            }
            for error, competency in (("leaky-split", "evaluation"), ("cloud-loop", "serving"))
        ],
        "expectations": {level: ["Something."] for level in Level},
        "curveballs": [
            {
                "id": ball,
                "change": f"Now {ball}.",
                "question": f"What does {ball} change?",
                "signals": ["tradeoffs.b", "data.b"],
            }
            for ball in ("ten-times", "late-labels", "new-law")
        ],
        "solution_terms": ["cascade"],
        "probes": [probe_data(f"case-{n}", 4, ("responsibility.h",)) for n in range(5)],
        "sources": [],
    }


def small_scenario() -> Scenario:
    """The small case."""
    return Scenario.model_validate(scenario_data())


def bank() -> dict[str, Probe]:
    """Four probes for each competency, of depth 1 to 4."""
    probes = [
        Probe.model_validate(probe_data(f"{c}-{depth}", depth, (f"{c}.{'abcd'[depth - 1]}",)))
        for c in CompetencyId
        for depth in DEPTHS
    ]
    return {probe.id: probe for probe in probes}


def deck_of(*probes: Probe) -> Deck:
    """The small case with these probes, the nearest first; with its bank when none are given."""
    held = {probe.id: probe for probe in probes} or bank()
    return Deck(small_scenario(), held, tuple(held))


def phrasebook_data() -> dict[str, Any]:
    """A phrasebook whose lines are named after their lists."""

    def lines(name: str, *fields: str, count: int = 3) -> list[str]:
        tail = "".join(f" {{{field}}}" for field in fields)
        return [f"{name} {n}{tail}." for n in range(1, count + 1)]

    return {
        "version": 1,
        **{
            name: lines(name)
            for name in (
                *("acknowledge", "overtime", "go_on", "conclude", "assume", "first_principles"),
                *("hint", "decline", "redirect", "deepen", "consequence", "focus", "wait"),
                *(
                    "go_ahead",
                    "curveball",
                    "close_time",
                    "close_covered",
                    "close_candidate",
                    "more_facts",
                ),
            )
        },
        **{name: lines(name, "term") for name in ("about", "leave")},
        "transition": lines("transition", "stage"),
        "transition_on_time": lines("on_time", "stage", "minutes"),
        "rungs": [
            {"plain": lines(f"rung {n}"), "with_term": lines(f"rung {n} with", "term")}
            for n in DEPTHS
        ],
        "opening_hints": hints_data("the opening"),
        "document_hints": hints_data("the document"),
        "curveball_hints": hints_data("the change"),
    }


def small_phrasebook() -> Phrasebook:
    """The phrasebook of the small case."""
    return Phrasebook.model_validate(phrasebook_data())


def signal_data(id_: str) -> dict[str, Any]:
    """A signal as it stands in the rubric."""
    return {
        "id": id_,
        "wording": f"The candidate shows {id_}.",
        "item": f"shows {id_}",
        "advice": f"Show {id_}.",
        "shown": ["a", "b", "c"],
        "not_shown": ["d", "e"],
    }


def rubric_data() -> dict[str, Any]:
    """A rubric with eight signals, ``a`` to ``h``, for every competency."""
    rising = {Level.MID: (0.75, 1.5, 3.0, 0.2), Level.SENIOR: (0.75, 2.25, 3.75, 0.35)}
    bars = rising | {Level.STAFF: (1.0, 2.75, 4.5, 0.5)}
    fields = ("lean_no", "lean_yes", "strong", "volunteered_share")
    return {
        "version": 1,
        "credit": {
            Provenance.VOLUNTEERED: 1.0,
            Provenance.PROBED: 0.75,
            Provenance.HINTED: 0.4,
        },
        "bars": {level: dict(zip(fields, bar, strict=True)) for level, bar in bars.items()},
        "competencies": [
            {
                "id": competency,
                "title": competency.title(),
                "summary": f"All of {competency}.",
                "signals": [signal_data(f"{competency}.{letter}") for letter in "abcdefgh"],
            }
            for competency in CompetencyId
        ],
    }


def small_rubric() -> Rubric:
    """The rubric of the small case; its bars are those of the real one."""
    return Rubric.model_validate(rubric_data())
