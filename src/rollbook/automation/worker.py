"""The worker: takes waiting jobs from the queue and runs each in a process of its own.

The queue is Procrastinate's, in the same database, with one task: `run_job`. Beside it every worker
ticks: see `tick`. Whether and when is decided by our rows.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import procrastinate
from django.db import connection
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from rollbook.automation.after_run import call_uptime_service
from rollbook.automation.child import IN_TURN
from rollbook.automation.last_resort import UNWINDING, end_process
from rollbook.automation.queue import ANSWER_WITHIN, PatientConnector
from rollbook.automation.tick import Steps, plan, run_errands
from rollbook.automation.worker_log import log_begun, log_ended
from rollbook.core.errors import RollbookError
from rollbook.core.secrets.store import KeyUnusable
from rollbook.records.database import connect
from rollbook.records.migrate import TablesNewer, check_version
from rollbook.records.operations import jobs, queueing
from rollbook.records.operations.installation_key import KeyDiffers, KeyMissing, secret_key
from rollbook.records.queries import workers
from rollbook.records.queries.workers import WORKER_GONE_AFTER
from rollbook.records.session import cut
from rollbook.service_manager import alive_every, notify

CANCEL_PATIENCE = 5.0
"""Seconds for a child to end after the signal, before it is killed; the database rolls back."""

FETCHING = 8
"""So many jobs more than may be imported at once are begun: those that wait for a server, which may
be a silent one, keep no other feed from being imported."""

LOOKS = 6
"""So often, every half a second, a job is looked at whose process was killed."""

TICK = 15.0
"""Seconds between two ticks, of the planning and of the errands."""

STATEMENTS_WITHIN, ERRANDS_WITHIN = 60.0, 900.0
"""Seconds after which what the planning, and what the errands wait for is given up."""

T = TypeVar("T")


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
    app = queue_app(environ, turns=asyncio.Semaphore(concurrency), is_ending=ending.is_set)
    # In a group: a worker that could no longer tick would wait for planned work without end.
    async with app.open_async(), asyncio.TaskGroup() as together:
        worker = Worker(
            app,
            queues=[queueing.QUEUE],
            concurrency=concurrency + FETCHING,
            shutdown_graceful_timeout=grace,
            delete_jobs="always",
            fetch_job_polling_interval=5.0,
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
            together.create_task(_plan_on(app, environ, ended_by)),
            together.create_task(_run_errands_on(environ)),
        ]
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        except ConnectorException:
            if not ending.is_set():
                raise
            # Nobody can be told that this worker is gone; its missing heartbeat says so.
        for task in beside:
            task.cancel()


def queue_app(
    environ: Mapping[str, str], *, turns: asyncio.Semaphore, is_ending: Callable[[], bool]
) -> procrastinate.App:
    """Return the queue with its task. So many files are read at once as there are `turns`."""
    running: set[int] = set()
    app = procrastinate.App(connector=PatientConnector(running=running, is_ending=is_ending))

    @app.task(name=queueing.TASK, queue=queueing.QUEUE, pass_context=True)
    async def run_job(context: procrastinate.JobContext, job: int) -> None:
        number = context.job.id or 0
        running.add(number)
        try:
            if type(job) is int:  # the queue's rows are not trusted
                await run_in_child(job, environ, turns=turns)
        finally:
            running.discard(number)

    return app


async def _plan_on(
    app: procrastinate.App, environ: Mapping[str, str], ended_by: list[RollbookError]
) -> None:
    """Plan at once and then again and again, whatever a single time comes to.

    Without the installation's key every import would fail, on tables of a newer version it could
    store something wrong: the worker is stopped, and its supervisor starts what is there now.
    """
    steps, calls = Steps(), set()
    alive = alive_every(environ)
    while True:
        if error := await in_thread(partial(must_end, environ), within=STATEMENTS_WITHIN):
            ended_by[:] = [error]
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if well := await in_thread(partial(plan, steps, environ), within=STATEMENTS_WITHIN):
            call = asyncio.create_task(asyncio.to_thread(call_uptime_service, well, environ))
            calls.add(call)  # the loop itself keeps no reference
            call.add_done_callback(calls.discard)
        with suppress(ConnectorException, TimeoutError):
            async with asyncio.timeout(STATEMENTS_WITHIN):
                await _forget_stalled(app)
        if alive:
            notify("WATCHDOG=1")
        await asyncio.sleep(min(TICK, alive or TICK))


async def _forget_stalled(app: procrastinate.App) -> None:
    """Have the queue forget what workers that are gone had taken; the planning queues it again."""
    manager = app.job_manager
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=WORKER_GONE_AFTER):
        await manager.finish_job(stalled, procrastinate.jobs.Status.FAILED, delete_job=True)


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
    finally:
        connection.close()
    return None


async def _run_errands_on(environ: Mapping[str, str]) -> None:
    """Beside the planning, which waits for no mail server."""
    steps = Steps()
    while True:
        await in_thread(partial(run_errands, steps, environ), within=ERRANDS_WITHIN)
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
        await in_thread(partial(log_begun, job), within=ANSWER_WITHIN)
        while child.returncode is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(child.wait(), 1.0)
            if child.returncode is None and await _is_overdue(job):
                child.kill()
                await child.wait()
                await in_thread(partial(end_killed, job), within=ANSWER_WITHIN)
    finally:
        if child.returncode is None and not await _end(child):
            await in_thread(partial(end_left, job), within=ANSWER_WITHIN)
        turn.cancel()
        await in_thread(partial(log_ended, job), within=ANSWER_WITHIN)


async def _is_overdue(job: int) -> bool:
    return await in_thread(partial(is_overdue, job), within=ANSWER_WITHIN)


async def in_thread(step: Callable[[], T], *, within: float) -> T:
    """Return what `step` returns, from a thread of its own.

    What it waits for at the database after `within` seconds, and each so many more, fails.
    """
    thread: list[int] = []

    def run() -> T:
        thread.append(threading.get_ident())
        return step()

    running = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        while not (await asyncio.wait({running}, timeout=within))[0]:
            for number in thread:
                cut(number)
    except asyncio.CancelledError:
        running.cancel()
        raise
    return running.result()


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


async def _end(child: Any) -> bool:
    """No one watches it any more (the worker is to end, for example): roll back what still runs.

    Returns False where it had to be killed, and so has not written how its job ended.
    """
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), CANCEL_PATIENCE)
    except TimeoutError:
        child.kill()
        await child.wait()
        return False
    return True


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


def end_left(job: int) -> None:
    """Write that a job was interrupted whose process was killed, once the database notices that."""
    for _ in range(LOOKS):
        with suppress(RollbookError), connect(autocommit=True) as opened:
            if job in jobs.mark_interrupted(opened):
                return
        time.sleep(0.5)
