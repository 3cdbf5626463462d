"""What a file pays for its limited process: pairs of `rollbook check`, this commit and another.

Without a database, whose tables the two commits may not have in common.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from measuring import print_table

from rollbook.demo.files import write_district

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Spent:
    """Seconds on the wall; of processor time, of all its processes together."""

    wall: float
    processor: float


def main(other: Path, students: int, pairs: int, kind: str) -> None:
    """Print the median of the differences and the interval that holds it in 96 of 100 cases."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"night.{kind}"
        write_district(file, students=students, seed=1, kind=kind)
        found = [_pair(file, other, ours_first=bool(n % 2)) for n in range(pairs)]
    rows = []
    for what in ("wall", "processor"):
        before = [getattr(theirs, what) for theirs, _ in found]
        more = sorted(getattr(ours, what) - getattr(theirs, what) for theirs, ours in found)
        low, high = _interval(pairs)
        rows.append(
            [
                f"{students:,}",
                kind,
                what,
                f"{statistics.median(before):.2f} s",
                f"{statistics.median(more):+.2f} s",
                f"{more[low]:+.2f} to {more[high]:+.2f} s",
            ]
        )
    print_table(("students", "kind", "time", "before", "difference", "interval"), rows)


def _pair(file: Path, other: Path, *, ours_first: bool) -> tuple[Spent, Spent]:
    if ours_first:
        ours = _check(file, HERE)
        return _check(file, other), ours
    theirs = _check(file, other)
    return theirs, _check(file, HERE)


def _check(file: Path, checkout: Path) -> Spent:
    with tempfile.TemporaryDirectory() as home:
        environ = os.environ | {
            "ROLLBOOK_HOME": home,
            "PYTHONPATH": str(checkout / "src"),
        }
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "rollbook", "check", str(file), "--json", "--issues", "0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"the check in {checkout} ended with {child.returncode}")
        return Spent(time.perf_counter() - started, usage.ru_utime + usage.ru_stime)


def _interval(pairs: int) -> tuple[int, int]:
    """Return which of the sorted differences bound the median (order statistics, binomial)."""
    low = max(round(pairs / 2 - 0.98 * pairs**0.5) - 1, 0)
    return low, pairs - 1 - low


if __name__ == "__main__":
    main(
        Path(sys.argv[1]).resolve(),
        int(sys.argv[2]) if len(sys.argv) > 2 else 100_000,
        int(sys.argv[3]) if len(sys.argv) > 3 else 15,
        sys.argv[4] if len(sys.argv) > 4 else "csv",
    )
