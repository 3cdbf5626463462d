"""What is said of the rehearsal of a run: on pages and by commands, in one sentence each."""

from datetime import datetime
from typing import Final

from rollbook.core.quantities import clock_text, moment_words
from rollbook.records.outcome import Outcome
from rollbook.records.queries.rehearsals import NextRehearsal, Rehearsed

TOO_NEAR: Final = "No rehearsal: too little time is left before it."


def rehearsal_words(found: NextRehearsal, now: datetime) -> str:
    """Return what is known of a run's rehearsal; `now` is local."""
    zone = now.tzinfo
    match found.what:
        case Rehearsed.AHEAD if found.at is not None:
            return f"Rehearsal at {moment_words(found.at.astimezone(zone), now)}."
        case Rehearsed.AHEAD | Rehearsed.TOO_LATE:
            return TOO_NEAR
        case Rehearsed.UNDER_WAY:
            return "It is being rehearsed."
        case Rehearsed.AGAIN | Rehearsed.NOT_DONE:
            return _not_done(found, now)
        case Rehearsed.REFUSED:
            return "Rehearsed: its file would be rejected."
        case Rehearsed.HELD:
            return _held(found)
    is_new = found.job is None or found.job.outcome is not Outcome.NO_NEW_FILE
    return "Rehearsed: its file would be imported." if is_new else "Rehearsed: no new file so far."


def _held(found: NextRehearsal) -> str:
    said = "Rehearsed: its file would be held."
    if found.decision is None:
        return f"{said} No one has decided yet."
    if found.obstacle is not None:
        return f"{said} What was decided won't count: {found.obstacle.words}."
    does = "applied" if found.decision.verdict == "apply" else "discarded"
    return f"Decided in advance: this file is {does}."


def _not_done(found: NextRehearsal, now: datetime) -> str:
    job = found.job
    began = job.started_at if job is not None else None
    of = f" of {clock_text(began.astimezone(now.tzinfo))}" if began is not None else ""
    why = job.message.what if job is not None else ""
    said = f"The rehearsal{of} couldn't see the file. {why}".strip()
    if found.at is None:
        return f"{said} So nothing is known about the import."
    return f"{said} It is tried again at {moment_words(found.at.astimezone(now.tzinfo), now)}."
