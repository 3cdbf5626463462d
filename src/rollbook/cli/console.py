"""The terminal, for texts out of files, from servers and from people: each stands as it is."""

from rich.console import Console


def plain_console(*, stderr: bool = False) -> Console:
    """Return a console that takes nothing in a text for markup.

    A header such as “[Grade]” would vanish otherwise, and “[/x]” would end the command: after an
    import that was stored, with the word that nothing was changed.
    """
    return Console(stderr=stderr, markup=False, emoji=False)
