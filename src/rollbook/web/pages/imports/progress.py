"""What the page of a running import shows: the row in the database is the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rollbook.core.quantities import counted, size_text
from rollbook.records.outcome import Outcome
from rollbook.records.queries.comparison import seconds_left, usual_seconds
from rollbook.records.queries.feeds import headers_of, read_catalogue
from rollbook.records.queries.jobs import JobView, job_events
from rollbook.records.queries.progress import JobProgress, progress_of
from rollbook.web.pages.imports.sentences import (
    PHASES,
    PHASES_OF_A_SERVER,
    PHASES_OF_A_STORED_FILE,
    announcement,
    phases_shown,
    time_left,
)
from rollbook.web.pages.imports.so_far import so_far

WEIGHTS: Final[Mapping[str, float]] = {
    "connecting": 5, "downloading": 15, "parsing": 5, "validating": 40, "importing": 25,
}  # fmt: skip
"""How much of the whole bar each step has, beside the wait for a server's file."""

OF_A_SECOND: Final = 4.0
"""How much each second of that wait has: most files take few seconds for all else."""

OF_THE_WAIT: Final = 240.0
"""How much it has at most, so that a large file's other steps are seen to move."""

IN_WORDS: Final = {
    "done": "done", "current": "in progress", "failed": "failed", "stopped": "stopped",
    "held": "needs your review", "later": "not started", "skipped": "not needed",
}  # fmt: skip
"""State of a step -> what a screen reader says of it."""

BROKEN_OFF: Final = {Outcome.FAILED: "failed", Outcome.STOPPED: "stopped"}
"""Outcome -> the state of the step in which the run ended."""

COMPLETED: Final = frozenset({Outcome.SUCCEEDED, Outcome.WITH_WARNINGS, Outcome.UNDONE})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the import: `state` is a key of IN_WORDS."""

    title: str
    state: str
    seconds: float | None
    usual: float | None

    @property
    def in_words(self) -> str:
        """What a screen reader says of it."""
        return IN_WORDS[self.state]


def context_of(job: JobView) -> dict[str, Any]:
    """Return what the templates of a running import need."""
    found = progress_of(job.number)
    phase = found.phase if found else ""
    is_waited_for = phase == "arriving" or (found is not None and "arriving" in found.seconds)
    phases = PHASES_OF_A_SERVER if is_waited_for else PHASES
    if job.is_of_stored_file:
        phases = PHASES_OF_A_STORED_FILE
    names = phases_shown(job)
    phases = {name: names[name] for name in phases}
    step = _step(phase, phases)
    percent = percent_of_all(phase, found, is_of_server=not job.is_of_stored_file)
    usual = usual_seconds(job)
    if found is not None and phase == "arriving" and found.total:
        usual = {**usual, phase: max(usual.get(phase, 0.0), found.total)}
    title = names.get(phase, "Starting…")
    # This page asks again every other second, mostly before anything was found.
    headers = headers_of(read_catalogue()) if found and found.found.causes else {}
    return {
        "job": job,
        "stages": stages_of(job, phases, phase=phase, seconds=_seconds(job, found), usual=usual),
        "step": step,
        "title": title,
        "heading": f"Step {step} of {len(phases)}: {title}" if phase in phases else title,
        "percent": percent,
        "done_so_far": done_so_far(found),
        **so_far(found, headers=headers),
        "progress": found,
        "phases": names,
        "announcement": announcement(
            job, step=step, steps=len(phases), title=title, percent=percent
        ),
        "left": time_left(seconds_left(job, usual, datetime.now(UTC))),
        "events": job_events(job.number),
    }


def stages_of(
    job: JobView,
    phases: Mapping[str, str],
    *,
    phase: str,
    seconds: Mapping[str, float],
    usual: Mapping[str, float],
) -> Sequence[Stage]:
    """Return the steps, each in the state that it is in; only one that ran to its end is done."""
    return [
        Stage(title, _state(job, name, phases, phase, seconds), seconds.get(name), usual.get(name))
        for name, title in phases.items()
    ]


def _state(
    job: JobView,
    name: str,
    phases: Mapping[str, str],
    phase: str,
    seconds: Mapping[str, float],
) -> str:
    outcome, at = job.outcome, _step(name, phases)
    if not outcome.is_over:
        step = _step(phase, phases)
        return "done" if at < step else "current" if at == step else "later"
    if outcome in COMPLETED:
        return "done" if name in seconds else "skipped"
    if outcome is Outcome.NEEDS_REVIEW and name == "importing":
        return "held"
    last = job.report.phase or phase
    if outcome in BROKEN_OFF and at == _step(last, phases):
        return BROKEN_OFF[outcome]
    if name in seconds and at <= _step(last, phases):
        return "done"
    return "skipped" if outcome is Outcome.NO_NEW_FILE else "later"


def percent_of_all(phase: str, found: JobProgress | None, *, is_of_server: bool) -> int:
    """Return how much of all steps is done, 0 to 99: it never goes back from step to step."""
    weights = _weights(phase, found if is_of_server else None)
    phase = "parsing" if phase == "waiting" else phase
    if phase not in weights:
        return 0
    names = list(weights)
    before = sum(weights[name] for name in names[: names.index(phase)])
    part = 0.0
    if found is not None and found.phase == phase:
        now = found.done / found.total if found.total else 0.0
        part = min(1.0, max(now, found.found.furthest))
    return min(99, int((before + weights[phase] * part) * 100 / sum(weights.values())))


def _weights(phase: str, found: JobProgress | None) -> Mapping[str, float]:
    """Return the weight of each step, in their order; `found` is None where no file is waited for.

    While it is waited for, its step is as long as it will be; after that, as it was.
    """
    wait = 0.0
    if found is not None and phase in ("arriving", "connecting"):
        wait = (found.total or 0) if phase == "arriving" else OF_THE_WAIT  # or it would go back
    elif found is not None:
        wait = found.seconds.get("arriving", 0.0)
    first = {"connecting": WEIGHTS["connecting"], "arriving": min(OF_THE_WAIT, wait * OF_A_SECOND)}
    return {**first, **WEIGHTS}


def done_so_far(found: JobProgress | None) -> str:
    """Return how far the running step is, of how much; "" where it does not say."""
    if found is None or not found.done:
        return ""
    if found.phase == "arriving":
        return f"Watched for {counted(found.done, 'second')}."
    if found.phase == "importing" and found.total:
        return f"Part {min(found.done + 1, found.total)} of {found.total}."
    if found.phase not in ("downloading", "validating"):
        return ""
    words = "downloaded" if found.phase == "downloading" else "read and checked"
    whole = f" of {size_text(found.total)}" if found.total else ""
    return f"{size_text(min(found.done, found.total or found.done))}{whole} {words}."


def _step(phase: str, phases: Mapping[str, str]) -> int:
    """Return the number of the step that a phase belongs to, from 1; 0 before the first."""
    names = list(phases)
    phase = "parsing" if phase == "waiting" else phase
    return names.index(phase) + 1 if phase in names else 0


def _seconds(job: JobView, found: JobProgress | None) -> Mapping[str, float]:
    """Return the seconds of each step that ran, by the report once that is written."""
    if job.outcome.is_over and job.report.seconds:
        return job.report.seconds
    return found.seconds if found else {}
