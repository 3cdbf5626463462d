"""Views, functions and triggers of ours, as the migrations have made them last: which are missing,
or have become others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from rollbook.records.models import IssueRow
from rollbook.records.tables.expected import QUEUE
from rollbook.records.tables.key import Key

_SOURCES: Final = (
    "own_tables.sql", "refuse_change.sql", "expire_audit.sql", "issues_once.sql", "is_import_2.sql",
    "is_import_3.sql", "import_index.sql", "undo.sql", "current_students.sql",
    "files_of_some.sql", "old_values.sql", "fix_it_files.sql",
)  # fmt: skip
"""The files of migrations that make them, in the order of running; of two, the later one counts."""

ISSUES: Final = f"rollbook.{IssueRow._meta.db_table}"
CURRENT_STUDENTS: Final = "rollbook.current_students"
VIEWS: Final = (ISSUES, CURRENT_STUDENTS)
FOR_OTHERS: Final = ("list_current_students", "list_old_values_today")
"""Functions that Rollbook itself never calls, so that it needs no right to them."""

_MADE: Final = re.compile(
    r"^create (?:or replace )?function (?P<function>rollbook\.\w+)\((?P<given>[^)]*)\)"
    r".*?\$\$(?P<body>.*?)\$\$"
    r"|^create (?:or replace )?view (?P<view>rollbook\.\w+) as\s[^;]*"
    r"|^create trigger (?P<trigger>\w+)\s[^;]*?\son (?P<table>rollbook\.\w+)\s[^;]*",
    re.MULTILINE | re.DOTALL,
)

_FUNCTIONS: Final = """
select name, p.prosrc, p.prosecdef from unnest(%s::text[]) name
left join pg_catalog.pg_proc p on p.oid = to_regprocedure(name)
"""
_NAMES: Final = """
select 'function', p.proname::text, '' from pg_catalog.pg_proc p
where p.pronamespace = to_regnamespace('rollbook')
union all
select 'trigger', t.tgname::text, 'rollbook.' || c.relname
from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
where c.relnamespace = to_regnamespace('rollbook') and not t.tgisinternal
  and t.tgenabled in ('O', 'A')
union all
select 'column', a.attname::text, 'rollbook.' || c.relname
from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0
where c.relnamespace = to_regnamespace('rollbook') and c.relkind = 'v'
"""


@dataclass(frozen=True, slots=True)
class _Function:
    signature: str
    body: str
    runs_as_owner: bool
    statement: str


def missing_objects(cursor: Any) -> list[Key]:
    """Return what is missing or another, in the order in which it can be made again."""
    cursor.execute(_NAMES)
    there = set(cursor.fetchall())
    functions, views, triggers = _expected()
    found = list(_changed(cursor, functions))
    lost = {view for view in views if not _is_view_there(view, there)}
    found += [Key(name, "view", (), views[name]) for name in views if name in lost]
    for (table, name), statement in triggers.items():
        if ("trigger", name, table) not in there or table in lost:
            found.append(Key(table, "trigger", (name,), statement))
    names = {name for _, name, _ in there}
    return found + [Key(f"rollbook.{name}", "queue", ()) for name in QUEUE if name not in names]


def _is_view_there(view: str, there: set[tuple[str, str, str]]) -> bool:
    columns = {name for kind, name, of in there if (kind, of) == ("column", view)}
    wanted = {each.column for each in IssueRow._meta.fields} if view == ISSUES else set()
    return bool(columns) and wanted <= columns


def _changed(cursor: Any, functions: dict[str, _Function]) -> Iterator[Key]:
    cursor.execute(_FUNCTIONS, [list(functions)])
    for name, body, runs_as_owner in cursor.fetchall():
        wanted = functions[name]
        if body is None:
            yield Key(name, "function", (), wanted.statement)
        elif (body, runs_as_owner) != (wanted.body, wanted.runs_as_owner):
            yield Key(name, "changed", (), wanted.statement)


@cache
def _expected() -> tuple[dict[str, _Function], dict[str, str], dict[tuple[str, str], str]]:
    """Return our functions, views and triggers with the statements that make them again."""
    folder = resources.files("rollbook.records") / "migrations"
    functions: dict[str, _Function] = {}
    views: dict[str, str] = {}
    triggers: dict[tuple[str, str], str] = {}
    for source in _SOURCES:
        text = (folder / source).read_text(encoding="utf-8")
        for made in _MADE.finditer(text):
            if made["function"]:
                function = _function(made, text)
                functions[function.signature] = function
            elif made["view"]:
                views[made["view"]] = f"drop view if exists {made['view']}; {made[0]}"
            else:
                drop = f"drop trigger if exists {made['trigger']} on {made['table']}"
                triggers[made["table"], made["trigger"]] = f"{drop}; {made[0]}"
    return functions, views, triggers


def _function(made: re.Match[str], text: str) -> _Function:
    name = made["function"]
    types = [each.split()[-1] for each in made["given"].split(",") if each.strip()]
    whole = re.sub("^create (or replace )?function", "create or replace function", made[0])
    if revoked := re.search(rf"^revoke execute on function {re.escape(name)} [^;]*", text, re.M):
        whole += f"; {revoked[0]}"
    is_definer = "security definer" in made[0]
    return _Function(f"{name}({', '.join(types)})", made["body"], is_definer, whole)
