"""A district in a real database: rows are staged, judged and merged as the pipeline does it."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import Any

import psycopg

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Findings, Issue
from rollbook.core.loading.changes import filled_fields
from rollbook.core.loading.combining import combine_rows
from rollbook.core.loading.merge import MergePlan, MergeResult, judge_students, merge
from rollbook.core.loading.schools import ConfirmedSchool
from rollbook.core.loading.staging import Staging
from rollbook.core.table import CutEnd
from rollbook.records.operations.previews import Preview
from tests.doubles.issue_list import IssueList

CATALOGUE = student_catalogue()
FIRST_NIGHT = datetime(2026, 1, 12, 2, 0, tzinfo=UTC)
FIELDS = ("student_id", "ssid", "last_name", "absences_ytd", "grade")


@dataclass(frozen=True)
class Staged:
    """One staged row: its values in the order of the fields, what was repaired and refused."""

    values: tuple[str | None, ...]
    repaired: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    row: int
    mentioned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cut:
    """The file ends without a line end, in the last row's cell of this field."""

    field: str | None
    is_certain: bool = False
    header: str | None = None


@dataclass(frozen=True)
class Counts:
    """What became of the rows of one file."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    duplicates: int = 0

    @property
    def total(self) -> int:
        return sum(astuple(self))


@dataclass(frozen=True)
class Outcome:
    result: MergeResult
    issues: list[Issue]
    filled: tuple[str, ...]
    """Staged fields of which a merged row has a value."""

    @property
    def codes(self) -> list[tuple[int | None, str]]:
        return [(issue.row, issue.code) for issue in self.issues]

    @property
    def counts(self) -> Counts:
        result = self.result
        return Counts(
            result.inserted,
            result.updated,
            result.unchanged,
            result.rejected,
            result.duplicates,
        )


class District:
    """Loads one file a night into the tables of `cursor`."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self.cursor = cursor
        self.nights = 0
        self.last_job = 0
        self.combined = 0

    def load(
        self,
        *rows: Staged | Sequence[str | None],
        fields: Sequence[str] = FIELDS,
        set_aside: Sequence[str] = (),
        rejected: Sequence[Rejected] = (),
        uneven: Sequence[str] = (),
        feed_id: int = 1,
        cut: Cut | None = None,
        is_partial: bool = False,
        is_of_some: bool = False,
        is_cut: bool = False,
        schools: Mapping[str, ConfirmedSchool] | None = None,
        is_dry_run: bool = False,
        is_of_tests: bool = False,
        is_roster: bool = True,
        outdated_since: datetime | None = None,
        **rules: Any,
    ) -> Outcome:
        """Load rows, which stand from line 2 on, in a transaction of their own."""
        self.cursor.execute("INSERT INTO public.jobs (job_type) VALUES ('import') RETURNING id")
        (job_id,) = self.cursor.fetchall()[0]
        self.last_job = job_id
        staged = tuple(CATALOGUE.by_name[name] for name in fields)
        listed = IssueList()
        plan = MergePlan(
            feed_id=feed_id,
            job_id=job_id,
            rules=FeedRules(**rules),
            staged_fields=staged,
            columns_set_aside=tuple(CATALOGUE.by_name[name] for name in set_aside),
            rejected=rejected,
            now=FIRST_NIGHT + timedelta(days=self.nights),
            headers={each.name: each.header for each in staged},
            uneven=frozenset(uneven),
            is_partial=is_partial or is_of_some,
            is_of_some=is_of_some,
            is_cut=is_cut,
            ends=(CutEnd(len(rows) + 1, cut.field, cut.is_certain, cut.header),) if cut else (),
            is_roster=is_roster and not is_of_tests,
            schools=schools or {},
            outdated_since=outdated_since,
        )
        self.nights += 1
        staging = Staging(self.cursor, staged)
        staging.create()
        with staging.copy() as copy:
            for number, row in enumerate(rows, start=2):
                given = row if isinstance(row, Staged) else Staged(tuple(row))
                copy.write(_copy_line(number, given))
        if is_of_tests:
            self.combined = combine_rows(self.cursor, staged)
        judgment = judge_students(self.cursor, plan, Findings(listed))
        result = merge(self.cursor, plan, judgment)
        filled = filled_fields(self.cursor, staged)
        if is_dry_run:
            self._roll_back()
        self.cursor.connection.commit()
        return Outcome(result, listed.issues, filled)

    def _roll_back(self) -> None:
        connection = self.cursor.connection
        with TemporaryFile() as students, TemporaryFile() as presence:
            preview = Preview(connection, self.last_job, students=students, presence=presence)
            connection.rollback()
            preview.store(self.cursor)

    def know(self, student_id: str, ssid: str | None = None, **columns: str | None) -> int:
        """Let the neighbor have a student already."""
        names = ["student_id", "ssid", *columns]
        self.cursor.execute(
            f"INSERT INTO public.students ({', '.join(names)}) "
            f"VALUES ({', '.join(['%s'] * len(names))}) RETURNING id",
            [student_id, ssid, *columns.values()],
        )
        (key,) = self.cursor.fetchall()[0]
        self.cursor.connection.commit()
        return int(key)

    def empty(self) -> None:
        """Forget everybody."""
        self.cursor.connection.rollback()
        self.cursor.execute(
            "TRUNCATE public.students, public.jobs, rollbook.presence, rollbook.import_changes,"
            " rollbook.student_changes, rollbook.presence_changes, rollbook.undo_kept,"
            " rollbook.protected_values CASCADE"
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        self.cursor.execute(query)
        return self.cursor.fetchall()

    def change(self, statement: str) -> None:
        """Change the database as another program would."""
        self.cursor.execute(statement)
        self.cursor.connection.commit()

    def snapshots(self, *columns: str) -> list[tuple[Any, ...]]:
        """These columns of all snapshots, by Student ID, which comes first."""
        listed = "".join(f", n.{column}" for column in columns)
        return self.rows(
            f"SELECT k.student_id{listed} FROM student_data_snapshots n "
            "JOIN students k ON k.id = n.student_id ORDER BY k.student_id"
        )

    def versions(self) -> list[tuple[Any, ...]]:
        """The physical versions of all rows: every write changes them."""
        return [
            row
            for table in ("public.students", "public.student_data_snapshots", "rollbook.presence")
            for row in self.rows(f"SELECT '{table}', ctid, xmin::text, xmax::text FROM {table}")
        ]

    def missing(self, feed_id: int = 1) -> list[str]:
        return [
            number
            for (number,) in self.rows(
                "SELECT k.student_id FROM rollbook.presence p "
                "JOIN students k ON k.id = p.student_id "
                f"WHERE p.feed_id = {feed_id} AND p.missing_since IS NOT NULL ORDER BY 1"
            )
        ]


def _copy_line(number: int, row: Staged) -> str:
    refused = "{" + ",".join(row.refused) + "}" if row.refused else r"\N"
    cells = [r"\N" if value is None else value for value in row.values]
    return "\t".join([str(number), *cells, str(row.repaired), refused]) + "\n"
