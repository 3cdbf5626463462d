"""The function that imports: `rollbook.aws.importer.handler`; docs/reference/contract.md.

Its answers and errors are all that the runtime logs and keeps; they hold no student's value.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rollbook import logs
from rollbook.aws.errors import failure
from rollbook.aws.events import Due, Event, Look, Migrate, PageTest, Run, read_event
from rollbook.aws.setting_up import check_database, set_up
from rollbook.core.errors import RollbookError

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    with suppress(RollbookError):  # the first event tells what is wrong
        set_up(os.environ)  # while Lambda starts the function it gives it a whole processor


def handler(event: object, context: Any) -> dict[str, Any]:
    """Do what the event asks for; return what was done.

    Raises TransientFailure, PermanentFailure, so that the invocation counts as failed.
    """
    try:
        return _answer(
            read_event(event), remaining=lambda: context.get_remaining_time_in_millis() / 1000
        )
    except Exception as error:  # noqa: BLE001 - its text might hold a value; the runtime logs it
        told = failure(error)
        logging.getLogger(logs.JOBS).error("%s", told)
    raise told


def _answer(event: Event, *, remaining: Callable[[], float]) -> dict[str, Any]:
    set_up(os.environ)
    if isinstance(event, Migrate):
        from rollbook.aws.migration import migrate_in_child

        return migrate_in_child(os.environ, seconds=remaining() - 5, term=event.term)
    from django.db import connections

    try:
        check_database(os.environ, remaining=remaining)
        return _work(event, remaining=remaining)
    finally:
        connections.close_all()  # a function sleeps between events, and lets a database pause


def _work(event: Due | Run | Look | PageTest, *, remaining: Callable[[], float]) -> dict[str, Any]:
    # Only now: what is imported needs Django.
    from rollbook.aws.due import do_due
    from rollbook.aws.time_limit import TimeLimit

    match event:
        case Look():
            from rollbook.aws.look import look_at

            return look_at(event, os.environ)
        case PageTest(number):
            from rollbook.web.pages.feeds.connection_tests import carry_out

            did = [{"tested": True}] if carry_out(number) else []
            return {"ok": True, "did": did, "next_attempt_at": None}
        case Run(job):
            from rollbook.records.queries.jobs import job_by_number

            job_by_number(job)  # an unknown one is an error, one that is over is none
            return do_due(os.environ, TimeLimit(remaining), first=job).as_object()
    return do_due(os.environ, TimeLimit(remaining)).as_object()
