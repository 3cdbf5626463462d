"""A district with level names of its own: imports with 240,000 warnings against imports without.

The same students twice: the levels of one file are those that the instruments report, those of the
other are words of the district, so that every row of 24 columns warns.
"""

import csv
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from measuring import Timed, new_database, print_table, report_of, run_rollbook, workplace
from psycopg import sql

from rollbook.core.catalogue.field import Level
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.demo.files import write_district

TERM = Term("Fall 2026")
OWN = ("Tier A", "Tier B", "Tier C", "Way Above", "On Track")
"""The district's words; each column has all of them."""

Pair = tuple[Timed, Timed]
"""An import without warnings, and one with."""


def main(students: int, pairs: int) -> None:
    """Print the medians of both and of their ratios, of a first import and of a second night."""
    with workplace() as (folder, url):
        nights = [
            [write_levels(folder, students, night=night, words=words) for words in ((), OWN)]
            for night in range(2)
        ]
        measured = [_pair(url, nights, own_first=bool(n % 2)) for n in range(pairs)]
    rows = []
    for night, name in enumerate(("first import", "second night, 5 % changed")):
        imports = [found[night] for found in measured]
        rows += [[name, what, *_cells(imports, what)] for what in ("work", "processor")]
    print_table(("import", "seconds", "without warnings", "with", "ratio", "lowest, highest"), rows)


def write_levels(folder: Path, students: int, *, night: int, words: tuple[str, ...]) -> Path:
    """Write a night whose 24 level columns are full: of `words`, or of known levels."""
    fields = student_catalogue([*INITIAL_TERMS, TERM]).fields
    path = folder / f"night_{night}_{'own' if words else 'known'}.csv"
    with tempfile.NamedTemporaryFile(suffix=".csv") as plain:
        write_district(Path(plain.name), students=students, seed=1, night=night)
        with Path(plain.name).open(newline="") as given, path.open("w", newline="") as made:
            writer = csv.writer(made)
            writer.writerow([field.header for field in fields])
            for row in csv.DictReader(given):
                student = int(row["Student ID"])
                for column, field in enumerate(fields):
                    if isinstance(field.type, Level):
                        choices = words or field.type.known[: len(OWN)]
                        row[field.header] = choices[(student * 7 + column * 3) % len(choices)]
                writer.writerow([row.get(field.header, "") for field in fields])
    return path


def _pair(url: str, nights: list[list[Path]], *, own_first: bool) -> list[Pair]:
    databases = [database_with_term(url) for _ in range(2)]
    found = []
    for files in nights:
        timed: dict[int, Timed] = {}
        for which in (1, 0) if own_first else (0, 1):
            arguments = ["import", files[which], "--json", "--issues", "0"]
            timed[which] = run_rollbook(arguments, url=databases[which])
        warnings = [report_of(timed[which])["issues"]["warnings"] for which in (0, 1)]
        assert warnings[0] == 0, warnings
        found.append((timed[0], timed[1]))
    for database in databases:
        _drop(url, database)
    return found


def database_with_term(url: str) -> str:
    """Return the URL of a new database that has the columns of TERM."""
    database = new_database(url)
    run_rollbook(["terms", "add", TERM.name], url=database)
    return database


def _drop(url: str, database: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        name = urlsplit(database).path.removeprefix("/")
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _cells(imports: list[Pair], what: str) -> list[str]:
    pairs = [(_seconds(without, what), _seconds(warned, what)) for without, warned in imports]
    ratios = [warned / without for without, warned in pairs]
    return [
        *(f"{statistics.median(seconds):.2f} s" for seconds in zip(*pairs, strict=True)),
        f"{statistics.median(ratios):.2f}",
        f"{min(ratios):.2f}, {max(ratios):.2f}",
    ]


def _seconds(timed: Timed, what: str) -> float:
    """Return the seconds of the import's work on the wall, or of the command's processes."""
    return report_of(timed)["seconds"]["total"] if what == "work" else timed.processor


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        int(sys.argv[2]) if len(sys.argv) > 2 else 5,
    )
