"""What an undo does, in people and values: a number each, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rollbook.core.quantities import counted


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of an undo; `address` is of the lines that it counts, where the page has them."""

    label: str
    number: int
    said: str
    tone: str = ""
    address: str = ""


def undo_tiles(numbers: Mapping[str, Any], *, is_done: bool) -> list[Tile]:
    """Return a tile for each number that is not 0, people first; none where nothing changes.

    `numbers` are those of an undo or its preview; one that an earlier version did not count is
    not there.
    """
    active, missing, removed, values = (
        int(numbers.get(name) or 0)
        for name in (
            "students_active_again",
            "students_missing_again",
            "students_removed",
            "values_restored",
        )
    )
    stays = [
        counted(int(numbers.get(name) or 0), noun)
        for name, noun in (("values_kept", "value"), ("students_kept", "new student"))
        if numbers.get(name)
    ]
    kept = sum(int(numbers.get(name) or 0) for name in ("values_kept", "students_kept"))
    found = [
        Tile("Active again", active, "Students the import had marked as missing", "ok"),
        Tile("Missing again", missing, "Students the import had brought back", "warn"),
        Tile(
            "New students removed",
            removed,
            "Added by the import, and not changed since",
            "warn",
        ),
        Tile(
            "Values restored" if is_done else "Values that go back",
            values,
            "To what they were before the import",
            address="#h-fields",
        ),
        Tile(
            "Stayed as they were" if is_done else "Stay as they are",
            kept,
            " and ".join(stays),
            address="#h-kept",
        ),
    ]
    return [tile for tile in found if tile.number]
