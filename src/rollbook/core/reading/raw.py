"""A record as it was split, before it is known what it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it was split. `code` is set where the splitting itself failed."""

    row: int
    cells: list[str]
    code: str = ""
    message: str = ""
    stray: bool = False
    """A quote is inside an unquoted cell."""
