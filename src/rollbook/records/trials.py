"""Trying a connection as people do it: with the feed's rules, and the newest file's header kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.reading.headers import match_columns
from rollbook.core.reading.open import open_table
from rollbook.core.rules import FeedRules


@dataclass(slots=True)
class HeaderReader:
    """What `test_connection` asks for the newest file's header; afterwards `header` holds it."""

    catalogue: Catalogue
    rules: FeedRules
    scratch: Callable[[], BinaryIO]
    header: tuple[str, ...] = ()

    def __call__(self, file: BinaryIO, name: str, size: int) -> str:
        """Return how many columns are known. Raises FileRefused."""
        table = open_table(
            file,
            name=name,
            size=size,
            catalogue=self.catalogue,
            rules=self.rules,
            scratch=self.scratch,
        )
        self.header = table.header
        match = match_columns(table.header, self.catalogue, self.rules)
        known = sum(field is not None for field in match.fields)
        return f"{known} of {len(table.header)} columns are known"
