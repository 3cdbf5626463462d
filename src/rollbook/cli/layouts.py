"""`rollbook layouts`: how vendors' exports are read, as they come."""

from typing import Annotated

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.private_files import read_limited, write_or_print
from rollbook.core.limited_json import LARGEST, json_text

ACTOR = "command line"
Name = Annotated[str, typer.Argument(help="A name from `rollbook layouts list`.")]

app = Commands(help="How test vendors' exports are read: built in, and your own.")


@app.command("list")
def list_layouts() -> None:
    """List layouts. Most files are recognized; a feed can also be set to one."""
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
    print_table(["layout", "vendor", "what it is", "", "feeds set to it"], rows)


@app.command("show")
def show(name: Name) -> None:
    """Show which columns a layout reads, and what it leaves out."""
    from rollbook.core.layouts.description import described

    with database():
        from rollbook.records.queries.layouts import layout_by_name

        layout = layout_by_name(name)
    typer.echo("\n".join(described(layout)))


@app.command("export")
def export_layout(
    name: Name,
    file: Annotated[str, typer.Argument(help="The file to write; - for standard output.")] = "-",
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Save a layout to a file (JSON), to change it or share it.

    A built-in one gets a new name, such as own-iready-math.
    """
    with database():
        from rollbook.records.queries.layouts import document_to_export

        text = json_text(document_to_export(name))
    write_or_print(file, text, what=f"layout {name}", force=force)


@app.command("import")
def import_layout(
    file: Annotated[
        str, typer.Argument(help="A file from `rollbook layouts export`; - for standard input.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check it and show what would change.")
    ] = False,
) -> None:
    """Add a layout of your own, or change the one with its name."""
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
        said += " Preview only; nothing was changed."
    elif saved.action == "added":
        said += f" Use it with `rollbook feeds set NAME --layout {saved.name}`."
    if saved.feeds:
        said += f" It changes how files of {', '.join(saved.feeds)} are read."
    typer.echo(said)
    if saved.action == "changed" and found:
        rows = [(each.where, each.text, each.before, each.after) for each in found]
        print_table(["where", "text", "is", "would be" if dry_run else "becomes"], rows)


@app.command("remove")
def remove(name: Name) -> None:
    """Remove a layout of your own that no feed uses."""
    with database():
        from rollbook.records.operations.layouts import remove_layout

        remove_layout(name, actor=ACTOR)
    typer.echo(f"Removed layout {name}.")
