"""`rollbook feeds mapping`: a feed's mapping and layout as a file, and into another feed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.private_files import read_limited, write_or_print
from rollbook.core.limited_json import LARGEST, json_text

if TYPE_CHECKING:
    from rollbook.records.operations.mapping_files import ReadOtherwise

ACTOR = "command line"
Name = Annotated[str, typer.Argument(help="The feed's name.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be read differently.")
]

app = Commands(help="Save a feed's mapping and layout to a file, or copy it to another feed.")


@app.command("export")
def export_mapping(
    name: Name,
    file: Annotated[str, typer.Argument(help="The file to write; - for standard output.")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Save a feed's mapping and layout to a file (JSON)."""
    with database():
        from rollbook.records.operations.mapping_files import mapping_document
        from rollbook.records.queries.feeds import feed_by_name

        text = json_text(mapping_document(feed_by_name(name)))
    write_or_print(file, text, what=f"the mapping of {name}", force=force)


@app.command("import")
def import_mapping(
    name: Name,
    file: Annotated[
        str, typer.Argument(help="A file from `feeds mapping export`; - for standard input.")
    ],
    dry_run: DryRun = False,
) -> None:
    """Replace a feed's mapping and layout with those in a file."""
    data = read_limited(file, LARGEST)
    with database():
        from rollbook.records.operations.mapping_files import bring_mapping, read_mapping_file

        found = bring_mapping(name, read_mapping_file(data), actor=ACTOR, dry_run=dry_run)
    _show(found, dry_run=dry_run)


@app.command("copy")
def copy(
    from_feed: Annotated[str, typer.Argument(help="The feed to copy from.")],
    name: Annotated[str, typer.Argument(help="The feed to copy to.")],
    dry_run: DryRun = False,
) -> None:
    """Replace a feed's mapping and layout with those of another feed."""
    with database():
        from rollbook.records.operations.mapping_files import copy_mapping

        found = copy_mapping(name, from_feed, actor=ACTOR, dry_run=dry_run)
    _show(found, dry_run=dry_run)


def _show(found: "Sequence[ReadOtherwise]", *, dry_run: bool) -> None:
    if found:
        rows = [(each.where, each.text, each.before, each.after) for each in found]
        print_table(["where", "in the file", "is read as", "would be" if dry_run else "now"], rows)
    else:
        typer.echo("Nothing is read differently.")
    if dry_run:
        typer.echo("Preview only; nothing was changed.")
