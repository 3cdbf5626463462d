"""What a role needs that owns none of the tables: all that serving needs, and no right to rewrite
the audit. Each statement names the role that may run it.
"""

from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.records.database import translated
from rollbook.records.owners import DATABASE, OwnersStatement, owner_of
from rollbook.records.rights import RIGHTS, SCHOOLS, SHARED

_OF_DATABASE: Final = "grant connect, temporary on database {database} to {role}"
_OF_PUBLIC: Final = "grant usage on schema public to {role}"
_USAGE: Final = "grant usage on schema rollbook to {role}"
_OF_SCHEMA: Final = (
    "grant select, insert, update, delete on all tables in schema rollbook to {role}",
    "grant usage, select on all sequences in schema rollbook to {role}",
    "alter default privileges for role {owner} in schema rollbook"
    " grant select, insert, update, delete on tables to {role}",
    "alter default privileges for role {owner} in schema rollbook"
    " grant usage, select on sequences to {role}",
    "revoke update, delete, truncate, trigger on rollbook.audit_events from {role}",
    "revoke update, delete, truncate, trigger on rollbook.audit_seals from {role}",
    "revoke insert, update, delete, truncate on rollbook.django_migrations from {role}",
    "grant execute on function rollbook.expire_audit(timestamptz, integer) to {role}",
)
AUDIT: Final = "rollbook.audit_events"


@translated()
def statements(role: str) -> list[OwnersStatement]:
    """Return what gives `role` all that it needs, whatever it has.

    Running them again changes nothing. The role is made where it is missing, without a password:
    for that line its owner needs the right to make roles, too.
    """
    with connection.cursor() as cursor:
        made = (
            "do $do$ begin if not exists (select from pg_roles where rolname = {literal}) then"
            " create role {role} login; end if; end $do$"
        )
        found = [
            _composed(cursor, made, role=role, owner=owner_of(cursor, DATABASE)),
            _composed(cursor, _OF_DATABASE, role=role, owner=owner_of(cursor, DATABASE)),
            _composed(cursor, _OF_PUBLIC, role=role, owner=owner_of(cursor, "public")),
            *schema_statements(cursor, role),
        ]
        found += [each for table in SHARED for each in shared_statements(cursor, table, role)]
        if are_schools_referenced(cursor):
            found.append(_of_table(cursor, SCHOOLS, RIGHTS[SCHOOLS], role=role))
        return found


def are_schools_referenced(cursor: Any) -> bool:
    """Tell whether there are schools of another application, which its students refer to."""
    cursor.execute(  # by name: `to_regclass` would demand usage on the schema
        "select count(*) = 3 from pg_catalog.pg_attribute a"
        " join pg_catalog.pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = to_regnamespace('public') and not a.attisdropped and ("
        " c.relname = 'schools' and a.attname in ('id', 'name')"
        " or c.relname = 'students' and a.attname = 'school_id')"
    )
    [(are_referenced,)] = cursor.fetchall()
    return bool(are_referenced)


def schema_statements(cursor: Any, role: str) -> list[OwnersStatement]:
    """Return what gives `role` all that it needs of Rollbook's own tables, also of later ones."""
    owner = owner_of(cursor, AUDIT, "rollbook")
    usage = _composed(cursor, _USAGE, role=role, owner=owner_of(cursor, "rollbook"))
    return [usage, *(_composed(cursor, text, role=role, owner=owner) for text in _OF_SCHEMA)]


def shared_statements(cursor: Any, table: str, role: str) -> list[OwnersStatement]:
    """Return what gives `role` all that it needs of a table of `public`, made or yet to be made."""
    sequences = _sequences(cursor, table) or [("public", f"{table}_id_seq")]
    return [_of_table(cursor, table, SHARED[table], role=role)] + [
        _of_sequence(cursor, table, each, role=role) for each in sequences
    ]


def _owner_of_shared(cursor: Any, table: str) -> str:
    """Return who owns the table of `public`, or will have made it: the owner of the students."""
    return owner_of(cursor, f"public.{table}", "public.students")


def _composed(cursor: Any, text: str, *, role: str, owner: str) -> OwnersStatement:
    """Return one of our own statements with the names in it."""
    cursor.execute("select current_database()")
    [(database,)] = cursor.fetchall()
    composed = sql.SQL(text).format(  # type: ignore[arg-type,unused-ignore]
        role=sql.Identifier(role),
        literal=sql.Literal(role),
        owner=sql.Identifier(owner),
        database=sql.Identifier(database),
    )
    return OwnersStatement(composed.as_string(None), owner)


def _of_table(cursor: Any, table: str, rights: str, *, role: str) -> OwnersStatement:
    """Return the grant of `rights`, which are our own words."""
    grant = sql.SQL("grant {} on {} to {}").format(
        sql.SQL(rights),  # type: ignore[arg-type,unused-ignore]
        sql.Identifier("public", table),
        sql.Identifier(role),
    )
    return OwnersStatement(grant.as_string(None), _owner_of_shared(cursor, table))


def _sequences(cursor: Any, table: str) -> list[tuple[str, str]]:
    """Return schema and name of the sequences that the table takes its numbers from."""
    cursor.execute(
        "select s.nspname, c.relname from pg_depend d join pg_class c on c.oid = d.objid"
        " join pg_namespace s on s.oid = c.relnamespace"
        " where c.relkind = 'S' and d.deptype in ('a', 'i') and d.refobjid = to_regclass(%s)",
        [f"public.{table}"],
    )
    return list(cursor.fetchall())


def _of_sequence(
    cursor: Any, table: str, sequence: tuple[str, str], *, role: str
) -> OwnersStatement:
    grant = sql.SQL("grant usage, select on sequence {} to {}")
    text = grant.format(sql.Identifier(*sequence), sql.Identifier(role)).as_string(None)
    return OwnersStatement(text, _owner_of_shared(cursor, table))
