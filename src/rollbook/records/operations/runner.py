"""Who carries out what waits: workers look for it, a function of AWS must be called.

It is called after the commit: it must find what it is called for.
"""

import logging
import os
from collections.abc import Mapping
from functools import partial

from django.db import connection, transaction

from rollbook.core.errors import RollbookError
from rollbook.core.function_call import call_function
from rollbook.environ import importing_function
from rollbook.logs import JOBS
from rollbook.records.database import translated
from rollbook.records.operations import jobs
from rollbook.records.operations.calls import call_workers


def call_for_job(job: int, *, keeps_waiting: bool, environ: Mapping[str, str] = os.environ) -> None:
    """Have a job that is being queued carried out as soon as this transaction is committed.

    Where the function cannot be called, FunctionNotCalled comes out of the commit, and the job is
    failed; or, with `keeps_waiting`, it waits for the next event of the schedule.
    """
    if (name := importing_function(environ)) is None:
        return

    def call() -> None:
        try:
            call_function(name, {"do": "run", "job": job}, region=_region(environ))
        except RollbookError as error:
            if not keeps_waiting:
                _end(job, error)
            raise

    transaction.on_commit(call)


def call_for_test(number: str, environ: Mapping[str, str] = os.environ) -> None:
    """Have a connection test carried out that waits by its number. Raises FunctionNotCalled."""
    if (name := importing_function(environ)) is not None:
        call_function(name, {"do": "test", "number": number}, region=_region(environ))


def call_for_mails(environ: Mapping[str, str] = os.environ) -> None:
    """Have a mail that is being queued sent as soon as this transaction is committed.

    One that the function is not called for leaves with the next event of the schedule.
    """
    if (name := importing_function(environ)) is not None:
        transaction.on_commit(partial(_call_quietly, name, environ))
        return
    with connection.cursor() as cursor:
        call_workers(cursor)


def _call_quietly(name: str, environ: Mapping[str, str]) -> None:
    try:
        call_function(name, {"do": "due"}, region=_region(environ))
    except RollbookError as error:
        logging.getLogger(JOBS).warning("an email waits for the schedule: %s", error)


@translated()
def _end(job: int, error: RollbookError) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        jobs.end_unbegun(cursor, job, error)


def _region(environ: Mapping[str, str]) -> str | None:
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or None
