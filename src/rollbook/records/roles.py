"""What a role needs that owns none of the tables: all that serving needs, and no right to rewrite
the audit. Each statement names the role that may run it.
"""

from dataclasses import dataclass
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
    "revoke insert, update, delete, truncate on rollbook.django_migrations from {role}",
    "grant execute on function rollbook.expire_audit(timestamptz, integer) to {role}",
)
AUDIT: Final = "rollbook.audit_events"

_LACKING: Final = """
select coalesce(bool_or(c.relname in ('terms', 'django_migrations') and needed = 'select'), false),
       count(c.oid) > 0 or not has_schema_privilege(%(role)s, n.oid, 'usage')
       or exists (select from pg_catalog.pg_proc p
                  where p.pronamespace = n.oid and p.proname = 'expire_audit'
                  and not has_function_privilege(%(role)s, p.oid, 'execute')),
       not has_schema_privilege(%(role)s, n.oid, 'usage')
from pg_catalog.pg_namespace n
left join (pg_catalog.pg_class c cross join lateral unnest(case
        when c.relkind = 'S' then array['usage', 'select']
        when c.relname = 'audit_events' then array['select', 'insert']
        when c.relname = 'django_migrations' then array['select']
        else array['select', 'insert', 'update', 'delete'] end) needed)
    on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'S')
    and not case when c.relkind = 'S' then has_sequence_privilege(%(role)s, c.oid, needed)
                 else has_table_privilege(%(role)s, c.oid, needed) end
where n.nspname = 'rollbook' and exists (
    select from pg_catalog.pg_class t
    where t.relnamespace = n.oid and t.relname = 'django_migrations')
group by n.oid
"""


@dataclass(frozen=True, slots=True)
class SchemaGrants:
    """What a role lacks of Rollbook's own tables."""

    statements: tuple[OwnersStatement, ...] = ()
    may_look: bool = True
    """Whether it can see what is there: the migrations that have run, and the terms."""


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
            _of_database(cursor, role),
            _of_public(cursor, role),
            *_of_schema(cursor, role),
        ]
        found += [each for table in SHARED for each in _shared(cursor, table, role)]
        if are_schools_referenced(cursor):
            found.append(_of_table(cursor, SCHOOLS, RIGHTS[SCHOOLS], role=role))
        return found


def are_schools_referenced(cursor: Any) -> bool:
    """Tell whether there are schools of another application, which its students refer to."""
    cursor.execute(
        "select count(*) = 3 from pg_catalog.pg_attribute where not attisdropped and ("
        " attrelid = to_regclass('public.schools') and attname in ('id', 'name')"
        " or attrelid = to_regclass('public.students') and attname = 'school_id')"
    )
    [(are_referenced,)] = cursor.fetchall()
    return bool(are_referenced)


def missing_surroundings(cursor: Any, role: str) -> list[OwnersStatement]:
    """Return what lets `role` use the schema `public` and make temporary tables."""
    cursor.execute(
        "select has_schema_privilege(%(role)s, 'public', 'usage'),"
        " has_database_privilege(%(role)s, current_database(), 'temporary')",
        {"role": role},
    )
    [(may_use, may_stage)] = cursor.fetchall()
    found = [] if may_use else [_of_public(cursor, role)]
    return found + ([] if may_stage else [_of_database(cursor, role)])


def missing_schema_grants(cursor: Any, role: str) -> SchemaGrants:
    """Return what `role` lacks of the tables of the schema `rollbook`, where they are there."""
    cursor.execute(_LACKING, {"role": role})
    for is_blind, is_lacking, is_outside in cursor.fetchall():
        if is_lacking:
            usage, *rest = _of_schema(cursor, role)
            needed = (usage, *rest) if is_outside else rest
            return SchemaGrants(tuple(needed), not (is_blind or is_outside))
    return SchemaGrants()


def missing_grants(cursor: Any, table: str, role: str) -> list[OwnersStatement]:
    """Return the statements that give `role` what it needs of another owner's table.

    A table that is yet to be made is given whole.
    """
    rights = missing_rights(cursor, table, role)
    found = [_of_table(cursor, table, ", ".join(rights), role=role)] if rights else []
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
        _of_sequence(cursor, table, (schema, name), role=role)
        for oid, schema, name in sequences
        if oid not in complete
    ]


def missing_rights(cursor: Any, table: str, role: str) -> list[str]:
    """Return the rights to another owner's table that `role` needs and does not have."""
    cursor.execute(
        "select needed from unnest(%s::text[]) needed"
        " where not coalesce(has_table_privilege(%s, to_regclass(%s), needed), false)",
        [RIGHTS[table].split(", "), role, f"public.{table}"],
    )
    return [needed for (needed,) in cursor.fetchall()]


def missing_of(cursor: Any, role: str) -> list[OwnersStatement]:
    """Return what gives `role` the rights that it lacks to serve, where the tables are there."""
    read = (SCHOOLS,) if are_schools_referenced(cursor) else ()
    return [
        *missing_surroundings(cursor, role),
        *missing_schema_grants(cursor, role).statements,
        *(each for table in (*SHARED, *read) for each in missing_grants(cursor, table, role)),
    ]


def owner_of_shared(cursor: Any, table: str) -> str:
    """Return who owns the table of `public`, or will have made it: the owner of the students."""
    return owner_of(cursor, f"public.{table}", "public.students")


def _shared(cursor: Any, table: str, role: str) -> list[OwnersStatement]:
    return [_of_table(cursor, table, SHARED[table], role=role)] + [
        _of_sequence(cursor, table, (schema, name), role=role)
        for _, schema, name in _sequences(cursor, table)
    ]


def _of_database(cursor: Any, role: str) -> OwnersStatement:
    return _composed(cursor, _OF_DATABASE, role=role, owner=owner_of(cursor, DATABASE))


def _of_public(cursor: Any, role: str) -> OwnersStatement:
    return _composed(cursor, _OF_PUBLIC, role=role, owner=owner_of(cursor, "public"))


def _of_schema(cursor: Any, role: str) -> list[OwnersStatement]:
    owner = owner_of(cursor, AUDIT, "rollbook")
    usage = _composed(cursor, _USAGE, role=role, owner=owner_of(cursor, "rollbook"))
    return [usage, *(_composed(cursor, text, role=role, owner=owner) for text in _OF_SCHEMA)]


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
    return OwnersStatement(grant.as_string(None), owner_of_shared(cursor, table))


def _sequences(cursor: Any, table: str) -> list[tuple[int, str, str]]:
    """Return number, schema and name of the sequences that the table takes its numbers from."""
    cursor.execute(
        "select c.oid, s.nspname, c.relname from pg_depend d join pg_class c on c.oid = d.objid"
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
    return OwnersStatement(text, owner_of_shared(cursor, table))
