"""`rollbook layouts`: how vendors' exports are read, as they come."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_lines
from rollbook.cli.private_files import read_limited, write_or_print
from rollbook.core.limited_json import LARGEST, json_text

ACTOR = "command line"
Name = Annotated[str, typer.Argument(help="A name of `rollbook layouts list`.")]

app = Commands(help="How vendors' exports are read: built in, and your own.")


@app.command("list")
def list_layouts() -> None:
    """List the layouts. A file's header shows which it has; a feed can be set to one."""
    with database():
        from rollbook.records.queries.layouts import known_layouts

        rows = [
            (
                each.layout.name,
                each.layout.vendor,
                each.layout.title,
                "your own" if each.is_own else "" if each.layout.is_verified else "only if chosen",
                ", ".join(each.feeds),
            )
            for each in known_layouts()
        ]
    print_lines(["layout", "vendor", "what it is", "", "feeds set to it"], rows)


@app.command("show")
def show(name: Name) -> None:
    """Show how a layout reads its files: which columns, and what it leaves out."""
    from rollbook.core.layouts.description import described

    with database():
        from rollbook.records.queries.layouts import layout_by_name

        layout = layout_by_name(name)
    typer.echo("\n".join(described(layout)))


@app.command("export")
def export_layout(
    name: Name,
    file: Annotated[str, typer.Argument(help="The file to write; - for standard output.")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a layout as a file (JSON): to change it, or for another district.

    A built-in one gets a name of its own, such as own-iready-math.
    """
    with database():
        from rollbook.records.queries.layouts import document_to_export

        text = json_text(document_to_export(name))
    write_or_print(file, text, what=f"The layout {name}", force=force)


@app.command("import")
def import_layout(
    file: Annotated[
        str, typer.Argument(help="A file of `rollbook layouts export`; - for standard input.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check it and show what would change, no more.")
    ] = False,
) -> None:
    """Add a layout of your own, or change the one that has its name."""
    data = read_limited(file, LARGEST)
    with database():
        from rollbook.records.operations.layout_trials import try_layout
        from rollbook.records.operations.layouts import read_layout_file, save_layout

        document = read_layout_file(data)
        saved, found = try_layout(document, actor=ACTOR)
        if not dry_run:
            saved = save_layout(document, actor=ACTOR)
    said = f"Layout {saved.name}: {saved.action}."
    if dry_run:
        said += " Nothing was changed: a trial."
    elif saved.action == "added":
        said += f" `rollbook feeds set NAME --layout {saved.name}` has a feed read by it."
    if saved.feeds:
        said += f" It changes how files of {', '.join(saved.feeds)} are read."
    typer.echo(said)
    if saved.action == "changed" and found:
        rows = [(each.where, each.text, each.before, each.after) for each in found]
        print_lines(["where", "text", "is", "would be" if dry_run else "becomes"], rows)


@app.command("remove")
def remove(name: Name) -> None:
    """Remove a layout of your own that no feed is set to."""
    with database():
        from rollbook.records.operations.layouts import remove_layout

        remove_layout(name, actor=ACTOR)
    typer.echo(f"The layout {name} was removed.")
