"""What may wait in a feed's inbox: codes and columns of its newest file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rollbook.core.catalogue.field import Field
from rollbook.core.mapping import HeaderMeaning
from rollbook.core.quantities import counted
from rollbook.records.queries.jobs import JobView


@dataclass(frozen=True, slots=True)
class NewCode:
    """A text of a coded field that is not known, and the values that it may mean."""

    field: Field
    header: str
    text: str
    rows: int
    choices: Sequence[str]
    nearest: str
    """That of the choices which is most alike; "" where none is."""
    is_kept: bool
    """Whether it is imported as it is; other texts are refused."""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What a page sends back for the text: a browser changes the ends of its lines."""
        return digest_of(self.text)

    @property
    def line(self) -> str:
        """By which a page finds again what was chosen."""
        return f"{self.field.name} {self.key}"


@dataclass(frozen=True, slots=True)
class FullColumn:
    """A coded field with so many unknown texts that the column probably holds something else."""

    field: Field
    header: str
    rows: int


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column that is not known."""

    column: HeaderMeaning
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What a page sends back for the header, as for a code."""
        return digest_of(self.column.header)

    @property
    def line(self) -> str:
        """By which a page finds again what was chosen."""
        return f" {self.key}"


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for a decision, of the file of the import `job`."""

    job: JobView | None = None
    codes: Sequence[NewCode] = ()
    full: Sequence[FullColumn] = ()
    columns: Sequence[NewColumn] = ()

    @property
    def count(self) -> int:
        return len(self.codes) + len(self.full) + len(self.columns)

    @property
    def said(self) -> str:
        """What waits, in numbers: nothing of a student is in it."""
        codes, columns = len(self.codes), len(self.columns) + len(self.full)
        parts = [counted(codes, "new code")] if codes else []
        return ", ".join([*parts, counted(columns, "column")] if columns else parts)


def digest_of(text: str) -> str:
    """Return what an ignored text is known again by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
