"""Each job runs in a process of its own, which is watched and made to end where it must."""

import asyncio
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from rollbook.automation.child import IN_TURN
from rollbook.automation.queue import ANSWER_WITHIN
from rollbook.automation.threads import in_thread
from rollbook.automation.worker_log import log_begun, log_ended
from rollbook.core.errors import RollbookError
from rollbook.records.database import connect
from rollbook.records.operations import jobs
from rollbook.records.queries import workers

CANCEL_PATIENCE = 5.0
"""Seconds for a child to end after the signal, before it is killed; the database rolls back."""

LOOKS = 6
"""So often, every half a second, a job is looked at whose process was killed."""


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
