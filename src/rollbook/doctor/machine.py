"""What can be checked without the database: the settings, the disk."""

import shutil
from collections.abc import Callable, Mapping
from typing import Final

from rollbook.doctor.finding import Finding, State
from rollbook.environ import largest_file
from rollbook.home import home

SCARCE: Final = 5 << 30
TOO_LITTLE: Final = 1 << 30
"""Bytes. A night's file, its reading and a growing database need about so much."""


def settings(environ: Mapping[str, str], read_all: Callable[[], None]) -> Finding:
    """`read_all` reads the settings as the pages do. Raises what is wrong with them."""
    read_all()
    largest_file(environ)
    return Finding("settings", State.OK, "The settings that Rollbook was started with work.")


def disk(environ: Mapping[str, str]) -> Finding:
    free = shutil.disk_usage(home(environ)).free
    told = f"{free / 1e9:,.1f} GB of disk space is free."
    if free >= SCARCE:
        return Finding("disk", State.OK, told)
    state = State.FAILED if free < TOO_LITTLE else State.WARNING
    return Finding(
        "disk",
        state,
        told,
        "Free some space, or move Rollbook's folder to a larger disk.",
        at_terminal="It is ROLLBOOK_HOME.",
    )
