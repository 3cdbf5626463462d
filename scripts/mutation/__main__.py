"""`python -m scripts.mutation ROOM [PART]`: breaks rules, and tells what no test noticed.

What was tried is kept in `build/mutants/ROOM.jsonl`: the next call goes on, and tries again what
nobody noticed. PART is a part of a file's path. `equivalent.toml` explains the changes that make no
difference. Hours of a machine that does nothing else.
"""

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from importlib import import_module
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final

from scripts.mutation.bench import PASSED, Bench, Limits, Outcome, bench
from scripts.mutation.ledger import Ledger, tell
from scripts.mutation.mutants import Mutant, mutants_of
from scripts.mutation.reach import Reach, Recorder
from scripts.mutation.rooms import ROOMS
from scripts.mutation.server import end_in_order_at_sigterm
from tests.scratch import keep_in_memory

ROOT: Final = Path(__file__).parents[2]
BENCHES: Final = 2
FIRST: Final = Limits(processor=900, clock=1800)
LIBRARIES: Final = (
    "pytest",
    "hypothesis.strategies",
    "psycopg",
    "django.db.models",
    "django.core.management",
    "asyncssh",
    "typer",
    "rich.console",
)
"""What every try would load again."""
Tried = tuple[int, Outcome, float]
"""Number of the mutant, outcome, seconds."""


def main(words: Sequence[str]) -> int:
    """Try the mutants of a room; return 0 where each one was noticed or is explained."""
    keep_in_memory()
    end_in_order_at_sigterm()
    if not words or words[0] not in ROOMS:
        print(f"Say which room: {', '.join(ROOMS)}.", file=sys.stderr)
        return 2
    room, part = ROOMS[words[0]], "".join(words[1:2])
    mutants = [each for path in room.paths(ROOT) for each in mutants_of(ROOT, path)]
    mutants = [each for each in mutants if part in each.path]
    ledger = Ledger(ROOT / "build" / "mutants" / f"{words[0]}.jsonl", mutants)
    for tests in filter(None, (room.near, room.far)):
        if waiting := ledger.waiting():
            print(f"{len(waiting)} of {len(mutants)} to try on {' '.join(tests)}", flush=True)
            _try_all(tests, waiting, ledger)
    return tell(ledger)


def _try_all(tests: Sequence[str], waiting: Sequence[int], ledger: Ledger) -> None:
    for name in LIBRARIES:
        import_module(name)
    fork = multiprocessing.get_context("fork")
    numbers: SimpleQueue[int | None] = fork.SimpleQueue()
    results: SimpleQueue[Tried | None] = fork.SimpleQueue()
    workers = [
        fork.Process(target=_work, args=(tests, ledger.mutants, numbers, results), daemon=True)
        for _ in range(BENCHES)
    ]
    feeder = fork.Process(target=_feed, args=(waiting, numbers), daemon=True)
    for process in (*workers, feeder):
        process.start()
    at_work, done = BENCHES, 0
    while at_work:
        tried = results.get()
        if tried is None:
            at_work -= 1
            continue
        number, outcome, seconds = tried
        ledger.write(number, outcome)
        done += 1
        where = f"{ledger.mutants[number].path}:{ledger.mutants[number].line}"
        print(f"{done}/{len(waiting)} {outcome} {seconds:.1f} s {where}", flush=True)


def _feed(waiting: Sequence[int], numbers: "SimpleQueue[int | None]") -> None:
    for number in [*waiting, *[None] * BENCHES]:
        numbers.put(number)


def _work(
    tests: Sequence[str],
    mutants: Sequence[Mutant],
    numbers: "SimpleQueue[int | None]",
    results: "SimpleQueue[Tried | None]",
) -> None:
    try:
        with tempfile.TemporaryDirectory() as folder, bench(ROOT, Path(folder)) as place:
            limits, reach = _look_at(place, tests, {each.path for each in mutants})
            while (number := numbers.get()) is not None:
                began = time.monotonic()
                mutant = mutants[number]
                outcome = place.try_out(mutant, reach.tests_of(mutant), limits)
                results.put((number, outcome, time.monotonic() - began))
    finally:
        results.put(None)


def _look_at(place: Bench, tests: Sequence[str], paths: Collection[str]) -> tuple[Limits, Reach]:
    """Run the tests without a mutant: what takes ten times as long later does not end."""
    began = time.monotonic()
    reached = place.folder / "build" / "reach.json"
    reached.parent.mkdir()
    if place.run(tests, FIRST, [Recorder(place.folder, paths, reached)]) != PASSED:
        told = place.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(tests)} fail without a mutant:\n{told}")
    seconds = int(time.monotonic() - began) + 1
    return Limits(processor=5 * seconds + 20, clock=10 * seconds + 60), Reach(reached)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
