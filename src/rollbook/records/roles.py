"""The statements for a serving role: all that serving needs, and no right to rewrite the audit."""

from typing import Any, Final

from django.db import connection
from psycopg import sql

from rollbook.records.database import translated

SHARED: Final = {
    "students": "select, insert, update",
    "student_data_snapshots": "select, insert, update",
    "settings": "select, insert, update",
    "jobs": "select, insert, update, delete",
}
"""What Rollbook does with the specified tables, which a neighbor may own."""

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
        found += [each for table in SHARED for each in _shared(cursor, table, sql.Identifier(role))]
        return [each.as_string(None) for each in found]


def _shared(cursor: Any, table: str, role: sql.Identifier) -> list[sql.Composed]:
    name = sql.Identifier("public", table)
    grants = [
        sql.SQL("grant {} on {} to {}").format(sql.SQL(SHARED[table]), name, role)  # our own words
    ]
    cursor.execute(
        "select s.nspname, c.relname from pg_depend d join pg_class c on c.oid = d.objid"
        " join pg_namespace s on s.oid = c.relnamespace"
        " where c.relkind = 'S' and d.deptype in ('a', 'i') and d.refobjid = %s::regclass",
        [f"public.{table}"],
    )
    grants += [
        sql.SQL("grant usage, select on sequence {} to {}").format(sql.Identifier(*found), role)
        for found in cursor.fetchall()
    ]
    return grants
