"""Puts the rows of a backup beside those of another application, whose rows all stay as they are.

Students are found by their number and keep their values; those who are missing are added. Imports
get other numbers where one of theirs is taken.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from psycopg import Cursor, sql

from rollbook.backup import tables
from rollbook.backup.alone import compared, continue_sequences, copied
from rollbook.backup.digest import RowsDigest
from rollbook.backup.errors import CountsDiffer, StudentsDoubtful, StudentsUnfit
from rollbook.backup.manifest import Table
from rollbook.core.loading.statements import compose
from rollbook.core.statements import Statements
from rollbook.records.tables.expected import JOBS, SETTINGS, SNAPSHOTS, STUDENTS
from rollbook.records.tables.ownership import condition_of

_SQL: Final = Statements(__package__, "beside.sql")

PRESENCE: Final = "rollbook.presence"
CHANGES: Final = (
    "rollbook.student_changes", "rollbook.presence_changes", "rollbook.undo_kept",
    "rollbook.protected_values",
)  # fmt: skip
OF_STUDENTS: Final = (SNAPSHOTS, PRESENCE, *CHANGES)
"""Tables that have the number of a student's row in `student_id`."""
AUDIT: Final = "rollbook.audit_events"
NUMBER_OF_JOB: Final = frozenset((
    "job_id", "import_job_id", "first_job_id", "said_job_id", "ended_job_id", "good_job_id",
))  # fmt: skip
_NUMBER_WITHIN: Final = {(JOBS, "output_data"): "{report,job}", (JOBS, "input_data"): "{job}"}
"""Column of JSON -> the path of an import's number in it."""

_TEXTS: Final = ("grade", "status")
"""Columns of students that are staged as text: this database may not know the value."""

_NEW_ELSEWHERE: Final = frozenset(("school_id", "created_by", "updated_by"))
"""Columns that refer to rows which this database does not have, or has as something else."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of the backup's students and imports in a shared database."""

    matched: int = 0
    """Students who were there under the same number, and stay as they are."""
    differing: int = 0
    """Of those, with another name or grade than in the backup."""
    added: int = 0
    shift: int = 0
    """By how much the numbers of the imports are higher than in the backup."""


class Beside:
    """Fills tables of ours, and those that others have rows in."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self._cursor = cursor
        self._given: dict[str, RowsDigest] = {}
        self._staged: dict[str, Table] = {}
        self._shift = 0
        self.adopted = Adopted()

    def load(self, table: Table, rows: Iterable[bytes]) -> None:
        """Put rows into a table of ours, or beside it where something in them may change."""
        target = self._stage(table) if _changes(table) else tables.identifier(table.name)
        self._given[table.name] = copied(self._cursor, target, table.columns, rows)

    def finish(self, described: Collection[Table]) -> dict[str, int]:
        """Put everything in its place and return how many rows of ours each table has.

        Raises StudentsDoubtful, StudentsUnfit, CountsDiffer, RowsDiffer.
        """
        for table in described:
            if _changes(table) and table.name not in self._staged:  # it has no rows
                self._stage(table)
        staged = dict(self._staged)
        self._place_students()
        self._choose_numbers()
        for name in (JOBS, SETTINGS, *self._staged):
            if name != STUDENTS and name in staged:
                self._place(staged.pop(name))
        self._run("continue_numbers")
        counts = {}
        for table in described:
            if table.name not in (STUDENTS, JOBS, SETTINGS):
                continue_sequences(self._cursor, table)
            counts[table.name] = (
                self._count_students(table)
                if table.name == STUDENTS
                else compared(self._cursor, table, self._stored(table), self._given)
            )
        return counts

    def _stage(self, table: Table) -> sql.Identifier:
        self._staged[table.name] = table
        staged = _staged_name(table.name)
        columns = [
            sql.SQL("{0}::text as {0}").format(sql.Identifier(column))
            if table.name == STUDENTS and column in _TEXTS
            else sql.Identifier(column)
            for column in table.columns
        ]
        self._cursor.execute(
            sql.SQL("create temp table {} on commit drop as select {} from {} with no data").format(
                sql.Identifier(staged), sql.SQL(", ").join(columns), tables.identifier(table.name)
            )
        )
        return sql.Identifier("pg_temp", staged)

    def _place_students(self) -> None:
        self._run("find_students")
        self._cursor.execute("analyze pg_temp.known_students")
        key = {
            "given_key": compose("key_of", {"number": sql.Identifier("x", "student_id")}),
            "stored_key": compose("key_of", {"number": sql.Identifier("k", "student_id")}),
        }
        doubtful = self._number("count_doubtful", key) + self._number("count_other_ssids")
        if doubtful:
            raise StudentsDoubtful(count=doubtful)
        if unfit := self._number("count_unfit"):
            raise StudentsUnfit(count=unfit)
        differing = self._number("count_differing")
        self._run("number_new_students")
        added = self._cursor.rowcount
        self._run("fill_ssids")
        self._add_students(self._staged[STUDENTS].columns)
        matched = self._staged[STUDENTS].rows - added
        self.adopted = Adopted(matched, differing, added)

    def _add_students(self, columns: list[str]) -> None:
        kept = [each for each in columns if each not in _NEW_ELSEWHERE | {"id"}]
        self._cursor.execute(
            sql.SQL(
                "insert into public.students (id, {}) select m.stored_id, {}"
                " from pg_temp.students x"
                " join pg_temp.known_students m on m.given_id = x.id and not m.was_there"
            ).format(
                sql.SQL(", ").join(map(sql.Identifier, kept)),
                sql.SQL(", ").join(map(self._of_student, kept)),
            )
        )

    def _of_student(self, column: str) -> sql.Composable:
        given = sql.Identifier("x", column)
        if column not in _TEXTS:
            return given
        self._cursor.execute(
            "select format_type(atttypid, null) from pg_attribute"
            " where attrelid = 'public.students'::regclass and attname = %s",
            [column],
        )
        [(type_,)] = self._cursor.fetchall()
        default = sql.Literal("active") if column == "status" else sql.NULL
        return sql.SQL("coalesce({}, {})::{}").format(given, default, sql.SQL(type_))

    def _choose_numbers(self) -> None:
        self._shift = self._number("choose_shift")
        self.adopted = replace(self.adopted, shift=self._shift)

    def _place(self, table: Table) -> None:
        """Insert what was staged, with the numbers that apply here."""
        columns = [each for each in table.columns if (table.name, each) != (SETTINGS, "id")]
        self._cursor.execute(
            sql.SQL("insert into {} ({}) select {} from pg_temp.{} x {}").format(
                tables.identifier(table.name),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(
                    _moved(table.name, each, shift=self._shift, student="stored_id")
                    for each in columns
                ),
                sql.Identifier(_staged_name(table.name)),
                _students_of(table.name, "given_id"),
            )
        )

    def _stored(self, table: Table) -> sql.Composed:
        """Return the query that gives the rows as the backup has them."""
        if table.name == SETTINGS:  # their numbers are nobody's business
            return sql.SQL(
                "select {} from public.settings x join pg_temp.settings g using (key)"
                " where g.value = x.value"
            ).format(_columns("g", table.columns))
        return sql.SQL("select {} from (select * from {} where {}) x {}").format(
            sql.SQL(", ").join(
                _moved(table.name, each, shift=-self._shift, student="given_id")
                for each in table.columns
            ),
            tables.identifier(table.name),
            condition_of(table.name),
            _students_of(table.name, "stored_id"),
        )

    def _count_students(self, table: Table) -> int:
        self._cursor.execute(
            "select count(*) from pg_temp.students x"
            " join public.students s on s.student_id = x.student_id"
        )
        [(found,)] = self._cursor.fetchall()
        if found != table.rows:
            raise CountsDiffer(table=table.name, found=found, expected=table.rows)
        return int(found)

    def _run(self, name: str) -> None:
        _SQL.run(self._cursor, name)

    def _number(self, name: str, parts: Mapping[str, sql.Composable] | None = None) -> int:
        self._cursor.execute(_SQL.compose(name, parts or {}))
        [(number,)] = self._cursor.fetchall()
        return int(number)


def _changes(table: Table) -> bool:
    """Tell whether something in the table's rows depends on what else is in the database."""
    of_others = table.name in (STUDENTS, JOBS, SETTINGS, SNAPSHOTS, PRESENCE, AUDIT)
    return of_others or not NUMBER_OF_JOB.isdisjoint(table.columns)


def _staged_name(table: str) -> str:
    return table.partition(".")[2]


def _students_of(table: str, column: str) -> sql.Composable:
    """Return the join that knows a student by the number there (`column`) and in the backup."""
    if table not in OF_STUDENTS:
        return sql.SQL("")
    join = "left join" if table in CHANGES else "join"
    return sql.SQL("{} pg_temp.known_students m on m.{} = x.student_id").format(
        sql.SQL(join), sql.Identifier(column)
    )


def _moved(table: str, column: str, *, shift: int, student: str) -> sql.Composable:
    """Return the expression of a column with the numbers of imports and students exchanged."""
    here = sql.Identifier("x", column)
    if column in NUMBER_OF_JOB or (table, column) == (JOBS, "id"):
        return sql.SQL("{} + {}").format(here, sql.Literal(shift))
    if table in (SNAPSHOTS, PRESENCE) and column == "student_id":
        return sql.Identifier("m", student)
    if table in CHANGES and column == "student_id":
        # Who is deleted since keeps the number, below zero, so that it is nobody's here.
        return sql.SQL("coalesce({}, -{})").format(sql.Identifier("m", student), here)
    if not shift:
        return here
    if (table, column) == (AUDIT, "subject"):
        return sql.SQL(
            "case when {0} ~ '^job [0-9]{{1,9}}$'"
            " then 'job ' || substr({0}, 5)::bigint + {1} else {0} end"
        ).format(here, sql.Literal(shift))
    if (table, column) in _NUMBER_WITHIN:
        return sql.SQL(
            "case when jsonb_typeof({0} #> {2}) = 'number' then jsonb_set({0}, {2},"
            " to_jsonb(({0} #>> {2})::bigint + {1})) else {0} end"
        ).format(here, sql.Literal(shift), sql.Literal(_NUMBER_WITHIN[table, column]))
    return here


def _columns(alias: str, names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)
