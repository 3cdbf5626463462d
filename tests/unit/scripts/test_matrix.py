"""The matrix of versions: what is there is imported into, what is not there is said."""

import subprocess
import sys

from scripts.matrix import Tried, interpreter, try_all
from tests.integration.own_postgresql import oldest_installed


def test_a_postgresql_that_is_here_is_tried_and_what_is_not_here_is_said() -> None:
    here = oldest_installed().parent.name
    assert list(try_all(("9.9",), (here, "99"))) == [
        Tried("Python 9.9", "not installed here"),
        Tried(f"PostgreSQL {here}", "ok"),
        Tried("PostgreSQL 99", "not installed here"),
    ]


def test_only_a_python_that_is_of_the_version_counts() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = interpreter(version)
    if found is not None:  # this one may have another name on the machine
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        assert version in asked.stdout
    assert interpreter("9.9") is None
