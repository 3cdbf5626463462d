"""`rollbook jobs decide`, `take-back` and `rehearse`: deciding in advance on a rehearsed file."""

from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.times import district_clock
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from rollbook.records.queries.advance_decisions import Obstacle, State
    from rollbook.records.queries.jobs import JobView

Rehearsal = Annotated[int, typer.Argument(help="The rehearsal's number.")]
Apply = Annotated[
    bool | None,
    typer.Option("--apply/--discard", help="What the planned run does with this file."),
]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit log.")]


def decide(job: Rehearsal, reason: Reason, is_applied: Apply = None) -> None:
    """Decide now what tonight's run does with a file that it would hold."""
    if is_applied is None:
        raise UsageError(what="No decision was given.", advice="Add --apply or --discard.")
    with database():
        from rollbook.records.operations.advance_decisions import decide_in_advance

        verdict = "apply" if is_applied else "discard"
        made = decide_in_advance(job, verdict=verdict, actor="command line", reason=reason)
        run = district_clock().told(made.planned_at)
    does = "imports" if is_applied else "discards"
    typer.echo(f"The run on {run} {does} this file, unless the file or the feed's settings change.")


def tell(job: "JobView") -> None:
    """Say of a rehearsal which run it is of, and what can be decided or was."""
    from rollbook.records.queries.advance_decisions import State, advance_of

    if job.rehearses is None:
        return
    typer.echo(f"This rehearses the run on {district_clock().told(job.rehearses)}.")
    advance = advance_of(job)
    if advance is None:
        return
    if (decision := advance.decision) is not None:
        who, counted = decision.decided_by, decision.used_by
        came = f"used by import {counted}" if counted else f"{advance.state}"
        typer.echo(f"Decided in advance by {who}: {decision.verdict} ({came}).")
    if advance.newer is not None and advance.state in (State.OPEN, State.DECIDED):
        typer.echo(f"Rehearsal {advance.newer} has looked at the file again since: decide there.")
    elif (why := advance.obstacle) is not None:
        typer.echo(_why_not(job.number, advance.state, why))
    elif advance.state is State.OPEN:
        typer.echo(
            f"To decide now: `rollbook jobs decide {job.number} --apply --reason ...` (or "
            "--discard)."
        )


def _why_not(number: int, state: "State", why: "Obstacle") -> str:
    """Say why a decision does not count, or did not, and what to do."""
    from rollbook.records.queries.advance_decisions import Obstacle, State

    if state is State.EXPIRED:
        return f"It didn't count: {why.words}."
    if why is Obstacle.SETTINGS:
        todo = f"Check again with `rollbook jobs rehearse {number}`, and decide on that."
        return f"Settings have changed since: a decision on it won't count. {todo}"
    return f"It won't count: {why.words}. Take it back and decide again."


def rehearse(job: Rehearsal) -> None:
    """Check the file of a rehearsal again, with the current settings."""
    with database():
        from rollbook.records.operations.rehearsals import rehearse_again

        number = rehearse_again(job, actor="command line")
    typer.echo(f"Rehearsal {number} waits for a worker. See it with `rollbook jobs show {number}`.")


def take_decision_back(job: Rehearsal) -> None:
    """Take back an advance decision, unless the planned run has used it."""
    with database():
        from rollbook.records.operations.advance_decisions import take_back

        take_back(job, actor="command line")
    typer.echo(f"Took back the decision on rehearsal {job}.")
