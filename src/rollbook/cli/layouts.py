"""`rollbook layouts`: the vendors' exports that are read as they come."""

from typing import Annotated

import typer

from rollbook.cli.console import print_lines

app = typer.Typer(
    no_args_is_help=True, help="Exports of vendors that are read as they come: i-Ready, mCLASS."
)


@app.command("list")
def list_layouts() -> None:
    """List the layouts. A file's header shows which it has; a feed can be set to one."""
    from rollbook.core.layouts.builtin import LAYOUTS

    rows = [
        (layout.name, layout.vendor, layout.title, "" if layout.is_verified else "only if chosen")
        for layout in LAYOUTS
    ]
    print_lines(["layout", "vendor", "what it is", ""], rows)


@app.command("show")
def show(name: Annotated[str, typer.Argument(help="A name of `rollbook layouts list`.")]) -> None:
    """Show how a layout reads its files: which columns, and what it leaves out."""
    from rollbook.core.layouts.builtin import BY_NAME, UnknownLayout
    from rollbook.core.layouts.description import described

    if name not in BY_NAME:
        raise UnknownLayout(name=name, known=", ".join(BY_NAME))
    typer.echo("\n".join(described(BY_NAME[name])))
