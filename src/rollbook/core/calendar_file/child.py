"""The limited process that reads a calendar file: bytes on standard input, JSON on standard output.

Started by `process.py` with today's date. It has a few seconds, and writes nothing to a disk.
"""

import json
import resource
import sys
from datetime import date

from rollbook.core.calendar_file.found import CalendarFileRefused
from rollbook.core.calendar_file.process import SECONDS
from rollbook.core.calendar_file.reading import read_events
from rollbook.core.sandbox.limits import limit_process


def main(today: date) -> None:
    """Read the file and say what was found, or why it was refused."""
    limit_process()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = read_events(sys.stdin.buffer.read(), today).to_json()
    except CalendarFileRefused as refused:
        answer = {"refused": refused.details["why"]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]))
