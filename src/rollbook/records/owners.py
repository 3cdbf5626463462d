"""Statements that another role has to run: each names that role, which is the one that may."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from rollbook.core.quantities import counted
from rollbook.core.visible import visible

DATABASE: Final = "the database"
"""What `owner_of` takes for the database."""

_OWNER: Final = """
select pg_get_userbyid(coalesce(
    (select c.relowner from unnest(%(names)s::text[]) with ordinality n (name, place)
     join pg_catalog.pg_class c on true join pg_catalog.pg_namespace s on s.oid = c.relnamespace
     where s.nspname || '.' || c.relname = n.name order by n.place limit 1),
    (select nspowner from pg_catalog.pg_namespace
     where nspname = any(%(names)s) and nspowner <> 'pg_database_owner'::regrole limit 1),
    (select datdba from pg_catalog.pg_database where datname = current_database())))::text
"""


@dataclass(frozen=True, slots=True)
class OwnersStatement:
    """SQL without its semicolon, and the role that may run it."""

    text: str
    role: str


def owner_of(cursor: Any, *names: str) -> str:
    """Return the role that owns the first of these tables or schemas that is there.

    Where none is, the owner of the database, who may make them.
    """
    cursor.execute(_OWNER, {"names": list(names)})
    [(role,)] = cursor.fetchall()
    return str(role)


def script(statements: Sequence[OwnersStatement]) -> str:
    """Return what psql takes; of several roles, each one's part after a comment that names it."""
    return "\n".join(_lines(statements))


def runners(statements: Sequence[OwnersStatement]) -> str:
    """Return who has to run how many: “clerk” 3 statements and “keeper” 1 statement."""
    counts = Counter(each.role for each in statements)
    return " and ".join(
        f"“{visible(role)}” {counted(count, 'statement')}" for role, count in counts.items()
    )


def _lines(statements: Sequence[OwnersStatement]) -> Iterator[str]:
    roles = list(dict.fromkeys(each.role for each in statements))
    for role in roles:
        if len(roles) > 1:
            name = sql.Identifier(role).as_string(None).replace("\n", " ")
            yield f"-- To be run by the role {visible(name)}:"
        yield from (f"{each.text};" for each in statements if each.role == role)
