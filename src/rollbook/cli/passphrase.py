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
    typer.Option(
        "--passphrase-file",
        help="A file whose first line is the passphrase; otherwise you type it.",
    ),
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
            what="There is no terminal to ask for the passphrase.",
            advice="Put it in a file that only you can read, and use --passphrase-file.",
        )
    if not given or (twice and len(given) < SHORTEST):
        raise UsageError(
            what=f"The passphrase is too short: {len(given)} of at least {SHORTEST} characters.",
            advice="Use a longer one, such as five words.",
        )
    return given


def _first_line(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o007:
            raise UsageError(
                what=f"Anyone on this computer can read {path}, and with it your backups.",
                advice=f"Fix that with `chmod 600 {path}`.",
            )
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise UsageError(what=f"Can't read the passphrase file {path} ({why}).") from error
    except UnicodeDecodeError as error:
        raise UsageError(what=f"The passphrase file {path} isn't UTF-8 text.") from error
    return lines[0] if lines else ""
