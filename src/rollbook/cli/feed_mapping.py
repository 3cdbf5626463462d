"""`rollbook feeds mapping`: a feed's mapping and layout as a file, and into another feed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_lines
from rollbook.cli.private_files import read_limited, write_or_print
from rollbook.core.limited_json import LARGEST, json_text

if TYPE_CHECKING:
    from rollbook.records.operations.mapping_files import ReadOtherwise

ACTOR = "command line"
Name = Annotated[str, typer.Argument(help="The feed's name.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be read otherwise, no more.")
]

app = Commands(help="A feed's mapping and layout, into a file and back.")


@app.command("export")
def export_mapping(
    name: Name,
    file: Annotated[str, typer.Argument(help="The file to write; - for standard output.")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write what headers and values mean in a feed into a file (JSON), with its layout."""
    with database():
        from rollbook.records.operations.mapping_files import mapping_document
        from rollbook.records.queries.feeds import feed_by_name

        text = json_text(mapping_document(feed_by_name(name)))
    write_or_print(file, text, what=f"The mapping of {name}", force=force)


@app.command("import")
def import_mapping(
    name: Name,
    file: Annotated[str, typer.Argument(help="A file of `feeds mapping export`; - for input.")],
    dry_run: DryRun = False,
) -> None:
    """Give a feed the mapping and layout of a file, in place of its own."""
    data = read_limited(file, LARGEST)
    with database():
        from rollbook.records.operations.mapping_files import bring_mapping, read_mapping_file

        found = bring_mapping(name, read_mapping_file(data), actor=ACTOR, dry_run=dry_run)
    _show(found, dry_run=dry_run)


@app.command("copy")
def copy(
    from_feed: Annotated[str, typer.Argument(help="The feed that has it.")],
    name: Annotated[str, typer.Argument(help="The feed that gets it, in place of its own.")],
    dry_run: DryRun = False,
) -> None:
    """Give a feed the mapping and layout of another feed."""
    with database():
        from rollbook.records.operations.mapping_files import copy_mapping

        found = copy_mapping(name, from_feed, actor=ACTOR, dry_run=dry_run)
    _show(found, dry_run=dry_run)


def _show(found: "Sequence[ReadOtherwise]", *, dry_run: bool) -> None:
    if found:
        rows = [(each.where, each.text, each.before, each.after) for each in found]
        print_lines(["where", "in the file", "is read as", "would be" if dry_run else "now"], rows)
    else:
        typer.echo("Nothing is read otherwise.")
    if dry_run:
        typer.echo("Nothing was changed: a trial.")
