"""The statements for a serving role: all that serving needs, and no right to rewrite the audit."""

from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.records.database import translated
from rollbook.records.rights import RIGHTS, SCHOOLS, SHARED

STATEMENTS: Final = (
    "grant connect, temporary on database {database} to {role}",
    "grant usage on schema rollbook, public to {role}",
    "grant select, insert, update, delete on all tables in schema rollbook to {role}",
    "grant usage, select on all sequences in schema rollbook to {role}",
    "alter default privileges for role {owner} in schema rollbook"
    " grant select, insert, update, delete on tables to {role}",
    "alter default privileges for role {owner} in schema rollbook"
    " grant usage, select on sequences to {role}",
    "revoke update, delete, truncate, trigger on rollbook.audit_events from {role}",
    "revoke insert, update, delete, truncate on rollbook.django_migrations from {role}",
    "grant execute on function rollbook.expire_audit(timestamptz, integer) to {role}",
)


@translated()
def statements(role: str) -> list[str]:
    """Return what a superuser, or the owner with the right to make roles, runs once.

    Running them again changes nothing. The role is made where it is missing, without a password.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_database(), pg_get_userbyid(relowner) from pg_class"
            " where oid = 'rollbook.audit_events'::regclass"
        )
        database, owner = cursor.fetchone()
        names = {
            "role": sql.Identifier(role),
            "owner": sql.Identifier(owner),
            "database": sql.Identifier(database),
        }
        made = sql.SQL(
            "do $do$ begin if not exists (select from pg_roles where rolname = {literal}) then"
            " create role {role} login; end if; end $do$"
        ).format(literal=sql.Literal(role), **names)
        found = [made, *(sql.SQL(each).format(**names) for each in STATEMENTS)]
        texts = [each.as_string(None) for each in found]
        texts += [each for table in SHARED for each in _shared(cursor, table, role)]
        if are_schools_referenced(cursor):
            texts.append(_of_table(SCHOOLS, RIGHTS[SCHOOLS], role=role))
        return texts


def are_schools_referenced(cursor: Any) -> bool:
    """Tell whether there are schools of another application, which its students refer to."""
    cursor.execute(
        "select count(*) = 3 from pg_catalog.pg_attribute where not attisdropped and ("
        " attrelid = to_regclass('public.schools') and attname in ('id', 'name')"
        " or attrelid = to_regclass('public.students') and attname = 'school_id')"
    )
    [(are_referenced,)] = cursor.fetchall()
    return bool(are_referenced)


def missing_grants(cursor: Any, table: str, role: str) -> list[str]:
    """Return the statements that give `role` what it needs of another owner's table.

    A table that is yet to be made is given whole.
    """
    rights = missing_rights(cursor, table, role)
    found = [_of_table(table, ", ".join(rights), role=role)] if rights else []
    if table not in SHARED:
        return found
    sequences = _sequences(cursor, table) or [(0, "public", f"{table}_id_seq")]
    cursor.execute(
        "select c.oid from pg_class c where c.oid = any(%s) and"
        " has_sequence_privilege(%s, c.oid, 'usage') and"
        " has_sequence_privilege(%s, c.oid, 'select')",
        [[oid for oid, *_ in sequences], role, role],
    )
    complete = {oid for (oid,) in cursor.fetchall()}
    return found + [
        _of_sequence(schema, name, role) for oid, schema, name in sequences if oid not in complete
    ]


def missing_rights(cursor: Any, table: str, role: str) -> list[str]:
    """Return the rights to another owner's table that `role` needs and does not have."""
    cursor.execute(
        "select needed from unnest(%s::text[]) needed"
        " where not coalesce(has_table_privilege(%s, to_regclass(%s), needed), false)",
        [RIGHTS[table].split(", "), role, f"public.{table}"],
    )
    return [needed for (needed,) in cursor.fetchall()]


def _shared(cursor: Any, table: str, role: str) -> list[str]:
    return [_of_table(table, SHARED[table], role=role)] + [
        _of_sequence(schema, name, role) for _, schema, name in _sequences(cursor, table)
    ]


def _of_table(table: str, rights: str, *, role: str) -> str:
    """Return the grant of `rights`, which are our own words."""
    grant = sql.SQL("grant {} on {} to {}").format(
        sql.SQL(rights),  # type: ignore[arg-type,unused-ignore]
        sql.Identifier("public", table),
        sql.Identifier(role),
    )
    return grant.as_string(None)


def _sequences(cursor: Any, table: str) -> list[tuple[int, str, str]]:
    """Return number, schema and name of the sequences that the table takes its numbers from."""
    cursor.execute(
        "select c.oid, s.nspname, c.relname from pg_depend d join pg_class c on c.oid = d.objid"
        " join pg_namespace s on s.oid = c.relnamespace"
        " where c.relkind = 'S' and d.deptype in ('a', 'i') and d.refobjid = to_regclass(%s)",
        [f"public.{table}"],
    )
    return list(cursor.fetchall())


def _of_sequence(schema: str, name: str, role: str) -> str:
    grant = sql.SQL("grant usage, select on sequence {} to {}")
    return grant.format(sql.Identifier(schema, name), sql.Identifier(role)).as_string(None)
