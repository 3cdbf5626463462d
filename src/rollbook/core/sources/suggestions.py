"""Names of files and folders for people: made safe to print, and the nearest to what was meant."""

import difflib
from collections.abc import Iterable, Sequence

from rollbook.core.visible import visible

LONGEST = 255
"""Characters of a name that are shown; no file system has longer ones."""

NEAR = 0.75
"""How alike two names are, of 1, where one is probably meant by the other."""
MOST_NEAR = 3


def printable(name: str) -> str:
    """`name` without characters that could steer a terminal, and not endless."""
    shown = visible(name if len(name) <= LONGEST else f"{name[:LONGEST]}…")
    return "".join(character if character.isprintable() else "?" for character in shown)


def what_is_there(wanted: str, names: Iterable[str], *, kind: str, limit: int = 5) -> str:
    """A sentence with the names nearest to `wanted`; `kind` is "files" or "folders"."""
    names = list(names)
    if not names:
        return f"There are no {kind} there."
    return f"These {kind} are there: {some_of(nearest(wanted, names), limit=limit)}."


def did_you_mean(wanted: str, names: Iterable[str]) -> str:
    """A sentence with the names that are nearly `wanted`; "" where none is."""
    near = [each for each in nearest(wanted, names)[:MOST_NEAR] if _nearness(wanted, each) >= NEAR]
    return f"Did you mean {' or '.join(map(printable, near))}?" if near else ""


def nearest(wanted: str, names: Iterable[str]) -> list[str]:
    """`names`, those nearest to `wanted` first."""
    return sorted(names, key=lambda name: (-_nearness(wanted, name), name))


def some_of(names: Sequence[str], *, limit: int = 5) -> str:
    """The first of `names`, safe to print, and how many more there are."""
    shown = ", ".join(printable(name) for name in names[:limit])
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"{shown}{more}"


def _nearness(wanted: str, name: str) -> float:
    return difflib.SequenceMatcher(None, wanted.casefold(), name.casefold()).ratio()
