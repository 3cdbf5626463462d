"""Adding what is missing outside our schema, and the statements for the owner where we may not.

PostgreSQL asks for rights before it looks whether something exists, so we look first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from psycopg import sql

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.statements import Statements
from rollbook.records.owners import DATABASE, OwnersStatement, owner_of
from rollbook.records.roles import schema_statements, shared_statements
from rollbook.records.tables.comparison import named_terms
from rollbook.records.tables.expected import JOBS, SETTINGS, SNAPSHOTS, STUDENTS
from rollbook.records.tables.lost_rights import LostRight, grants, lost_rights

_SQL: Final = Statements("rollbook.records.migrations", "public_tables.sql")

_TYPES: Final = {
    "grade_level": STUDENTS, "student_status": STUDENTS, "job_status": JOBS,
}  # fmt: skip
"""Type -> the table that needs it where that is missing too."""

_METADATA: Final = {
    "ssid": "varchar(50)",
    "imported_at": "timestamp not null default (now() at time zone 'utc')",
    "import_job_id": "integer references public.jobs (id) on delete set null",
    "created_at": "timestamp not null default (now() at time zone 'utc')",
    "updated_at": "timestamp not null default (now() at time zone 'utc')",
}
"""Columns of the snapshots that can be added to rows that are there."""

_SEQUENCE: Final = f"{SNAPSHOTS}_id_seq"
"""Where the snapshots take their numbers from; the neighbor's tool may have made it before."""

_PUBLIC: Final = "the schema public"
_SURROUNDINGS: Final = ("the database", _PUBLIC)

_LOOK: Final = """
select name, to_regclass(name) is not null,
       coalesce((select pg_has_role(relowner, 'usage') from pg_catalog.pg_class
                 where oid = to_regclass(name)), false),
       coalesce(has_table_privilege(to_regclass(name), 'references'), false),
       array(select attname::text from pg_catalog.pg_attribute
             where attrelid = to_regclass(name) and attnum > 0 and not attisdropped)
from unnest(%s::text[]) name
"""


@dataclass(frozen=True, slots=True)
class Repair:
    """A statement that adds what is missing, and whether our role may run it."""

    statement: str
    is_allowed: bool
    is_vital: bool = False
    """Whether nothing else can be made before it."""
    owned: str = STUDENTS
    """The table or schema whose owner may run it; DATABASE for the owner of the database."""
    owner: str = ""
    """That owner, where it is known already."""
    makes: str = ""
    """The table of `public` that it makes."""
    is_grant: bool = False
    """Whether it gives our role a right, without which a migration may fail."""


def _granted(grant: OwnersStatement, *, is_vital: bool = False) -> Repair:
    return Repair(grant.text, is_allowed=False, is_vital=is_vital, owner=grant.role, is_grant=True)


@dataclass(frozen=True, slots=True)
class _Table:
    is_there: bool
    is_ours: bool
    """Whether our role owns it, or is a member of the role that does."""
    is_referable: bool
    columns: frozenset[str]


def needed_repairs(cursor: Any) -> list[Repair]:
    """Return what is missing of the schema and the shared tables, in the order of running it."""
    cursor.execute("select current_user::text, has_schema_privilege('public', 'create')")
    [(role, may_add_tables)] = cursor.fetchall()
    lost = lost_rights(cursor, role)
    around = [each for each in lost if each.what in _SURROUNDINGS]
    repairs = [_granted(each, is_vital=True) for each in grants(around, role)]
    schema = list(_missing_schema(cursor, role))
    ours = [each for each in lost if each.is_of_ours and not (schema and each.kind == "schema")]
    repairs += [*schema, *_missing_of_ours(cursor, ours, role=role)]
    if any(each.what == _PUBLIC for each in lost):
        return repairs  # who may not look into it learns no more
    cursor.execute(_LOOK, [[STUDENTS, JOBS, SETTINGS, SNAPSHOTS, _SEQUENCE]])
    tables = {
        name: _Table(is_there, is_ours, is_referable, frozenset(columns))
        for name, is_there, is_ours, is_referable, columns in cursor.fetchall()
    }
    repairs += _missing_types(cursor, tables, is_allowed=may_add_tables)
    repairs += _missing_tables(tables, is_allowed=may_add_tables)
    terms = [] if any(each.is_vital for each in repairs) else named_terms(cursor)
    made = dict.fromkeys(each.makes for each in repairs if each.makes and not each.is_allowed)
    repairs += _missing_columns(
        tables[SNAPSHOTS], terms=terms, is_made="student_data_snapshots" in made
    )
    shared = [each for each in lost if each not in around and not each.is_of_ours]
    repairs += [_granted(each) for each in grants(shared, role)]
    return repairs + [
        _granted(each) for name in made for each in shared_statements(cursor, name, role)
    ]


def repair(cursor: Any) -> list[Repair]:
    """Add what our role may add; return what is left for others to run, with their names."""
    for each in needed_repairs(cursor):
        if each.is_allowed:
            cursor.execute(each.statement)
    return left_to_others(cursor)


def left_to_others(cursor: Any) -> list[Repair]:
    """Return what our role may not add, with the names of those who may."""
    left = [each for each in needed_repairs(cursor) if not each.is_allowed]
    return [replace(each, owner=each.owner or owner_of(cursor, each.owned)) for each in left]


def _missing_schema(cursor: Any, role: str) -> Iterator[Repair]:
    cursor.execute(
        "select has_database_privilege(current_database(), 'create'), n.oid is not null,"
        " coalesce(has_schema_privilege(n.oid, 'usage'), false),"
        " coalesce(has_schema_privilege(n.oid, 'create'), false),"
        " (select not pg_has_role(relowner, 'usage') from pg_catalog.pg_class c"
        "  where c.relnamespace = n.oid and c.relname = 'django_migrations')"
        " from (values (1)) one left join pg_catalog.pg_namespace n on n.nspname = 'rollbook'"
    )
    [(may_add, is_there, may_use, may_fill, is_anothers)] = cursor.fetchall()
    if is_anothers:  # who has made the tables, and grants what is needed of them
        return
    if not is_there:
        yield Repair("create schema rollbook", is_allowed=may_add, is_vital=True, owned=DATABASE)
        may_use = may_fill = may_add
    if not (may_use and may_fill):
        grant = sql.SQL("grant usage, create on schema rollbook to {}")
        text = grant.format(sql.Identifier(role)).as_string(None)
        yield Repair(text, is_allowed=False, is_vital=True, owned="rollbook")


def _missing_of_ours(cursor: Any, lost: list[LostRight], *, role: str) -> list[Repair]:
    """Return what gives the rights to Rollbook's own tables: where none of them may be used, those
    to tables of later versions too."""
    if {"schema", "table"} <= {each.kind for each in lost}:
        return [_granted(each, is_vital=True) for each in schema_statements(cursor, role)]
    is_vital = any(each.blinds for each in lost)
    return [_granted(each, is_vital=is_vital) for each in grants(lost, role)]


def _missing_types(cursor: Any, tables: dict[str, _Table], *, is_allowed: bool) -> Iterator[Repair]:
    for name, table in _TYPES.items():
        cursor.execute("select to_regtype(%s) is null", [f"public.{name}"])
        if cursor.fetchall() == [(True,)] and not tables[table].is_there:
            yield Repair(_text(name), is_allowed=is_allowed, is_vital=True)


def _missing_tables(tables: dict[str, _Table], *, is_allowed: bool) -> Iterator[Repair]:
    students = tables[STUDENTS]
    if not students.is_there:
        yield Repair(_text("students"), is_allowed=is_allowed, is_vital=True, makes="students")
    may_change = students.is_ours or (not students.is_there and is_allowed)
    if "ssid" not in students.columns:
        yield from (Repair(_text(name), is_allowed=may_change) for name in ("ssid", "ssid_index"))
    for table, name in ((JOBS, "jobs"), (SETTINGS, "settings")):
        if not tables[table].is_there:
            yield Repair(_text(name), is_allowed=is_allowed, is_vital=True, makes=name)
    if not tables[SNAPSHOTS].is_there:
        may_refer = all(
            tables[name].is_referable or (not tables[name].is_there and is_allowed)
            for name in (STUDENTS, JOBS)
        )
        may_number = tables[_SEQUENCE].is_ours or not tables[_SEQUENCE].is_there
        may_make = is_allowed and may_refer and may_number
        yield from (
            Repair(each, is_allowed=may_make, makes="student_data_snapshots")
            for name in ("student_data_snapshots", "snapshot_indexes")
            for each in _texts(name)
        )


def _missing_columns(snapshots: _Table, *, terms: list[str], is_made: bool) -> Iterator[Repair]:
    """`is_made`: others make the table first, by a statement that knows no later term."""
    if not (snapshots.is_there or is_made):
        return
    made = {field.name for field in student_catalogue().snapshot_fields} | _METADATA.keys()
    there = made if is_made else snapshots.columns
    fields = student_catalogue([Term(name) for name in terms]).snapshot_fields
    types = {field.name: field.type.sql for field in fields} | _METADATA
    added = [
        sql.SQL("add column {} {}").format(sql.Identifier(name), sql.SQL(type_))
        for name, type_ in types.items()
        if name not in there
    ]
    if added:
        statement = sql.SQL("alter table public.student_data_snapshots {}")
        text = statement.format(sql.SQL(", ").join(added)).as_string(None)
        yield Repair(text, is_allowed=snapshots.is_ours)


def _text(name: str) -> str:
    return "; ".join(_texts(name))


def _texts(name: str) -> list[str]:
    whole = _SQL.compose(name, {}).as_string(None)
    return [each.strip() for each in whole.split(";") if each.strip()]
