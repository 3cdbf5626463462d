"""Which rights Rollbook needs to what, and in which words PostgreSQL says that one is missing."""

import re
from typing import Final

SHARED: Final = {
    "students": "select, insert, update",
    "student_data_snapshots": "select, insert, update",
    "settings": "select, insert, update",
    "jobs": "select, insert, update, delete",
}
"""What Rollbook does with the specified tables, which a neighbor may own."""

SCHOOLS: Final = "schools"
READ: Final = {SCHOOLS: "select"}
"""What it only reads: the schools that a neighbor's students refer to."""

RIGHTS: Final = {**SHARED, **READ}

_OURS: Final = {
    "audit_events": "select, insert",
    "audit_seals": "select, insert",
    "django_migrations": "select",
    "issues": "select, insert, delete",
}
_ALL: Final = "select, insert, update, delete"
_NEEDED: Final = {
    "sequence": "usage, select", "schema": "usage", "function": "execute",
    "database": "connect, temporary",
}  # fmt: skip


def rights_to(schema: str, table: str) -> str:
    """Return what Rollbook does with a table, separated by commas."""
    return RIGHTS[table] if schema == "public" else _OURS.get(table, _ALL)


def denied(said: str) -> str:
    """Return which right to which object is missing, of what PostgreSQL said; '' where unknown.

    Names of the database's own objects alone.
    """
    found = re.fullmatch(
        r"(permission denied for|must be owner of)"
        r" (table|sequence|schema|function|database|view|relation) ([a-z_0-9]{1,63})",
        said,
    )
    if found is not None:
        return f": {found[0]}{_rights(*found.groups())}"
    if said.startswith("permission denied to create temporary tables"):
        return ": it needs temporary on the database"
    return ""


def _rights(verb: str, kind: str, name: str) -> str:
    if verb.startswith("must"):
        return ""
    ours = _OURS.get(name, _ALL)
    return f", to which it needs {_NEEDED.get(kind) or RIGHTS.get(name) or ours}"
