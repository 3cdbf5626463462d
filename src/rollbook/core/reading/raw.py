"""A record as it was split, before it is known what it is."""

from dataclasses import dataclass


@dataclass(slots=True)  # not frozen: that would take four times as long to make, for every row
class Raw:
    """A record as it was split. `code` is set where the splitting itself failed."""

    row: int
    cells: list[str]
    code: str = ""
    message: str = ""
    stray: bool = False
    """A quote is inside an unquoted cell."""
