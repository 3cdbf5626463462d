"""A worker that cannot end is ended; one that can is not kept."""

import subprocess
import sys

import pytest

BEGIN = "import threading; from rollbook.automation.last_resort import end_process; "


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("end_process(within=0.2); threading.Event().wait()", 1),
        ("threading.Thread(target=threading.Event().wait).start(); end_process(within=0.2)", 1),
        ("end_process(within=3600)", 0),
    ],
)
def test_a_process_ends_within_its_time(then: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + then],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert ("couldn't end" in done.stderr) is bool(code)
