"""What it takes to undo a night in which everything changed, and a first import."""

import sys
from pathlib import Path

from measuring import new_database, print_table, report_of, run_rollbook, workplace

from rollbook.demo.files import write_district

NIGHTS = ("first import", "everything changed, a later one stays", "everything changed")


def main(students: int) -> None:
    """Print a table: seconds of each import, and of the commands that look at it and undo it."""
    with workplace() as (folder, url):
        database = new_database(url)
        imports = []
        for night, percent in enumerate((0.0, 100.0, 100.0)):
            file = folder / f"night_{night}.csv"
            write_district(file, students=students, seed=1, night=night, changed_percent=percent)
            imports.append(
                _seconds(["import", file, "--force", "--json", "--issues", "0"], database)
            )
        rows = []
        for night in (1, 2, 0):
            undo = ["jobs", "undo", str(night + 1), "--json"]
            rows.append(
                [
                    f"{students:,}",
                    NIGHTS[night],
                    f"{imports[night]:.1f} s",
                    f"{run_rollbook([*undo, '--preview'], url=database).seconds:.1f} s",
                    f"{_undo(undo, database):.1f} s",
                ]
            )
    print_table(("students", "import", "its work", "preview, command", "undo, command"), rows)


def _seconds(words: list[str | Path], database: str) -> float:
    return float(report_of(run_rollbook(words, url=database))["seconds"]["total"])


def _undo(words: list[str], database: str) -> float:
    """Return the seconds of a command that looks and undoes."""
    return run_rollbook([*words, "--yes", "--reason", "Measured"], url=database).seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
