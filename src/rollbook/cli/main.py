"""The edge of the command line: errors become a sentence and an exit code, never a traceback."""

import gc
import os
import sys
from contextlib import suppress

from rollbook.core.errors import RollbookError, is_disk_full, kind_and_place
from rollbook.core.visible import visible

UNFORESEEN = 1
INTERRUPTED = 130


FEW_COLLECTIONS = 50_000
"""Objects made between two searches for circles of garbage. Loading a command makes 300,000 that
stay; Python's own 700 would look at all of them again and again, for a tenth of a short command."""


def main() -> None:
    """Run one command; what the console script `rollbook` calls."""
    gc.set_threshold(FEW_COLLECTIONS)
    leave_no_memory()
    code = _flush_output(run(sys.argv[1:]))
    # Everything is closed and printed. Taking a thousand modules apart would cost another 0.2 s.
    os._exit(code)


def leave_no_memory() -> None:
    """Let no crash, of ours or of what we start, leave keys and students on the disk."""
    with suppress(ImportError, OSError, ValueError):  # there are none on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(arguments: list[str]) -> int:
    """Run the command in `arguments` and return its exit code (see the contract)."""
    from rollbook.cli.app import app
    from rollbook.cli.one_command import only

    try:
        # standalone_mode stays on, so that wrong usage is explained by the command line itself.
        only(arguments, app)(arguments, prog_name="rollbook")
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else UNFORESEEN
    except RollbookError as error:
        from rollbook.cli.console import is_read_by_a_person
        from rollbook.cli.error_texts import error_text

        print(visible(f"Error: {error_text(error)}"), file=sys.stderr)  # noqa: T201
        if error.private and is_read_by_a_person():
            print(visible(error.private))  # noqa: T201
        elif error.private:
            print("Run it in a terminal to see more. Details may name students.", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped. Nothing was changed.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the one place where the unforeseen is caught
        print(_unforeseen(error), file=sys.stderr)  # noqa: T201
        return UNFORESEEN
    return 0


def _flush_output(code: int) -> int:
    """Write what still waits to be written; return the exit code, worse where that fails."""
    try:
        if sys.stdout is not None:  # closed before the command began: no one reads the output
            sys.stdout.flush()
    except BrokenPipeError:
        return code  # the reader has seen enough
    except OSError as error:
        message = f"Error: Can't write the output ({os.strerror(error.errno or 0)})."
        print(message, file=sys.stderr)  # noqa: T201
        code = code or UNFORESEEN
    with suppress(OSError):
        if sys.stderr is not None:
            sys.stderr.flush()
    return code


def _unforeseen(error: Exception) -> str:
    if is_disk_full(error):
        return (
            "Error: This computer's disk is full, so not everything could be written. See what was "
            "imported with `rollbook jobs list`, make room, and run the command again."
        )
    what = kind_and_place(type(error), error.__traceback__)
    return (
        f"Error: Something unexpected went wrong ({what}). Nothing was changed. Report this "
        f"line, the command and the version of Rollbook."
    )
