"""A first import and a second night against plain COPY and INSERT ... ON CONFLICT DO UPDATE."""

import sys
import time
from pathlib import Path

import psycopg
from measuring import new_database, print_table, run_rollbook, workplace
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import student_catalogue
from rollbook.demo.files import write_district


def main(students: int) -> None:
    """Print a table: seconds of both, their ratio, memory of the importing process."""
    with workplace() as (folder, url):
        files = []
        for night in (0, 1):
            files.append(folder / f"night_{night}.csv")
            write_district(files[-1], students=students, seed=1, night=night)
        ours, plain = new_database(url), new_database(url)
        rows = []
        for name, file in zip(("first import", "second night, 5 % changed"), files, strict=True):
            floor = _plain_import(plain, file)
            timed = run_rollbook(["import", file, "--json", "--issues", "0"], url=ours)
            rows.append([
                f"{students:,}", name, f"{timed.seconds:.1f} s", f"{floor:.1f} s",
                f"{timed.seconds / floor:.2f}", f"{timed.megabytes:.0f} MB",
            ])  # fmt: skip
            _settle(url)
        header = ("students", "what", "Rollbook", "plain COPY + upsert", "ratio", "peak memory")
        print_table(header, rows)


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
    """Let neither side pay for what the other has left to be written."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("checkpoint")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
