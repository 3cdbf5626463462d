"""`rollbook jobs decide` and `take-back`: deciding in advance on a rehearsed file."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.errors import UsageError

Rehearsal = Annotated[int, typer.Argument(help="The number of the rehearsal.")]
Apply = Annotated[
    bool | None,
    typer.Option("--apply/--discard", help="What the planned run does with exactly this file."),
]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the audit log.")]


def decide(job: Rehearsal, reason: Reason, is_applied: Apply = None) -> None:
    """Decide in advance on the file that a rehearsal would hold: for its planned run alone."""
    if is_applied is None:
        raise UsageError(what="It is not said what is decided.", advice="Add --apply or --discard.")
    with database():
        from rollbook.records.district import district_zone
        from rollbook.records.operations.advance_decisions import decide_in_advance

        verdict = "apply" if is_applied else "discard"
        made = decide_in_advance(job, verdict=verdict, actor="command line", reason=reason)
        run = made.planned_at.astimezone(district_zone())
    does = "applies" if is_applied else "discards"
    typer.echo(
        f"The run of {run:%Y-%m-%d %H:%M} {does} this file, if neither it nor the settings change."
    )


def take_decision_back(job: Rehearsal) -> None:
    """Take a decision in advance back, unless the planned run has used it."""
    with database():
        from rollbook.records.operations.advance_decisions import take_back

        take_back(job, actor="command line")
    typer.echo(f"The decision on rehearsal {job} was taken back.")
