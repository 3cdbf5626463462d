"""The tree of commands, cut down to the one that was asked for, so that it starts sooner."""

from collections.abc import Sequence
from copy import copy

from typer import Typer


def only(asked: Sequence[str], app: Typer) -> Typer:
    """Return `app` with the command or group that `asked` begins with, and no other.

    Building all ninety takes 0.1 s. Where it begins with none of them, the whole tree is returned:
    the help lists it, and the nearest names are found in it.
    """
    first = asked[0] if asked else ""
    cut = copy(app)
    cut.registered_groups = [each for each in app.registered_groups if each.name == first]
    cut.registered_commands = [
        each
        for each in app.registered_commands
        if first == (each.name or getattr(each.callback, "__name__", ""))
    ]
    return cut if cut.registered_groups or cut.registered_commands else app
