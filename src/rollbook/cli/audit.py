"""`rollbook audit`: whether the audit is as it was written, and a copy that others can check."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.private_files import check_free, write_private
from rollbook.core.quantities import counted

app = Commands(help="The audit log: check that it is whole, hand it over.")


@app.command("verify")
def verify(
    checkpoint: Annotated[
        str | None, typer.Option(help="One that was kept elsewhere, as the worker's log has it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check that no event was changed or removed since it was sealed."""
    with database():
        from rollbook.records.operations.audit_seals import seal_all
        from rollbook.records.queries import audit_chain

        of = audit_chain.Checkpoint.from_text
        expected = None if checkpoint is None else of(checkpoint)
        seal_all()
        found = audit_chain.verify(now=datetime.now(UTC), expected=expected)
    if as_json:
        typer.echo(json.dumps(asdict(found) | {"newest": found.newest and str(found.newest)}))
        return
    typer.echo(f"The audit is whole: {counted(found.events, 'event')}, none changed.")
    if found.expired:
        typer.echo(f"{counted(found.expired, 'event')} had been kept long enough and were deleted.")
    if found.newest:
        typer.echo(f"Checkpoint: {found.newest}")


@app.command("export")
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file, which you alone may read.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write all events with their seals, one a line, for an auditor to check without Rollbook.

    Where the audit was changed, all is written, the last line says so, and it ends with 1.
    """
    if output is not None:
        check_free(output, force=force)
    with database():
        from rollbook.records.operations.audit_seals import seal_all
        from rollbook.records.queries.audit_chain import Export

        seal_all()
        exported = Export(datetime.now(UTC))
        if output is None:
            for line in exported:
                typer.echo(line)
        else:
            write_private(output, (f"{line}\n" for line in exported), force=force)
            typer.echo(f"The audit is in {output}.", err=True)
        if exported.fault is not None:
            raise exported.fault
