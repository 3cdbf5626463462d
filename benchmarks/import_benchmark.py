"""A first import and a second night against plain COPY and INSERT ... ON CONFLICT DO UPDATE."""

import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from measuring import new_database, print_table, report_of, run_rollbook, workplace
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.files import write_district

NIGHTS = ("first import", "second night, 5 % changed")


@dataclass(frozen=True)
class Measured:
    """Seconds of the command, of its work without start-up, and of the plain import; peak MB."""

    command: float
    work: float
    plain: float
    megabytes: float


def main(students: int, runs: int) -> None:
    """Print a table: medians of the seconds of both, their ratios, the highest memory."""
    with workplace() as (folder, url):
        files = [folder / f"night_{night}.csv" for night in range(len(NIGHTS))]
        for night, file in enumerate(files):
            write_district(file, students=students, seed=1, night=night)
        measured = [_measure(url, files, ours_first=bool(run % 2)) for run in range(runs)]
    header = (
        "students",
        "what",
        "Rollbook",
        "of which work",
        "plain COPY + upsert",
        "ratio",
        "ratio of the work",
        "peak memory",
    )
    print_table(
        header,
        [
            [f"{students:,}", name, *_cells(found)]
            for name, found in zip(NIGHTS, zip(*measured, strict=True), strict=True)
        ],
    )


def _measure(url: str, files: list[Path], *, ours_first: bool) -> list[Measured]:
    """Import the nights both ways, in turn, each way into a database of its own."""
    ours, plain = new_database(url), new_database(url)
    nights = []
    for file in files:
        floor = None if ours_first else _plain_import(plain, file)
        _settle(url)
        timed = run_rollbook(["import", file, "--json", "--issues", "0"], url=ours)
        _settle(url)
        floor = floor or _plain_import(plain, file)
        _settle(url)
        work = report_of(timed)["seconds"]["total"]
        nights.append(Measured(timed.seconds, work, floor, timed.megabytes))
    return nights


def _cells(found: tuple[Measured, ...]) -> list[str]:
    command, work, plain = (
        statistics.median(times)
        for times in zip(*((one.command, one.work, one.plain) for one in found), strict=True)
    )
    ratios = (
        statistics.median(getattr(one, part) / one.plain for one in found)
        for part in ("command", "work")
    )
    return [
        *(f"{seconds:.1f} s" for seconds in (command, work, plain)),
        *(f"{ratio:.2f}" for ratio in ratios),
        f"{max(one.megabytes for one in found):.0f} MB",
    ]


def _plain_import(url: str, file: Path) -> float:
    """Import a clean file with as little as SQL can do; return the seconds it took."""
    fields = student_catalogue().fields
    started = time.perf_counter()
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(field.name), sql.SQL(field.type.sql))
            for field in fields
        )
        cursor.execute(sql.SQL("create temporary table plain ({}) on commit drop").format(columns))
        statement = "copy plain from stdin (format csv, header)"
        with file.open("rb") as raw, cursor.copy(statement) as copy:
            while block := raw.read(1 << 16):
                copy.write(block)
        cursor.execute("analyze plain")
        cursor.execute(
            "insert into public.students (student_id, ssid, first_name, last_name, grade)"
            " select student_id, ssid, first_name, last_name, grade::grade_level from plain"
            " on conflict (student_id) do update set ssid = excluded.ssid,"
            " first_name = excluded.first_name, last_name = excluded.last_name,"
            " grade = excluded.grade"
        )
        cursor.execute(_snapshot_upsert(fields))
    return time.perf_counter() - started


def _snapshot_upsert(fields: tuple[Field, ...]) -> sql.Composed:
    names = [sql.Identifier(field.name) for field in fields if field.name != "student_id"]
    return sql.SQL(
        "insert into public.student_data_snapshots (student_id, {}) select s.id, {} from plain p"
        " join public.students s on s.student_id = p.student_id"
        " on conflict (student_id) do update set {}"
    ).format(
        sql.SQL(", ").join(names),
        sql.SQL(", ").join(sql.SQL("p.{}").format(name) for name in names),
        sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in names),
    )


def _settle(url: str) -> None:
    """Let neither side pay for what the other has left to be written.

    Copying a database's files demands a checkpoint, which our role may not ask for by its name.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database settled strategy file_copy")
        connection.execute("drop database settled")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
