"""The asker's side of the process that reads a calendar file."""

import json
import subprocess
from datetime import date
from typing import Final

from rollbook.core.calendar_file.found import LARGEST, CalendarFile, CalendarFileRefused
from rollbook.core.sandbox.process import isolated, isolated_environment

SECONDS: Final = 10
"""Processor time. A district's calendar takes half a second."""

LONGEST: Final = 3 * SECONDS
"""Seconds on a machine that has much else to do."""


def read_calendar_file(data: bytes, today: date) -> CalendarFile:
    """Return the all-day events of a calendar file (.ics). Raises CalendarFileRefused."""
    if len(data) > LARGEST:
        raise CalendarFileRefused(
            why=f"It is larger than {LARGEST >> 20} MB. Export only the school calendar."
        )
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            isolated("rollbook.core.calendar_file.child", today.isoformat()),
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST,
            env=isolated_environment(),
            process_group=0,  # Ctrl-C is the asker's to see to
            check=True,
        )
    except subprocess.SubprocessError:
        raise CalendarFileRefused(
            why="It takes too much time or memory to read for a school calendar."
        ) from None
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise CalendarFileRefused(why=answer["refused"])
    return CalendarFile.from_json(answer)
