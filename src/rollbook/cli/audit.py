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

app = Commands(help="The audit log: check that it is complete, and export it.")


@app.command("verify")
def verify(
    checkpoint: Annotated[
        str | None, typer.Option(help="A checkpoint you kept elsewhere, from the worker's log.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check that no entry was changed or removed."""
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
    typer.echo(
        f"The audit log is complete: {counted(found.events, 'entry', 'entries')}, none changed."
    )
    if found.expired:
        typer.echo(
            f"Deleted after their retention time: {counted(found.expired, 'entry', 'entries')}."
        )
    if found.newest:
        typer.echo(f"Checkpoint: {found.newest}")


@app.command("export")
def export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; only you can read it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Export every entry with its seal, one per line, for an auditor to check.

    If an entry was changed, the last line says so, and the exit code is 1.
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
            typer.echo(f"Saved the audit log to {output}.", err=True)
        if exported.fault is not None:
            raise exported.fault
