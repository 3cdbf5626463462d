"""Keys, references, checks and indexes that Rollbook relies on: which are missing, adding them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model
from psycopg import sql

from rollbook.records.owners import OwnersStatement, owner_of
from rollbook.records.tables.expected import JOBS, SETTINGS, SNAPSHOTS, STUDENTS

_THERE: Final = """
select n.nspname || '.' || c.relname, i.relname,
       case when x.indisunique and x.indpred is null then 'unique' else 'index' end,
       array(select coalesce(a.attname, '')
             from unnest(x.indkey::int2[]) with ordinality k (number, place)
             left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
             where k.place <= x.indnkeyatts order by k.place), ''
from pg_catalog.pg_index x
join pg_catalog.pg_class c on c.oid = x.indrelid
join pg_catalog.pg_class i on i.oid = x.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where x.indisvalid and n.nspname || '.' || c.relname = any(%(tables)s)
union all
select n.nspname || '.' || c.relname, k.conname,
       case k.contype when 'f' then 'reference' else 'check' end,
       array(select a.attname from unnest(k.conkey) with ordinality u (number, place)
             join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = u.number
             order by u.place), k.confdeltype::text
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype in ('c', 'f') and n.nspname || '.' || c.relname = any(%(tables)s)
"""


@dataclass(frozen=True, slots=True)
class Key:
    """Something that a table must have. `name`: only one of this name counts."""

    table: str
    kind: str
    """unique, reference, check, index or deletion: a reference that forbids to delete a row."""
    columns: tuple[str, ...]
    statement: str = ""
    """What adds it outside our schema."""
    name: str = ""
    is_ours: bool = True
    """Whether we add it again: another application's own keys are for its owner."""
    deletion: str = ""
    """Of a reference: what becomes of our row where the other one is deleted, as SQL says it."""


@dataclass(frozen=True, slots=True)
class _There:
    table: str
    name: str
    kind: str
    columns: tuple[str, ...]
    deletion: str


_DELETIONS: Final = {"c": "cascade", "n": "set null"}
"""What the catalogue says of a deletion -> how SQL says it. The rest forbids it."""


def _of(table: str, kind: str, column: str, *, added: str = "", is_ours: bool = True) -> Key:
    statement = f"alter table {table} add {added or f'unique ({column})'}"
    return Key(table, kind, (column,), statement, is_ours=is_ours)


def _reference(column: str, table: str, *, deletion: str) -> Key:
    added = f"foreign key ({column}) references {table} (id) on delete {deletion}"
    statement = f"alter table {SNAPSHOTS} add {added}"
    return Key(SNAPSHOTS, "reference", (column,), statement, deletion=deletion)


def _index(table: str, column: str) -> Key:
    name = f"idx_{table.partition('.')[2]}_{column}"
    return Key(table, "index", (column,), f"create index {name} on {table} ({column})")


SSID: Final = _index(STUDENTS, "ssid")
"""Where the column is ours."""

SHARED: Final = (
    _of(STUDENTS, "unique", "id", is_ours=False),
    _of(STUDENTS, "unique", "student_id", is_ours=False),
    SSID,
    _of(JOBS, "unique", "id", is_ours=False),
    _of(SETTINGS, "unique", "key", is_ours=False),
    _of(SNAPSHOTS, "unique", "id"),
    _of(SNAPSHOTS, "unique", "student_id"),
    _reference("student_id", STUDENTS, deletion="cascade"),
    _reference("import_job_id", JOBS, deletion="set null"),
    _index(SNAPSHOTS, "imported_at"),
    _index(SNAPSHOTS, "import_job_id"),
)  # fmt: skip
"""Of the tables outside our schema."""

OWN: Final = (
    Key("rollbook.presence", "unique", ("feed_id", "student_id"),
        "alter table rollbook.presence add primary key (feed_id, student_id)"),
    _of("rollbook.job_progress", "unique", "job_id", added="primary key (job_id)"),
)  # fmt: skip
"""Of our tables without a model."""


def missing_keys(cursor: Any) -> list[Key]:
    """Return what is missing of the tables that are there."""
    expected = [*SHARED, *_own_keys(), *(named.key for named in _named())]
    if not _has_our_ssid(cursor):
        expected.remove(SSID)
    names = list({key.table for key in expected})
    cursor.execute(_THERE, {"tables": names})
    there = [
        _There(table, name, kind, tuple(columns), _DELETIONS.get(action, ""))
        for table, name, kind, columns, action in cursor.fetchall()
    ]
    cursor.execute(
        "select name from unnest(%s::text[]) name where to_regclass(name) is not null", [names]
    )
    tables = {name for (name,) in cursor.fetchall()}
    missing = [key for key in expected if key.table in tables and not _is_there(key, there)]
    return missing + [each for key in expected for each in _that_forbid(key, there)]


def repair_keys(cursor: Any) -> list[OwnersStatement]:
    """Add what is missing of ours; return the statements that our role may not run.

    What rows stand against stays missing, and is told. The statement is "" where the owner of
    Rollbook's tables does the same by bringing them up to date.
    """
    left = []
    named = {each.key: each for each in _named()}
    for key in missing_keys(cursor):
        if not key.is_ours:
            continue
        try:
            with transaction.atomic():
                if key in named:
                    named[key].add()
                else:
                    cursor.execute(key.statement)
        except IntegrityError:
            continue
        except ProgrammingError:
            is_named = key in named or key.table.startswith("rollbook.")
            text = "" if is_named else key.statement
            left.append(OwnersStatement(text, owner_of(cursor, key.table)))
    return left


@dataclass(frozen=True, slots=True)
class _Named:
    """What a model of ours declares by name."""

    key: Key
    model: type[Model]
    part: Any
    """The constraint or index."""

    def add(self) -> None:
        with connection.schema_editor() as editor:
            if self.key.kind == "index":
                editor.add_index(self.model, self.part)
            else:
                editor.add_constraint(self.model, self.part)


def _named() -> Iterator[_Named]:
    for model in _models():
        table = f"rollbook.{model._meta.db_table}"
        for constraint in model._meta.constraints:
            columns = tuple(getattr(constraint, "fields", ()))
            key = Key(table, "unique" if columns else "check", columns, name=constraint.name)
            yield _Named(key, model, constraint)
        for index in model._meta.indexes:
            key = Key(table, "index", tuple(index.fields), name=index.name)
            yield _Named(key, model, index)


def _own_keys() -> Iterator[Key]:
    yield from OWN
    for model in _models():
        for field in model._meta.concrete_fields:
            if field.unique and field.column:
                table, kind = f"rollbook.{model._meta.db_table}", "unique"
                what = "primary key" if field.primary_key else kind
                yield _of(table, kind, field.column, added=f"{what} ({field.column})")


def _models() -> Iterator[type[Model]]:
    for model in apps.get_app_config("records").get_models():
        if model._meta.managed:
            yield model


def _has_our_ssid(cursor: Any) -> bool:
    """Tell whether the SSIDs of students, and so their index, were added by us."""
    cursor.execute(
        "select exists (select from pg_catalog.pg_attribute"
        " where attrelid = to_regclass(%s) and attname = 'ssid' and not attisdropped"
        " and starts_with(col_description(attrelid, attnum), 'Added by Rollbook'))",
        [STUDENTS],
    )
    return bool(cursor.fetchall() == [(True,)])


def _is_there(key: Key, there: Sequence[_There]) -> bool:
    of_table = [each for each in there if each.table == key.table]
    if key.name:
        return any(each.name == key.name for each in of_table)
    if key.kind == "index":
        return any(
            each.kind in ("index", "unique") and each.columns[: len(key.columns)] == key.columns
            for each in of_table
        )
    return any(each.kind == key.kind and set(each.columns) == set(key.columns) for each in of_table)


def _that_forbid(key: Key, there: Sequence[_There]) -> Iterator[Key]:
    """Find references that are there, but keep others from deleting their rows."""
    added = key.statement.partition(" add ")[2]
    for each in there:
        is_it = (each.table, each.kind, each.columns) == (key.table, "reference", key.columns)
        if key.deletion and is_it and each.deletion != key.deletion:
            name = sql.Identifier(each.name).as_string(None)
            statement = f"alter table {key.table} drop constraint {name}, add {added}"
            yield Key(key.table, "deletion", key.columns, statement)
