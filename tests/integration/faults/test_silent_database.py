"""A database connection that stays open and leads nowhere: what waits is carried out in time."""

import time
from collections.abc import Callable
from dataclasses import replace

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.doubles.silent_proxy import silent_proxy
from tests.integration.cli.commands import CommandLine
from tests.integration.worker.conftest import (  # noqa: F401 - fixtures
    Worker,
    database,
    reason_of,
    same_key,
    start_worker,
    wait_for,
)
from tests.integration.worker.test_worker import request


def test_a_worker_whose_connections_fall_silent_makes_new_ones_and_carries_on(
    start_worker: Callable[..., Worker],  # noqa: F811
    database: psycopg.Connection,  # noqa: F811
    rollbook: CommandLine,
    records: str,
) -> None:
    with silent_proxy(database.info.host, database.info.port) as proxy:
        parts = conninfo_to_dict(records)
        url = f"postgresql://{parts['user']}:{parts.get('password', '')}@127.0.0.1:{proxy.port}"
        given = {**rollbook.environ, "DATABASE_URL": f"{url}/{parts['dbname']}"}
        worker = start_worker(command=replace(rollbook, environ=given))
        alive = "select count(*) from rollbook.procrastinate_workers"
        wait_for(lambda: database.execute(alive).fetchone() == (1,))
        first = request()
        wait_for(lambda: reason_of(database, first)[0] == "completed")
        # Its process has gone too: it would hold the feed's lock through a silent connection.
        running = (
            "select count(*) from pg_stat_activity where application_name like 'rollbook job %'"
        )
        wait_for(lambda: database.execute(running).fetchone() == (0,))
        proxy.fall_silent()
        second = request(b"")  # refused, which is an end too
        time.sleep(12)  # so that it polls in vain
        proxy.recover()
        wait_for(lambda: reason_of(database, second)[0] == "failed", 150)
        beat = "select last_heartbeat > now() - interval '15 s' from rollbook.procrastinate_workers"
        wait_for(lambda: database.execute(beat).fetchone() == (True,), 60)
        assert worker.process.poll() is None
