"""The first part of a backup: what it holds, of which version, and the installation's key."""

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the backup. `sequences`: of a column, the last number given and if it was."""

    name: str
    columns: list[str]
    rows: int
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Tables are in the order in which their references allow them to be filled."""

    made_at: str
    version: str
    """Of Rollbook."""
    postgresql: int
    size: int
    """Bytes that the tables took in the database that was backed up."""
    migrations: list[tuple[str, str]]
    tables: list[Table]
    left_out: list[str]
    """Columns of the specified tables that another application has added."""
    secrets: str
    """Where credentials were kept: `local` or `aws`."""
    key: bytes | None = field(repr=False)
    """The installation's key; None where it came from the environment."""
    key_proof: str
    """What tells that another key is the same one."""
    others: dict[str, int] = field(default_factory=dict)
    """Shared table -> how many rows of other programs are not in the backup."""

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def as_bytes(self) -> bytes:
        key = None if self.key is None else base64.b64encode(self.key).decode("ascii")
        return json.dumps(asdict(self) | {"key": key}).encode("utf-8")

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        found: dict[str, Any] = json.loads(data)
        key = None if found["key"] is None else base64.b64decode(found["key"])
        tables = [_table(**table) for table in found["tables"]]
        migrations = [(app, name) for app, name in found["migrations"]]
        return cls(**found | {"key": key, "tables": tables, "migrations": migrations})


def _table(*, sequences: dict[str, list[Any]], **table: Any) -> Table:
    return Table(**table, sequences={name: (at, was) for name, (at, was) in sequences.items()})
