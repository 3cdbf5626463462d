"""`rollbook serve` that is told to end while an import runs."""

import os
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg

from tests.functional.test_server_log import served
from tests.integration.cli.commands import CommandLine
from tests.integration.worker.conftest import reason_of
from tests.integration.worker.test_worker import blocked_merge

LONGER_THAN_USUAL = 13.0
"""Seconds: without --grace the import would be given ten."""


def test_a_running_import_ends_cleanly_within_the_grace_it_was_given(
    rollbook: CommandLine, records: str, tmp_path: Path
) -> None:
    key = {"ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"]}
    command = replace(rollbook, environ={**rollbook.environ, **key})
    with ExitStack() as blocked:
        with served(command, tmp_path, "--grace", "40"):
            job, other = blocked.enter_context(blocked_merge(records))
            threading.Timer(LONGER_THAN_USUAL, other.rollback).start()
            told = time.monotonic()
        assert time.monotonic() - told >= LONGER_THAN_USUAL
    with psycopg.connect(records) as connection:
        assert reason_of(connection, job) == ("completed", None)
