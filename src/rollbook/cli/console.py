"""The terminal, for texts out of files, from servers and from people: each stands as it is."""

import typer
from rich.console import Console


def plain_console(*, stderr: bool = False) -> Console:
    """Return a console that takes nothing in a text for markup.

    A header such as “[Grade]” would vanish otherwise, and “[/x]” would end the command: after an
    import that was stored, with the word that nothing was changed.
    """
    return Console(stderr=stderr, markup=False, emoji=False)


def confirm(question: str) -> None:
    """Go on only after a yes. Raises typer.Exit, having said that nothing was changed."""
    try:
        is_wanted = typer.confirm(question)
    except typer.Abort:  # the input has ended
        typer.echo()
        is_wanted = False
    if not is_wanted:
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1)
