"""`rollbook health`: is the data fresh, did the night run."""

import json
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.core.quantities import counted
from rollbook.environ import read

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def health(as_json: AsJson = False) -> None:
    """Tell whether the data is fresh and a worker runs; exit 0 where all is well, otherwise 1."""
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
                for line in [*_lines(found), *_untold(found, has_server=has_server)]:
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


def _lines(found: Any) -> list[str]:
    lines = [_line(each) for each in found.feeds]
    if not lines:
        lines.append("No feed has a server yet: nothing runs automatically.")
    lines += [
        f"note   {each.feed}: import {each.number} waits for your decision. {each.message.what}"
        for each in found.held
    ]
    lines += [
        f"note   {each.feed}: import {each.number} of a file by hand has failed. "
        f"{each.message.what}"
        for each in found.failed_by_hand
    ]
    if found.workers:
        lines.append(f"ok     {found.workers} worker{'s' if found.workers > 1 else ''} running")
        if found.is_planned and not found.is_planning:
            lines.append(
                "WRONG  the workers have not planned anything for five minutes: their log says why"
            )
    elif found.is_planned:
        lines.append("WRONG  no worker runs: start `rollbook serve` or `rollbook worker`")
    lines += [
        f"WRONG  {name}: {why}; its last import says more" for name, why in found.doubts.items()
    ]
    lines += [
        f"WRONG  import {job} has stood still for minutes, and no worker may end it, because "
        "another role runs it: end its process"
        for job in found.frozen
    ]
    lines += [
        f"WRONG  import {job} has waited for more than ten minutes, and no worker takes it up: see "
        "whether one runs, and what its log says"
        for job in found.waiting
    ]
    lines += _fault_lines(found.table_faults)
    lines += [
        f"WRONG  the setting {key} cannot be used as another program wrote it, so its default "
        "applies: `rollbook settings set` mends it"
        for key in found.unusable_settings
    ]
    lines += [
        f"WRONG  {each}: school_id is left as it is; `rollbook schools list` shows them"
        for each in found.school_faults
    ]
    return lines + list(_sent_or_cleaned(found))


def _sent_or_cleaned(found: Any) -> Iterator[str]:
    """What leaves for others, and what is deleted."""
    if found.unsent_mails:
        mails = counted(found.unsent_mails, "mail waits", "mails wait")
        yield f"note   {mails} to be sent: see Settings"
    if found.lost_mails:
        mails = counted(found.lost_mails, "mail was", "mails were")
        yield (
            f"WRONG  {mails} given up, and none has left since: see Settings, and send a test mail"
        )
    if found.lost_messages:
        messages = counted(
            found.lost_messages, "message to a webhook was", "messages to webhooks were"
        )
        yield f"WRONG  {messages} given up: the feed's page says why"
    if found.failed_clean_ups:
        yield (
            f"{'note ' if found.is_clean else 'WRONG'}  the clean-up has failed "
            f"{counted(found.failed_clean_ups, 'time')}: old records, some with students' values, "
            "are kept for longer than set; the worker's log says why"
        )


def _untold(found: Any, *, has_server: bool) -> Iterator[str]:
    """Of what nobody would be told."""
    if found.is_planned and not has_server:
        yield (
            "note   no mail server is set: nobody is told of a night that fails; set "
            "ROLLBOOK_EMAIL_URL"
        )
    if found.untold:
        yield (
            f"note   nobody is told when an import of {', '.join(found.untold)} fails: enter "
            "recipients in the settings (import.notification_emails)"
        )


def _fault_lines(faults: Iterable[Any]) -> list[str]:
    return [f"WRONG  {each}{_named(each)}: {_repair(each)}" for each in faults]


_NO_MORE = "note   how feeds and workers are doing cannot be seen until that is mended"


def _named(fault: Any) -> str:
    return f" ({fault.other_column})" if fault.other_column else ""


def _repair(fault: Any) -> str:
    is_key_of_ours = fault.kind in ("check", "index", "numbers") and not fault.statement
    if fault.kind in ("deletion", "changed"):
        return "`rollbook migrate` changes that"
    if fault.is_added_again or is_key_of_ours:
        return "`rollbook migrate` adds it again"
    return str(fault.advice)


def _line(each: Any) -> str:
    is_wrong = not each.is_fresh
    is_noted = each.is_in_trouble or each.status == "unchanged"
    mark = "WRONG " if is_wrong else "note  " if is_noted else "ok    "
    if not each.is_on and not each.is_in_trouble:
        mark = "off   "
    last = f"{each.last_good:%Y-%m-%d %H:%M} UTC" if each.last_good else "never"
    runs = f"{counted(each.missed, 'planned run')} missed; " if each.missed else ""
    return f"{mark} {each.feed}: {runs}{_state(each)}; last good import {last}"


def _state(each: Any) -> str:
    why = each.why.rstrip(".")
    match each.status:
        case "failed":
            return f"import {each.job} failed, and is not tried again ({why})"
        case "retrying":
            at = f"{each.facts.next_attempt_at:%H:%M} UTC"
            return f"import {each.job} failed, and is tried again at {at} ({why})"
        case "held":
            return f"import {each.job} waits for your decision"
        case "late":
            return f"not current by {each.late_since:%Y-%m-%d %H:%M} UTC, as promised ({why})"
        case "missed" | "unchanged":
            return str(why[0].lower() + why[1:])
        case "new":
            return "nothing has been imported yet"
        case "paused":
            return f"paused until {each.pause.last:%Y-%m-%d}"
        case "off" | "old":
            return "its schedule is off"
    return "up to date"
