"""What it costs a dry run to keep what it would have changed: beside the import that follows it."""

import sys

from measuring import new_database, print_table, report_of, run_rollbook, workplace

from rollbook.demo.files import write_district

NIGHTS = (("first night", 0.0), ("5 % changed", 5.0))
"""Name, and percent of the students who changed since the night before."""


def main(students: int) -> None:
    """Print a table: seconds of the work and peak memory of a dry run and of its import."""
    rows = []
    with workplace() as (folder, url):
        database = new_database(url)
        for night, (name, percent) in enumerate(NIGHTS):
            file = folder / f"night_{night}.csv"
            write_district(
                file, students=students, seed=1, night=night, changed_percent=percent or 5.0
            )
            words = ["import", file, "--force", "--json", "--issues", "0"]
            row = [f"{students:,}", name]
            for timed in (
                run_rollbook([*words, "--dry-run"], url=database),
                run_rollbook(words, url=database),
            ):
                row += [
                    f"{report_of(timed)['seconds']['total']:.2f} s",
                    f"{timed.megabytes:.0f} MB",
                ]
            rows.append(row)
    header = ("students", "file", "dry run", "peak memory", "import", "peak memory")
    print_table(header, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
