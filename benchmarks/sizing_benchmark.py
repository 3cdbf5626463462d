"""What a district of a size needs: memory, time and disk of two nights, and its backup.

python benchmarks/sizing_benchmark.py 10000 40000 1000000
"""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from measuring import new_database, print_table, run_rollbook, workplace

from rollbook.demo.files import write_district

LOOKED_EVERY = 0.5
"""Seconds."""


def main(sizes: Sequence[int]) -> None:
    """Print a table with a line for each number of students."""
    header = (
        "students", "file", "first night", "second night", "memory of the import",
        "memory of PostgreSQL", "database after it", "backup",
    )  # fmt: skip
    print_table(header, [_line(size) for size in sizes])


def _line(students: int) -> list[str]:
    with workplace() as (folder, url):
        database, home = new_database(url), folder / "import_home"
        home.mkdir(mode=0o700)
        seconds, own = [], 0.0
        with _most(lambda: _of_postgres(folder / "home")) as of_server:
            for night in range(2):
                file = folder / f"night_{night}.csv"
                write_district(file, students=students, seed=1, night=night)
                with _most(_of_imports) as of_ours:
                    timed = run_rollbook(
                        ["import", file, "--json", "--issues", "0"], url=database, home=home
                    )
                seconds.append(timed.seconds)
                own = max(own, of_ours())
        with psycopg.connect(database) as connection:
            found = connection.execute("select pg_database_size(current_database())").fetchone()
        assert found
        words = folder / "words"
        words.touch(0o600)
        words.write_text("five random words for backups")
        backup = folder / "all.backup"
        run_rollbook(["backup", backup, "--passphrase-file", words], url=database, home=home)
        return [
            f"{students:,}",
            f"{_megabytes(file.stat().st_size)}",
            *(f"{each:.1f} s" for each in seconds),
            f"{_megabytes(own)}",
            f"{_megabytes(of_server())}",
            f"{_megabytes(found[0])}",
            f"{_megabytes(backup.stat().st_size)}",
        ]


@contextmanager
def _most(look: Callable[[], float]) -> Iterator[Callable[[], float]]:
    """Look again and again; give the most that was seen."""
    seen, is_over = [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(LOOKED_EVERY):
            seen.append(look())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: max(seen)
    finally:
        is_over.set()
        watcher.join()


def _of_postgres(home: Path) -> float:
    pid = int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])
    return _of_tree(psutil.Process(pid))


def _of_imports() -> float:
    """Return the bytes of the command under way and of the processes that it began."""
    return sum(
        _of_tree(each) for each in psutil.Process().children() if "rollbook" in _line_of(each)
    )


def _of_tree(root: psutil.Process) -> float:
    total = 0.0
    for each in (root, *root.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def _line_of(process: psutil.Process) -> Sequence[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return ()


def _megabytes(size: float) -> str:
    return f"{size / 1_000_000:,.0f} MB"


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000, 40_000, 1_000_000])
