"""The passphrase of a backup: from a file, or typed on a terminal; never an option's value."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from rollbook.core.errors import UsageError

SHORTEST = 12

PassphraseFile = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="Its first line is the passphrase; else it is asked."),
]


def read_passphrase(path: Path | None, *, twice: bool) -> str:
    """Return the passphrase; `twice`: it is a new one, which must be long enough and no slip.

    Raises UsageError.
    """
    if path is not None:
        given = _first_line(path)
    elif sys.stdin.isatty():
        given = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice))
    else:
        raise UsageError(
            what="There is no terminal on which to ask for the passphrase.",
            advice="Write it into a file that only you can read, and name that with "
            "--passphrase-file.",
        )
    if not given or (twice and len(given) < SHORTEST):
        raise UsageError(
            what=f"The passphrase has {len(given)} characters, and {SHORTEST} are the least for a "
            "file that holds everything.",
            advice="Choose a longer one, such as five words.",
        )
    return given


def _first_line(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o007:
            raise UsageError(
                what=f"Everybody on this machine can read {path}, and with it every backup.",
                advice=f"Change that with: chmod 600 {path}",
            )
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise UsageError(what=f"The passphrase file {path} cannot be read ({why}).") from error
    except UnicodeDecodeError as error:
        raise UsageError(what=f"The passphrase file {path} is not text in UTF-8.") from error
    return lines[0] if lines else ""
