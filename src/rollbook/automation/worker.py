"""The worker: takes waiting jobs from the queue and runs each in a process of its own.

The queue is Procrastinate's, in the same database, with one task: `run_job`. Beside it every worker
ticks: see `tick`. Whether and when is decided by our rows.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import procrastinate
from django.db import connection

from rollbook.automation.after_run import call_uptime_service
from rollbook.automation.child import IN_TURN
from rollbook.automation.tick import Steps, plan, run_errands
from rollbook.automation.worker_log import log_begun, log_ended
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.store import KeyUnusable
from rollbook.records.database import connect, connection_parameters
from rollbook.records.operations import jobs, queueing
from rollbook.records.operations.installation_key import KeyDiffers, KeyMissing, secret_key
from rollbook.records.queries import workers
from rollbook.records.queries.workers import WORKER_GONE_AFTER
from rollbook.records.session import settle_pooled

CANCEL_PATIENCE = 5.0
"""Seconds for a child to end after the signal, before it is killed; the database rolls back."""

FETCHING = 8
"""So many jobs more than may be imported at once are begun: those that wait for a server, which may
be a silent one, keep no other feed from being imported."""

TICK = 15.0
"""Seconds between two ticks, of the planning and of the errands."""


def run_worker(*, concurrency: int, grace: float, environ: Mapping[str, str]) -> None:
    """Work until SIGTERM or SIGINT; a running import may then take `grace` seconds to finish."""
    # What matters is in our tables; an error's text in a log might hold a student's value.
    for name in ("procrastinate", "asyncio", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    app = queue_app(environ, turns=asyncio.Semaphore(concurrency))
    ended_by: list[RollbookError] = []

    async def work() -> None:
        # In a group: a worker that could no longer tick would wait for planned work without end.
        async with app.open_async(), asyncio.TaskGroup() as together:
            beside = [
                together.create_task(_plan_on(app, environ, ended_by)),
                together.create_task(_run_errands_on(environ)),
            ]
            await app.run_worker_async(
                queues=[queueing.QUEUE],
                concurrency=concurrency + FETCHING,
                shutdown_graceful_timeout=grace,
                delete_jobs="always",
                fetch_job_polling_interval=5.0,
                stalled_worker_timeout=WORKER_GONE_AFTER,
            )
            for task in beside:
                task.cancel()

    asyncio.run(work())
    for error in ended_by:
        raise error


def queue_app(environ: Mapping[str, str], *, turns: asyncio.Semaphore) -> procrastinate.App:
    """Return the queue with its task. So many files are read at once as there are `turns`."""
    connector = procrastinate.PsycopgConnector(
        kwargs=connection_parameters(), configure=settle_pooled, min_size=1, max_size=4
    )
    app = procrastinate.App(connector=connector)

    @app.task(name=queueing.TASK, queue=queueing.QUEUE)
    async def run_job(job: int) -> None:
        if type(job) is int:  # the queue's rows are not trusted
            await run_in_child(job, environ, turns=turns)

    return app


async def _plan_on(
    app: procrastinate.App, environ: Mapping[str, str], ended_by: list[RollbookError]
) -> None:
    """Plan at once and then again and again, whatever a single time comes to.

    Without the installation's key every import would fail: the worker is stopped, so that
    its supervisor starts it again with the new one.
    """
    steps, calls = Steps(), set()
    while True:
        if error := await asyncio.to_thread(without_key, environ):
            ended_by[:] = [error]
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if await asyncio.to_thread(plan, steps, environ):
            call = asyncio.create_task(asyncio.to_thread(call_uptime_service, environ))
            calls.add(call)  # the loop itself keeps no reference
            call.add_done_callback(calls.discard)
        manager = app.job_manager
        with suppress(procrastinate.exceptions.ConnectorException):
            for stalled in await manager.get_stalled_jobs(
                seconds_since_heartbeat=WORKER_GONE_AFTER
            ):
                await manager.finish_job(stalled, procrastinate.jobs.Status.FAILED, delete_job=True)
        await asyncio.sleep(TICK)


def without_key(environ: Mapping[str, str]) -> RollbookError | None:
    """Return why this worker has not the installation's key, None where it has."""
    try:
        secret_key(environ)
    except (KeyDiffers, KeyMissing, KeyUnusable) as error:
        return error
    except RollbookError:
        return None  # the database does not answer, which the planning tells
    finally:
        connection.close()
    return None


async def _run_errands_on(environ: Mapping[str, str]) -> None:
    """Beside the planning, which waits for no mail server."""
    steps = Steps()
    while True:
        await asyncio.to_thread(run_errands, steps, environ)
        await asyncio.sleep(TICK)


async def run_in_child(job: int, environ: Mapping[str, str], *, turns: asyncio.Semaphore) -> None:
    """Run one job in a child process; make it end where it does not on its own."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "rollbook.automation.child",
        str(job),
        IN_TURN,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=dict(environ),
        start_new_session=True,
    )
    turn = asyncio.create_task(_give_turn(child, turns))
    try:
        await asyncio.to_thread(log_begun, job)
        while child.returncode is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), 1.0)
            if child.returncode is None and await asyncio.to_thread(is_overdue, job):
                child.kill()
                await child.wait()
                await asyncio.to_thread(end_killed, job)
    finally:
        if child.returncode is None:
            await _end(child)
        turn.cancel()
        await asyncio.to_thread(log_ended, job)


async def _give_turn(child: asyncio.subprocess.Process, turns: asyncio.Semaphore) -> None:
    """Let the child read its file when it is here and few others are read; until it ends."""
    assert child.stdin and child.stdout
    if not await child.stdout.read(1):
        return
    async with turns:
        with suppress(ConnectionError):
            child.stdin.write(b".")
            await child.stdin.drain()
        await child.wait()


async def _end(child: Any) -> None:
    """No one watches it any more (the worker is to end, for example): roll back what still runs."""
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), CANCEL_PATIENCE)
    except TimeoutError:
        child.kill()
        await child.wait()


def is_overdue(job: int) -> bool:
    """Tell whether a job was to stop and has not, within its patience.

    To stop it was, too, where others have given it up: another import of its feed may run.
    Where the database cannot be asked just now, the import is left alone; the next look asks again.
    """
    with suppress(RollbookError), connect(autocommit=True) as connection:
        given_up = jobs.Interrupted.reason
        return workers.is_overdue(connection, job, given_up=given_up, patience=CANCEL_PATIENCE)
    return False


def end_killed(job: int) -> None:
    """Write that a job was cancelled whose process had to be killed."""
    with connect() as opened, opened.cursor() as cursor:
        jobs.end_cancelled(cursor, job)
