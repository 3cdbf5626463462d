"""The whole command for 10,000 students over SFTP, start-up included, in an embedded database."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from measuring import add_feed, print_table, run_rollbook

from rollbook.demo.files import write_district
from rollbook.demo.sftp_server import demo_server

STUDENTS = 10_000
NIGHTS = 5


def main() -> None:
    """Print the seconds of a first night and the median of those after it."""
    with tempfile.TemporaryDirectory() as folder:
        home, served = Path(folder) / "home", Path(folder) / "served"
        home.mkdir(mode=0o700)
        served.mkdir()
        with demo_server(served) as server:
            add_feed(home, None, server)
            seconds = []
            for night in range(NIGHTS):
                file = served / "student_data.csv"
                write_district(file, students=STUDENTS, seed=1, night=night)
                written_at = time.time() - 3600
                os.utime(file, (written_at, written_at))
                seconds.append(run_rollbook(["run", "sis", "--json"], url=None, home=home).seconds)
        print_table(
            ("what", "seconds"),
            [
                [f"first night, {STUDENTS:,} students over SFTP", f"{seconds[0]:.2f}"],
                ["later nights, median", f"{statistics.median(seconds[1:]):.2f}"],
            ],
        )


if __name__ == "__main__":
    main()
