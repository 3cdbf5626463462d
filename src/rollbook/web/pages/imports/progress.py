"""What the page of a running import shows: the row in the database is the truth."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rollbook.records.queries.comparison import seconds_left, usual_seconds
from rollbook.records.queries.jobs import JobProgress, JobView, job_events, progress_of
from rollbook.web.pages.imports.sentences import (
    PHASES,
    PHASES_OF_A_SERVER,
    PHASES_OF_A_STORED_FILE,
    announcement,
    phases_shown,
    time_left,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the import: `state` is done, current or later."""

    title: str
    state: str
    seconds: float | None
    usual: float | None

    @property
    def in_words(self) -> str:
        """What a screen reader says of it."""
        return {"done": "done", "current": "in progress"}.get(self.state, "not started")


def context_of(job: JobView) -> dict[str, Any]:
    """Return what the templates of a running import need."""
    found = progress_of(job.number)
    phase = found.phase if found else ""
    is_waited_for = phase == "arriving" or (found is not None and "arriving" in found.seconds)
    phases = PHASES_OF_A_SERVER if is_waited_for else PHASES
    if job.is_of_stored_file:
        phases = PHASES_OF_A_STORED_FILE
    names = phases_shown(job)
    step_of = {name: at for at, name in enumerate(phases, 1)}
    step = step_of["parsing"] if phase == "waiting" else step_of.get(phase, 0)
    percent = _percent(found)
    usual = usual_seconds(job)
    stages = [
        Stage(
            name_shown,
            "done" if at < step or job.outcome.is_over else "current" if at == step else "later",
            found.seconds.get(name) if found else None,
            usual.get(name),
        )
        for at, (name, name_shown) in enumerate(phases.items(), 1)
    ]
    title = names.get(phase, "Waiting for a worker")
    return {
        "job": job,
        "stages": stages,
        "step": step,
        "title": title,
        "heading": f"Step {step} of {len(phases)}: {title}" if phase in phases else title,
        "percent": percent,
        "progress": found,
        "phases": names,
        "announcement": announcement(
            job.outcome, step=step, steps=len(phases), title=title, percent=percent
        ),
        "left": time_left(seconds_left(job, usual, datetime.now(UTC))),
        "events": job_events(job.number),
    }


def _percent(found: "JobProgress | None") -> int | None:
    if found is None or not found.total:
        return None
    return min(100, found.done * 100 // found.total)
