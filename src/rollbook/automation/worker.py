"""The worker: takes waiting jobs from the queue and runs each in a process of its own.

The queue is Procrastinate's, in the same database, with one task: `run_job`. Beside it every worker
ticks: see `tick`. Whether and when is decided by our rows.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import procrastinate
from django.db import connection
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from rollbook.automation.after_run import call_uptime_service
from rollbook.automation.alarm import Alarm
from rollbook.automation.children import run_in_child
from rollbook.automation.last_resort import UNWINDING, end_process
from rollbook.automation.queue import PatientConnector
from rollbook.automation.rhythm import BUSY, IDLE, pause_after
from rollbook.automation.threads import end_task, in_thread
from rollbook.automation.tick import Steps, plan, run_errands
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.store import KeyUnusable
from rollbook.records.migrate import TablesNewer, check_version
from rollbook.records.operations import queueing
from rollbook.records.operations.installation_key import KeyDiffers, KeyMissing, secret_key
from rollbook.records.queries.workers import WORKER_GONE_AFTER
from rollbook.service_manager import alive_every, notify

FETCHING = 8
"""So many jobs more than may be imported at once are begun: those that wait for a server, which may
be a silent one, keep no other feed from being imported."""

POLLED_EVERY = 10.0
"""Seconds until the queue is asked again, where no call of the database's has come."""

STATEMENTS_WITHIN, ERRANDS_WITHIN = 60.0, 900.0
"""Seconds after which what the planning, and what the errands wait for is given up."""


def run_worker(*, concurrency: int, grace: float, environ: Mapping[str, str]) -> None:
    """Work until SIGTERM or SIGINT; a running import may then take `grace` seconds to finish."""
    # What matters is in our tables; an error's text in a log might hold a student's value.
    for name in ("procrastinate", "asyncio", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    ended_by: list[RollbookError] = []
    asyncio.run(_work(ended_by, concurrency=concurrency, grace=grace, environ=environ))
    for error in ended_by:
        raise error


async def _work(
    ended_by: list[RollbookError], *, concurrency: int, grace: float, environ: Mapping[str, str]
) -> None:
    ending = asyncio.Event()
    called, errands = Alarm(), Alarm()
    turns = asyncio.Semaphore(concurrency)
    app = queue_app(environ, turns=turns, is_ending=ending.is_set, on_call=called.ring)
    # In a group: a worker that could no longer tick would wait for planned work without end.
    async with app.open_async(), asyncio.TaskGroup() as together:
        worker = Worker(
            app,
            queues=[queueing.QUEUE],
            concurrency=concurrency + FETCHING,
            shutdown_graceful_timeout=grace,
            delete_jobs="always",
            fetch_job_polling_interval=POLLED_EVERY,
            stalled_worker_timeout=WORKER_GONE_AFTER,
            install_signal_handlers=False,
        )

        def end() -> None:
            ending.set()
            worker.stop()  # type: ignore[no-untyped-call]
            end_process(within=grace + UNWINDING)

        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, end)
        beside = [
            together.create_task(_plan_on(app, environ, ended_by, called=called, errands=errands)),
            together.create_task(_run_errands_on(environ, errands)),
        ]
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        except ConnectorException:
            if not ending.is_set():
                raise
            # Nobody can be told that this worker is gone; its missing heartbeat says so.
        for task in beside:
            await end_task(task)


def queue_app(
    environ: Mapping[str, str],
    *,
    turns: asyncio.Semaphore,
    is_ending: Callable[[], bool],
    on_call: Callable[[], None],
) -> procrastinate.App:
    """Return the queue with its task. So many files are read at once as there are `turns`."""
    running: set[int] = set()
    connector = PatientConnector(running=running, is_ending=is_ending, on_call=on_call)
    app = procrastinate.App(connector=connector)

    @app.task(name=queueing.TASK, queue=queueing.QUEUE, pass_context=True)
    async def run_job(context: procrastinate.JobContext, job: int) -> None:
        number = context.job.id or 0
        running.add(number)
        try:
            if type(job) is int:  # the queue's rows are not trusted
                await run_in_child(job, environ, turns=turns)
        finally:
            running.discard(number)
            on_call()  # its end is to be seen to

    return app


async def _plan_on(
    app: procrastinate.App,
    environ: Mapping[str, str],
    ended_by: list[RollbookError],
    *,
    called: Alarm,
    errands: Alarm,
) -> None:
    """Plan at once and then again and again, whatever a single time comes to.

    Without the installation's key every import would fail, on tables of a newer version it could
    store something wrong: the worker is stopped, and its supervisor starts what is there now.
    """
    steps = Steps()
    # A thread of its own: a service that is slow after each good run would take all of the others.
    uptime = ThreadPoolExecutor(1, "uptime service")
    alive = alive_every(environ)
    while True:
        ticked = await in_thread(partial(tick, steps, environ), within=STATEMENTS_WITHIN)
        if ticked.ended_by is not None:
            ended_by[:] = [ticked.ended_by]
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if ticked.well:
            uptime.submit(call_uptime_service, ticked.well, environ)
        with suppress(ConnectorException, TimeoutError):
            async with asyncio.timeout(STATEMENTS_WITHIN):
                await _forget_stalled(app)
        if alive:
            notify("WATCHDOG=1")
        errands.ring()
        await called.sleep(min(ticked.pause, alive or ticked.pause))


async def _forget_stalled(app: procrastinate.App) -> None:
    """Have the queue forget what workers that are gone had taken; the planning queues it again."""
    manager = app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=WORKER_GONE_AFTER):
        await manager.finish_job(stalled, procrastinate.jobs.Status.FAILED, delete_job=True)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick came to, and how many seconds the worker may sleep now; `well` as of `plan`."""

    ended_by: RollbookError | None
    well: frozenset[str] = frozenset()
    pause: float = BUSY


def tick(steps: Steps, environ: Mapping[str, str]) -> Ticked:
    """Plan, on one connection that is closed at the end: it would be kept by this thread alone."""
    try:
        if (error := must_end(environ)) is not None:
            return Ticked(error)
        well = plan(steps, environ)
        pause = steps.run(pause_after, datetime.now(UTC))
        return Ticked(None, well, pause if pause and steps.is_whole else BUSY)
    finally:
        connection.close()


def must_end(environ: Mapping[str, str]) -> RollbookError | None:
    """Return why this worker can import no more, None where it can: it has not the installation's
    key, or a newer version has changed the tables."""
    try:
        secret_key(environ)
        check_version()
    except (KeyDiffers, KeyMissing, KeyUnusable, TablesNewer) as error:
        return error
    except RollbookError:
        return None  # the database does not answer, which the planning tells
    return None


async def _run_errands_on(environ: Mapping[str, str], wanted: Alarm) -> None:
    """After each planning, which waits for no mail server."""
    steps = Steps()

    def run() -> None:
        try:
            run_errands(steps, environ)
        finally:
            connection.close()

    while True:
        await wanted.sleep(2 * IDLE)  # the planning calls in between
        await in_thread(run, within=ERRANDS_WITHIN)
