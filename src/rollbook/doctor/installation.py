"""What the database can tell of this installation: whether it fits, the key, clocks, the worker."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from rollbook.core.quantities import clock_text, counted, span_text
from rollbook.core.scheduling.zone import zone_words
from rollbook.doctor.finding import Finding, State
from rollbook.records import district
from rollbook.records.database import check_pooler
from rollbook.records.migrate import check_migrated
from rollbook.records.models import LastTick
from rollbook.records.operations.installation_key import is_key_known
from rollbook.records.queries.backups import last_backup
from rollbook.records.queries.clocks import CLOCK_OFF, clock_difference, difference_text
from rollbook.records.queries.health import PLANNING_SILENT, waiting_too_long
from rollbook.records.queries.schedules import is_planned
from rollbook.records.queries.workers import workers_alive
from rollbook.records.tables.comparison import right_faults, table_faults

OLDEST: Final = 15
"""The oldest PostgreSQL that Rollbook works with."""
CLOCK_WRONG: Final = timedelta(minutes=5)
"""Then imports would begin at the wrong time, and signatures and sessions be refused."""
BACKUP_OLD: Final = timedelta(days=7)
ADVICE_TO_BACK_UP: Final = "Ask the person who runs this server to make one every day."
BACK_UP: Final = "`rollbook backup FILE` makes one."


def database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version_num')::int,"
            " has_database_privilege(current_database(), 'temporary'),"
            " pg_is_in_recovery() or current_setting('transaction_read_only') = 'on'"
        )
        version, has_temporary, is_read_only = cursor.fetchone()
    told = f"PostgreSQL {version // 10_000}.{version % 10_000} is running."
    if version < OLDEST * 10_000:
        return Finding(
            "database",
            State.FAILED,
            f"{told} Rollbook needs {OLDEST} or newer.",
            f"Upgrade the server to PostgreSQL {OLDEST} or newer.",
        )
    if is_read_only:
        return Finding(
            "database",
            State.FAILED,
            f"{told} It's read-only, because it's a standby.",
            "Connect Rollbook to the primary server.",
            at_terminal="Name it in DATABASE_URL.",
        )
    if not has_temporary:
        return Finding(
            "database",
            State.FAILED,
            "Rollbook isn't allowed to make temporary tables in the database.",
            "Ask your database administrator to allow it.",
            at_terminal="`rollbook migrate --roles` prints the statements.",
        )
    return Finding("database", State.OK, told)


def pooler() -> Finding:
    check_pooler()
    return Finding("pooler", State.OK, "Each session keeps its own connection.")


def version() -> Finding:
    if not check_migrated():
        return Finding(
            "version",
            State.FAILED,
            "The database is older than this version of Rollbook.",
            "Finish the upgrade on the server that runs Rollbook.",
            at_terminal="Run `rollbook migrate`.",
        )
    return Finding("version", State.OK, "The database fits this version of Rollbook.")


def rights() -> Finding:
    with connection.cursor() as cursor:
        faults = right_faults(cursor)
        if not any(each.hides for each in faults):
            faults += table_faults(cursor)
    if faults:
        return Finding(
            "rights",
            State.FAILED,
            f"Some tables or rights aren't what Rollbook needs: {faults[0]}"
            f"{f', and {len(faults) - 1:,} more' if len(faults) > 1 else ''}.",
            "Ask your database administrator to fix them.",
            at_terminal="`rollbook health` names each, and how to fix it.",
        )
    return Finding("rights", State.OK, "All tables are there, and Rollbook may use them.")


def key(environ: Mapping[str, str]) -> Finding:
    if is_key_known(environ):
        return Finding(
            "key", State.OK, "The key on this server is the one the data was encrypted with."
        )
    return Finding("key", State.OK, "Nothing is encrypted yet.")


def clock() -> Finding:
    off = clock_difference()
    size = abs(off)
    if size < CLOCK_OFF:
        return Finding("clock", State.OK, "The server's clock and the database's clock agree.")
    return Finding(
        "clock",
        State.FAILED if size >= CLOCK_WRONG else State.WARNING,
        f"The database's clock is {difference_text(off)} this machine's.",
        "Set both clocks from the network (NTP).",
    )


def time_zone() -> Finding:
    zone = district.district_zone()
    now = datetime.now(zone)
    told = f"Schedules are in {zone_words(zone.key)}. It's {clock_text(now)} now."
    if any(each is district.TIME_ZONE for each in district.unusable()):
        return Finding(
            "time_zone",
            State.WARNING,
            f"The district's time zone can't be used. {told}",
            "Choose the time zone again.",
        )
    return Finding("time_zone", State.OK, told)


def worker(environ: Mapping[str, str]) -> Finding:
    if environ.get("ROLLBOOK_RUNNER") == "lambda":
        return Finding("worker", State.OK, "Imports run in an AWS function.")
    with connection.cursor() as cursor:
        alive, waiting = workers_alive(cursor), waiting_too_long(cursor)
    if not alive:
        state = State.FAILED if is_planned() else State.WARNING
        return Finding(
            "worker",
            state,
            "No worker is running, so nothing is imported automatically.",
            "Ask the person who runs this server to start Rollbook again.",
            at_terminal="Start `rollbook serve` or `rollbook worker`.",
        )
    tick = LastTick.objects.first()
    if waiting or tick is None or tick.completed_at < datetime.now(UTC) - PLANNING_SILENT:
        return Finding(
            "worker",
            State.WARNING,
            "A worker is running, but an import that's due hasn't started.",
            "Ask the person who runs this server to look at the worker's log.",
            at_terminal="`rollbook health` names what waits.",
        )
    return Finding("worker", State.OK, f"{counted(alive, 'worker')} running.")


def backup() -> Finding:
    last = last_backup()
    if last is None:
        return Finding(
            "backup",
            State.WARNING,
            "There is no backup yet. If this server's disk fails, your data is lost.",
            ADVICE_TO_BACK_UP,
            at_terminal=BACK_UP,
        )
    age = datetime.now(UTC) - last
    told = f"The last backup was made {span_text(age)} ago."
    if age > BACKUP_OLD:
        return Finding("backup", State.WARNING, told, ADVICE_TO_BACK_UP, at_terminal=BACK_UP)
    return Finding("backup", State.OK, told)
