"""What a role may not do that Rollbook does: the catalogue is asked about everything that Rollbook
needs and that is there. It answers whatever the role may do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql

from rollbook.records.owners import OwnersStatement
from rollbook.records.rights import READ, SCHOOLS, rights_to
from rollbook.records.roles import are_schools_referenced
from rollbook.records.tables.expected import (
    MIGRATIONS,
    SNAPSHOTS,
    STUDENTS,
    expected_columns,
)
from rollbook.records.tables.objects import FOR_OTHERS, ISSUES

_OWN: Final = "rollbook"
_TERMS: Final = "rollbook.terms"
_OF_IMPORTS: Final = (STUDENTS, SNAPSHOTS, f"public.{SCHOOLS}")
"""Tables that are read by imports, and by none who asks how things stand."""

_LACKING: Final = """
with wanted as (
    select 'database' as kind, '' as schema, datname::text as name, oid, datdba as owner,
           'temporary' as needed
    from pg_catalog.pg_database where datname = current_database()
    union all
    select 'schema', '', n.nspname::text, n.oid,
           case when n.nspowner = 'pg_database_owner'::regrole then d.datdba else n.nspowner end,
           'usage'
    from pg_catalog.pg_namespace n
    join pg_catalog.pg_database d on d.datname = current_database()
    where n.nspname in ('public', 'rollbook')
    union all
    select 'table', n.nspname::text, c.relname::text, c.oid, c.relowner, needed
    from unnest(%(names)s::text[], %(rights)s::text[]) as w(name, rights)
    cross join pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        and n.nspname || '.' || c.relname = w.name
    cross join lateral unnest(string_to_array(w.rights, ', ')) as needed
    where c.relkind in ('r', 'p', 'v')
    union all
    select distinct 'sequence', n.nspname::text, c.relname::text, c.oid, c.relowner, needed
    from pg_catalog.pg_depend d
    join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class t on t.oid = d.refobjid
    join pg_catalog.pg_namespace s on s.oid = t.relnamespace
    cross join unnest(array['usage', 'select']) as needed
    where d.deptype in ('a', 'i') and d.classid = 'pg_class'::regclass
      and s.nspname || '.' || t.relname = any(%(numbered)s)
    union all
    select 'function', n.nspname::text,
           quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')', p.oid, p.proowner,
           'execute'
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'rollbook' and p.prorettype <> 'trigger'::regtype
      and p.proname <> all(%(for_others)s)
)
select kind, schema, name, pg_get_userbyid(owner)::text, string_agg(needed, ', ' order by needed)
from wanted
where not case kind
    when 'database' then has_database_privilege(%(role)s::name, oid, needed)
    when 'schema' then has_schema_privilege(%(role)s::name, oid, needed)
    when 'sequence' then has_sequence_privilege(%(role)s::name, oid, needed)
    when 'function' then has_function_privilege(%(role)s::name, oid, needed)
    else has_table_privilege(%(role)s::name, oid, needed) end
group by kind, schema, name, owner
order by array_position(array['database', 'schema', 'table', 'sequence', 'function'], kind),
         schema, name
"""


@dataclass(frozen=True, slots=True)
class LostRight:
    """Rights to one object that a role does not have."""

    kind: str
    """database, schema, table (a view is one too), sequence or function."""
    schema: str
    """'' of a database or schema."""
    name: str
    """Of a function: with the types of its arguments, as SQL writes it."""
    owner: str
    """The role that can grant them."""
    rights: str
    """Separated by commas."""

    @property
    def what(self) -> str:
        """The object as a sentence names it."""
        if self.kind == "database":
            return "the database"
        return f"{self.schema}.{self.name}" if self.schema else f"the {self.kind} {self.name}"

    @property
    def is_of_ours(self) -> bool:
        """Whether it lies in the schema `rollbook`, or is it."""
        return _OWN in (self.schema, self.name if self.kind == "schema" else "")

    @property
    def blinds(self) -> bool:
        """Whether without it one cannot see what is there: the migrations that ran, and terms."""
        return self.hides and (self.kind == "schema" or self.what in (MIGRATIONS, _TERMS))

    @property
    def hides(self) -> bool:
        """Whether without it one cannot see how things stand."""
        if self.kind == "table":
            return "select" in self.rights and self.what not in _OF_IMPORTS
        return self.kind == "schema" or self.name.startswith("is_import(")

    def grant(self, role: str) -> OwnersStatement:
        """Return what gives it to `role`."""
        return _grant([self], role)


def lost_rights(cursor: Any, role: str) -> list[LostRight]:
    """Return what `role` may not do with the database, both schemas and what lies in them."""
    read = [f"public.{name}" for name in READ] if are_schools_referenced(cursor) else []
    names = [*expected_columns([]), ISSUES, *read]
    numbered = [name for name in names if name not in read]
    rights = [rights_to(*name.split(".")) for name in names]
    asked = {"names": names, "rights": rights, "numbered": numbered, "role": role}
    cursor.execute(_LACKING, {**asked, "for_others": list(FOR_OTHERS)})
    return [LostRight(*found) for found in cursor.fetchall()]


def grants(lost: Iterable[LostRight], role: str) -> list[OwnersStatement]:
    """Return what gives all of it to `role`: of our own tables those that need the same at once."""
    together: dict[tuple[str, ...], list[LostRight]] = {}
    for each in lost:
        is_alone = not each.is_of_ours or each.kind == "schema"
        of = (each.kind, each.owner, each.rights, each.what if is_alone else "")
        together.setdefault(of, []).append(each)
    return [_grant(found, role) for found in together.values()]


def _grant(found: list[LostRight], role: str) -> OwnersStatement:
    first = found[0]
    statement = sql.SQL("grant {} on {}{} to {}").format(
        sql.SQL(first.rights),  # type: ignore[arg-type,unused-ignore]
        sql.SQL("" if first.kind == "table" else f"{first.kind} "),  # type: ignore[arg-type,unused-ignore]
        sql.SQL(", ").join(_identifiers(found)),
        sql.Identifier(role),
    )
    return OwnersStatement(statement.as_string(None), first.owner)


def _identifiers(found: list[LostRight]) -> Iterator[sql.Composable]:
    for each in found:
        if each.kind == "function":  # it is quoted already
            yield sql.SQL("{}.{}").format(sql.Identifier(each.schema), sql.SQL(each.name))  # type: ignore[arg-type,unused-ignore]
        elif each.schema:
            yield sql.Identifier(each.schema, each.name)
        else:
            yield sql.Identifier(each.name)
