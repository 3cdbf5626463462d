"""One connection test in a process of its own: `python -m rollbook.records.connection_test_child`.

The request is the first line of standard input; each step is a line of standard output as soon as
it is known, and the last line holds the header found, or kind and place of the fault that ended it.
Where a folder is to be read, the answer is one line: the folder, or the step that failed.
No credential is in an argument or in the environment, where others on the machine could read it.

Where standard input closes, the asker has gone, and this process ends at once.
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.errors import SourceError, kind_and_place
from rollbook.core.feed_settings import FeedRules, rules_from_json
from rollbook.core.header_check import HeaderReader
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.steps import Layer
from rollbook.home import scratch_file


def request_of(
    connection: SftpConnection,
    folder: str,
    pattern: str,
    *,
    terms: list[str],
    rules: FeedRules,
    home: Path,
    zone: ZoneInfo,
    signs_in: bool = True,
) -> bytes:
    """Return the line that asks for a test."""
    request = {
        "connection": _as_json(connection),
        "folder": folder,
        "pattern": pattern,
        "terms": terms,
        "rules": asdict(rules),
        "home": str(home),
        "zone": zone.key,
        "signs_in": signs_in,
    }
    return json.dumps(request).encode() + b"\n"


def folder_request_of(connection: SftpConnection, folder: str, *, others: Sequence[str]) -> bytes:
    """Return the line that asks for what is in a folder; `others` are other feeds' patterns."""
    request = {"connection": _as_json(connection), "browse": folder, "others": [*others]}
    return json.dumps(request).encode() + b"\n"


def main() -> None:
    """Carry out the test that standard input asks for."""
    sys.excepthook = _write_fault
    with open(0, "rb", buffering=0, closefd=False) as unbuffered:
        request = json.loads(unbuffered.readline())
    threading.Thread(target=_end_with_the_asker, daemon=True).start()
    if "browse" in request:
        _browse(_connection(request["connection"]), request["browse"], request["others"])
        return
    # Only now: who asks for a test reads this module too, and needs no SSH.
    from rollbook.core.sources.connection_test import test_connection

    reader = _reader(request)
    steps = test_connection(
        _connection(request["connection"]),
        request["folder"],
        request["pattern"],
        read_header=reader,
        zone=ZoneInfo(request["zone"]),
        signs_in=request["signs_in"],
    )
    for step in steps:
        _write_line({"step": asdict(step)})
    _write_line({"header": list(reader.header)})


def _browse(connection: SftpConnection, folder: str, others: Sequence[str]) -> None:
    from rollbook.core.sources.browsing import browse
    from rollbook.core.sources.failed_step import failed_step

    try:
        view = browse(connection, folder, others=others)
    except SourceError as error:
        _write_line({"step": asdict(failed_step(Layer.FOLDER, error))})
    else:
        _write_line({"folder": asdict(view)})


def _as_json(connection: SftpConnection) -> dict[str, Any]:
    return asdict(connection) | {"legacy": sorted(connection.legacy)}


def _connection(given: Mapping[str, Any]) -> SftpConnection:
    return SftpConnection(**{**given, "legacy": frozenset(given["legacy"])})


def _reader(request: Mapping[str, Any]) -> HeaderReader:
    home = Path(request["home"])
    return HeaderReader(
        student_catalogue([Term(name) for name in request["terms"]]),
        rules_from_json(request["rules"]),
        lambda: scratch_file(home),
    )


def _write_line(what: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _write_fault(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    _write_line({"broken": kind_and_place(kind, trace)})  # the caller logs it; never its text


def _end_with_the_asker() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os._exit(1)


if __name__ == "__main__":
    main()
