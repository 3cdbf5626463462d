"""When something is written down: now, but in the demo's past."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import rollbook
from rollbook.records import clock

LONG_AGO = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)
A_WHILE = timedelta(minutes=5)


def test_it_is_the_machines() -> None:
    assert datetime.now(UTC) <= clock.now() <= datetime.now(UTC) + A_WHILE


def test_a_block_begins_at_its_moment_and_its_time_passes() -> None:
    with clock.beginning_at(LONG_AGO):
        first, second = clock.now(), clock.now()
    assert LONG_AGO <= first <= second < LONG_AGO + A_WHILE
    assert clock.now() >= datetime.now(UTC) - A_WHILE


def test_other_threads_do_not_notice() -> None:
    found: list[datetime] = []
    with clock.beginning_at(LONG_AGO):
        other = threading.Thread(target=lambda: found.append(clock.now()))
        other.start()
        other.join()
    assert found[0] > LONG_AGO + A_WHILE


def test_nobody_but_the_demo_turns_it() -> None:
    package = Path(rollbook.__file__).parent
    turning = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if "beginning_at" in path.read_text() and path.name != "clock.py"
    }
    assert turning == {"demo"}
