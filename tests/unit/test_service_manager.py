"""How often a service manager wants to hear that a process is alive."""

import os

import pytest

from rollbook.service_manager import alive_every


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "300000000"}, 100.0),
        ({"WATCHDOG_USEC": "300000000", "WATCHDOG_PID": str(os.getpid())}, 100.0),
        ({"WATCHDOG_USEC": "300000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_a_third_of_the_time_that_it_waits(environ: dict[str, str], seconds: float | None) -> None:
    assert alive_every(environ) == seconds
