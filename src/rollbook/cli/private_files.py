"""Files that a command writes for its user alone."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from rollbook.core.errors import UsageError, is_disk_full


def check_free(path: Path, *, force: bool) -> None:
    """Raise UsageError where there is a file already, and it is not to be replaced."""
    if path.exists() and not force:
        raise UsageError(what=f"{path} already exists.", advice="Replace it with --force.")


def write_private(path: Path, parts: Iterable[str], *, force: bool) -> None:
    """Write the whole file, or none. It tells of people, so it is its owner's alone.

    Raises UsageError.
    """
    check_free(path, force=force)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                opened.writelines(parts)
            beside.replace(path)
        finally:  # whatever the parts raise, too
            beside.unlink(missing_ok=True)
    except OSError as error:
        why = "the disk is full" if is_disk_full(error) else os.strerror(error.errno or 0)
        raise UsageError(what=f"Can't write {path} ({why}).") from error


def write_or_print(file: str, text: str, *, what: str, force: bool) -> None:
    """Write `text`, which is `what`, into a file, - for standard output. Raises UsageError."""
    if file == "-":
        typer.echo(text, nl=False)
    else:
        write_private(Path(file), [text], force=force)
        typer.echo(f"Saved {what} to {file}.", err=True)


def read_limited(file: str, largest: int) -> bytes:
    """Return what a file holds, - for standard input: one byte more than `largest` at most.

    Raises UsageError.
    """
    if file == "-":
        return sys.stdin.buffer.read(largest + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(largest + 1)
    except OSError as error:
        raise UsageError(what=f"Can't read {file} ({os.strerror(error.errno or 0)}).") from error
