"""`rollbook health`: is the data fresh, did the night run."""

import json
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.times import Clock, day_text, district_clock
from rollbook.core.quantities import counted
from rollbook.environ import read

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def health(as_json: AsJson = False) -> None:
    """Show whether each feed's data is up to date and a worker runs. Exit code 0 if so, else 1."""
    from rollbook.core.errors import RollbookError

    try:
        with database():
            from django.utils import timezone

            from rollbook.records.queries import health as records

            found = records.health(timezone.now())
            has_server = bool(read(os.environ, "ROLLBOOK_EMAIL_URL"))
            if as_json:
                more = {
                    "failed": records.last_failed(),
                    "mail_server": has_server,
                    "version": version("rollbook"),
                }
                typer.echo(json.dumps(found.as_object() | more))
            else:
                clock = district_clock()
                for line in [*_lines(found, clock), *_untold(found, has_server=has_server)]:
                    typer.echo(line)
    except RollbookError as error:
        if not (faults := getattr(error, "table_faults", None)):
            raise
        if as_json:
            from rollbook.records.queries.health import fault_objects

            typer.echo(json.dumps({"status": "not_ok", "tables": fault_objects(faults)}))
        else:
            typer.echo("\n".join([*_fault_lines(faults), _NO_MORE]))
        raise typer.Exit(1) from None
    raise typer.Exit(0 if found.is_good else 1)


def _lines(found: Any, clock: Clock) -> list[str]:
    lines = [_line(each, clock) for each in found.feeds]
    if not lines:
        lines.append(
            "note   No feeds yet, so nothing runs automatically. Add one with `rollbook feeds add`."
        )
    lines += [
        f"note   {each.feed}: import {each.number} needs your decision. {each.message.what}"
        for each in found.held
    ]
    lines += [
        f"note   {each.feed}: import {each.number} of an uploaded file failed. {each.message.what}"
        for each in found.failed_by_hand
    ]
    if found.workers:
        lines.append(f"ok     {counted(found.workers, 'worker')} running")
        if found.is_planned and not found.is_planning:
            lines.append(
                "WRONG  The workers have planned nothing for five minutes. Their log says why."
            )
    elif found.is_planned:
        lines.append("WRONG  No worker is running. Start `rollbook serve` or `rollbook worker`.")
    lines += [
        f"WRONG  {name}: {why}. See its last import: `rollbook jobs list --feed {name}`."
        for name, why in found.doubts.items()
    ]
    lines += [
        f"WRONG  Import {job} has been stuck for minutes. Another database role runs it, so end "
        "its process yourself."
        for job in found.frozen
    ]
    lines += [
        f"WRONG  Import {job} has waited for over ten minutes. Check that a worker runs, and its "
        "log."
        for job in found.waiting
    ]
    lines += _fault_lines(found.table_faults)
    lines += [
        f"WRONG  Another program set {key} to something we can't use, so its default applies. Fix "
        f"it with `rollbook settings set {key} VALUE`."
        for key in found.unusable_settings
    ]
    lines += [
        f"WRONG  {each}, so school_id isn't updated. See `rollbook schools list`."
        for each in found.school_faults
    ]
    return lines + list(_sent_or_cleaned(found))


def _sent_or_cleaned(found: Any) -> Iterator[str]:
    """What leaves for others, and what is deleted."""
    if found.unsent_mails:
        mails = counted(found.unsent_mails, "email is", "emails are")
        yield f"note   {mails} waiting to be sent."
    if found.lost_mails:
        mails = counted(found.lost_mails, "email")
        yield (
            f"WRONG  {mails} couldn't be sent, and none has left since. Try `rollbook settings "
            "test-mail ADDRESS`."
        )
    if found.lost_messages:
        messages = counted(found.lost_messages, "webhook message")
        yield (f"WRONG  {messages} couldn't be delivered. Try `rollbook feeds webhook-test FEED`.")
    if found.failed_clean_ups:
        yield (
            f"{'note ' if found.is_clean else 'WRONG'}  The clean-up failed "
            f"{counted(found.failed_clean_ups, 'time')}, so old records, some with students' "
            "values, are kept longer than your settings say. The worker's log says why."
        )


def _untold(found: Any, *, has_server: bool) -> Iterator[str]:
    """Of what nobody would be told."""
    if found.is_planned and not has_server:
        yield (
            "note   No email server, so no one gets an email when an import fails. Set "
            "ROLLBOOK_EMAIL_URL."
        )
    if found.untold:
        yield (
            f"note   No one gets an email when an import of {', '.join(found.untold)} fails. Add "
            "recipients: `rollbook settings set import.notification_emails ADDRESS`."
        )


def _fault_lines(faults: Iterable[Any]) -> list[str]:
    return [f"WRONG  {each}{_named(each)}: {_repair(each)}" for each in faults]


_NO_MORE = "note   Feeds and workers can't be checked until this is fixed."


def _named(fault: Any) -> str:
    return f" ({fault.other_column})" if fault.other_column else ""


def _repair(fault: Any) -> str:
    is_key_of_ours = fault.kind in ("check", "index", "numbers") and not fault.statement
    if fault.kind in ("deletion", "changed"):
        return "`rollbook migrate` fixes it"
    if fault.is_added_again or is_key_of_ours:
        return "`rollbook migrate` adds it again"
    return str(fault.advice)


def _line(each: Any, clock: Clock) -> str:
    is_wrong = not each.is_fresh
    is_noted = each.needs_a_person
    mark = "WRONG " if is_wrong else "note  " if is_noted else "ok    "
    if not each.is_on and not each.is_in_trouble:
        mark = "off   "
    last = f" Last good import: {clock.told(each.last_good)}." if each.last_good else ""
    if not each.last_good and each.status != "new":
        last = " No good import yet."
    runs = f"missed {counted(each.missed, 'run')}; " if each.missed else ""
    return f"{mark} {each.feed}: {runs}{_state(each, clock)}.{last}"


def _state(each: Any, clock: Clock) -> str:
    why = each.why.rstrip(".")
    match each.status:
        case "failed":
            return f"import {each.job} failed and won't be tried again ({why})"
        case "retrying":
            at = clock.time(each.facts.next_attempt_at)
            return f"import {each.job} failed and will be tried again at {at} ({why})"
        case "held":
            return f"import {each.job} needs your decision"
        case "late":
            return f"not up to date by {clock.told(each.late_since)} ({why})"
        case "missed" | "unchanged":
            return str(why[0].lower() + why[1:])
        case "new":
            return "nothing imported yet"
        case "paused":
            return f"paused through {day_text(each.pause.last)}"
        case "off" | "old":
            return "its schedule is off"
    return _data(each)


def _data(each: Any) -> str:
    """Of a feed without trouble, what its data lacks of its server's newest file."""
    if each.discarded:
        return f"its newest file was discarded (import {each.discarded.job})"
    if each.rows_left:
        rows = counted(each.rows_left, "row wasn't imported", "rows weren't imported")
        return f"up to date, but {rows} (import {each.facts.stored_job})"
    return "up to date"
