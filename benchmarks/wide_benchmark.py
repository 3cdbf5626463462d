"""The pages of a feed whose file has very many columns, most of them unknown: KB, milliseconds."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from measuring import new_database, print_table, run_rollbook, workplace
from pages_benchmark import administrator, measured

KNOWN = (
    "Student ID", "SSID", "First Name", "Last Name", "Grade", "Absences YTD", "Tardies YTD",
)  # fmt: skip
PAGES = (
    "/feeds/files/columns/", "/feeds/files/inbox/", "/feeds/files/", "/feeds/files/versions/",
    "/quality/", "/imports/1/", "/imports/1/rows/", "/imports/1/changes/",
    "/students/1/", "/imports/", "/",
)  # fmt: skip


def main(widths: list[int], runs: int) -> None:
    """Print a table for each number of columns."""
    with workplace() as (folder, url):
        database, home = new_database(url), folder / "home"
        os.environ |= {
            "DATABASE_URL": database,
            "ROLLBOOK_HOME": str(home),
            "ROLLBOOK_ACCESS_LOG": "off",
            "DJANGO_SETTINGS_MODULE": "rollbook.project.web_settings",
        }
        client: Any = None
        for at, width in enumerate(widths, start=1):
            file = written(folder / "wide.csv", width)
            found = json.loads(
                run_rollbook(["import", file, "--json"], url=database, home=home).out
            )
            client = client or administrator()
            pages = [page.replace("/imports/1/", f"/imports/{found['job']}/") for page in PAGES]
            print(f"\n{width:,} columns, import {at}")
            print_table(
                ("page", "median", "95th percentile", "KB"),
                [measured(client, page, runs) for page in pages],
            )


def written(path: Path, width: int, students: int = 30) -> Path:
    """Write a file of few students whose first columns are known and all others are not."""
    others = [f"Locker {number} Combination Part" for number in range(width - len(KNOWN))]
    lines = [",".join([*KNOWN, *others])]
    for n in range(students):
        own = f"{n:07},9{n:09},Ann,Quill,Kinder {n % 3},many,x{n}"
        lines.append(",".join([own, *[f"value {n}"] * len(others)]))
    path.write_text("\n".join(lines) + "\n")
    return path


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1].split(",")], int(sys.argv[2]))
