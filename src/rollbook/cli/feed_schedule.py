"""`rollbook feeds schedule`: when a feed is imported automatically."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.errors import UsageError
from rollbook.core.scheduling.typed_days import typed_period

if TYPE_CHECKING:
    from rollbook.records.models import Feed

On = Annotated[bool | None, typer.Option("--on/--off", help="Turn automatic imports on or off.")]
Times = Annotated[str | None, typer.Option("--at", help="Times of day: '2:00 AM, 2:30 PM'.")]
Days = Annotated[
    str | None, typer.Option("--days", help="daily, weekdays, mon-fri or 'mon, wed, fri'.")
]
Pauses = Annotated[
    list[str] | None,
    typer.Option(
        "--pause",
        help="Days without imports: '12/21/2026 to 1/3/2027 Winter break'. Can be repeated. "
        "none: no pauses.",
    ),
]

Promise = Annotated[
    str | None,
    typer.Option(
        "--current-by",
        help="Alert us if data isn't up to date by then on school days: '6:30 AM'. none: no alert.",
    ),
]

Rehearse = Annotated[
    int | None,
    typer.Option(
        "--rehearse",
        metavar="HOURS",
        help="Check the file so many hours before each run. 0: no check.",
    ),
]


def schedule(
    name: Annotated[str, typer.Argument(help="The feed's name.")],
    is_on: On = None,
    times: Times = None,
    days: Days = None,
    pauses: Pauses = None,
    current_by: Promise = None,
    rehearse: Rehearse = None,
) -> None:
    """Show or change when a feed runs. Settings you leave out stay the same."""
    with database():
        from django.utils import timezone

        from rollbook.core.quantities import counted
        from rollbook.core.scheduling.parsing import days_text, promise_text, times_text
        from rollbook.core.scheduling.zone import zone_words
        from rollbook.records.district import district_zone
        from rollbook.records.operations.feeds import change_feed
        from rollbook.records.queries.feeds import feed_by_name
        from rollbook.records.queries.schedules import planned_words, schedule_of

        feed = feed_by_name(name)
        if not feed.host:
            raise UsageError(
                what=f"The feed {name} has no server, so it can't run automatically.",
                advice="Its files are imported with `rollbook import FILE`.",
            )
        changes = _changes(is_on, times, days=days, pauses=pauses, current_by=current_by)
        if rehearse is not None:
            changes["rehearse_hours"] = rehearse
        if changes:
            feed = change_feed(
                name,
                settings={"schedule": feed.schedule | changes},
                secret=None,
                environ={},
                actor="command line",
            )
        zone = district_zone()
        now = schedule_of(feed, zone)
        typer.echo(f"{name}: {days_text(now)} at {times_text(now)} {zone_words(now.zone)}")
        for pause in now.pauses:
            typer.echo(f"  pause: {typed_period(pause)}")
        if promise := promise_text(now):
            typer.echo(f"  alert if not up to date by {promise} on school days")
        if now.rehearse_hours:
            typer.echo(f"  rehearsed {counted(now.rehearse_hours, 'hour')} before each run")
        moment = timezone.now()
        typer.echo(f"  next: {'; '.join(planned_words(feed, moment, zone=zone))}")
        _tell_rehearsal(feed, moment.astimezone(zone))


def _tell_rehearsal(feed: "Feed", now: datetime) -> None:
    """Say what is known of the rehearsal of the next run; `now` is local."""
    from rollbook.records.queries.rehearsals import next_rehearsals
    from rollbook.records.rehearsal_words import rehearsal_words

    if (found := next_rehearsals([feed], now).get(feed.pk)) is not None:
        typer.echo(f"  {rehearsal_words(found, now)}")


def _changes(
    is_on: bool | None,
    times: str | None,
    *,
    days: str | None,
    pauses: list[str] | None,
    current_by: str | None,
) -> dict[str, Any]:
    from rollbook.core.scheduling.parsing import read_days, read_pauses, read_promise, read_times

    changes: dict[str, Any] = {}
    if is_on is not None:
        changes["is_on"] = is_on
    if times is not None:
        changes["times"] = read_times(times)
    if days is not None:
        changes["days"] = read_days(days)
    if pauses is not None:
        changes["pauses"] = read_pauses([] if pauses == ["none"] else pauses)
    if current_by is not None:
        changes["current_by"] = read_promise(current_by)
    return changes
