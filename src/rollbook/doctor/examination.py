"""All checks together, in the order in which a person reads them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from rollbook.core.errors import RollbookError
from rollbook.doctor import machine, uptime_service
from rollbook.doctor.carry_out import carry_out
from rollbook.doctor.finding import Check, Finding, State
from rollbook.environ import read

OF_DATABASE = (
    "pooler", "version", "rights", "key", "clock", "time_zone", "worker", "backup", "recipients",
    "heartbeat", "roster", "mail", "feed",
)  # fmt: skip


def examine(
    environ: Mapping[str, str],
    *,
    fault: RollbookError | None,
    read_settings: Callable[[], None],
    actor: str,
    sends_mail: bool = False,
    sends_to: str = "",
    in_all: float = 600.0,
) -> Iterator[Finding]:
    """Give what each check finds.

    `fault`: why there is no database, None where there may be one. `sends_to` gets the test mail
    where the district has no recipients. `in_all`: seconds for all feeds together.
    """
    first = [
        Check("settings", partial(machine.settings, environ, read_settings)),
        Check("disk", partial(machine.disk, environ)),
    ]
    first += [
        Check(uptime_service.NAME, partial(uptime_service.uptime_service, url))
        for url in uptime_service.one_of_each_server(read(environ, "ROLLBOOK_HEARTBEAT_URL"))
    ]
    yield from carry_out([[each] for each in first], close=_nothing)
    if fault is None:
        from rollbook.doctor import installation

        [found] = carry_out([[Check("database", installation.database)]], close=_close)
    else:
        found = Check("database", partial(_raise, fault)).carry_out()
    yield found
    if found.state is State.FAILED:
        yield from (Check(name, partial(_raise, fault)).not_made() for name in OF_DATABASE)
        return
    yield from carry_out(_lanes(environ, sends_mail=sends_mail, sends_to=sends_to), close=_close)
    yield from _feeds(environ, actor=actor, in_all=in_all)


def _lanes(environ: Mapping[str, str], *, sends_mail: bool, sends_to: str) -> list[list[Check]]:
    from rollbook.doctor import installation, messages
    from rollbook.doctor.roster import roster
    from rollbook.records import district

    def mail() -> Finding:
        everybody = district.recipients(district.Level.DECISIONS)
        to = (everybody or [sends_to] * bool(sends_to)) if sends_mail else None
        return messages.mail(environ, sends_to=to)

    asks: Mapping[str, Callable[[], Finding]] = {
        "pooler": installation.pooler,
        "version": installation.version,
        "rights": installation.rights,
        "key": partial(installation.key, environ),
        "clock": installation.clock,
        "time_zone": installation.time_zone,
        "worker": partial(installation.worker, environ),
        "backup": installation.backup,
        "recipients": messages.recipients,
        "heartbeat": partial(messages.heartbeat, environ),
        "roster": roster,
    }
    own = [Check(name, ask) for name, ask in asks.items()]
    # One after the other on one connection; a mail server may be slow.
    return [own, [Check("mail", mail, within=45.0)]]


def _feeds(environ: Mapping[str, str], *, actor: str, in_all: float) -> Iterator[Finding]:
    from rollbook.doctor.feeds import feed_lanes

    try:
        lanes = feed_lanes(environ, actor=actor)
    except RollbookError as error:
        yield Check("feed", partial(_raise, error)).carry_out()
        return
    finally:
        _close()
    yield from carry_out(lanes, close=_close, in_all=in_all)


def _raise(error: RollbookError | None) -> Finding:
    raise error or RollbookError


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _nothing() -> None:
    pass
