"""`rollbook fleet`: one line for each of many installations, one district each."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.command_group import Commands
from rollbook.cli.console import print_table
from rollbook.cli.fleet_list import Installation, read_fleet
from rollbook.cli.fleet_runs import Run, run_each
from rollbook.core.errors import UsageError
from rollbook.core.quantities import counted
from rollbook.core.visible import visible

LONGEST_WORD = 40
"""Characters of a state, a version or a name that are shown."""
MOST_NAMED = 3
"""Feeds in trouble that a line names."""
IN_TROUBLE = ("failed", "missed", "held", "retrying", "late")

app = Commands(help="Many installations, one for each district.")

List = Annotated[
    Path,
    typer.Argument(
        metavar="LIST", help="The list: TOML with [installations.NAME], or lines of NAME and PATH."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
AtOnce = Annotated[int, typer.Option("--at-once", min=1, max=50, help="How many at the same time.")]
Only = Annotated[
    list[str] | None, typer.Option("--only", help="Only this installation; can be repeated.")
]


@app.command("status")
def status(
    fleet: List,
    only: Only = None,
    at_once: AtOnce = 4,
    seconds: Annotated[float, typer.Option("--timeout", min=1, help="Seconds for each.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Show whether each district's data is up to date. Exit code 0 if all is well, else 1."""
    wanted = _wanted(read_fleet(fleet), only)
    runs = run_each(wanted, lambda _: ("health", "--json"), seconds=seconds, at_once=at_once)
    _tell([_standing(run) for run in runs], as_json=as_json)


@app.command("migrate")
def migrate(
    fleet: List,
    wave: Annotated[
        int | None,
        typer.Option(min=1, help="Only this wave; otherwise wave after wave."),
    ] = None,
    only: Only = None,
    at_once: AtOnce = 1,
    seconds: Annotated[float, typer.Option("--timeout", min=1, help="Seconds for each.")] = 900,
    as_json: AsJson = False,
) -> None:
    """Update each installation's tables, wave by wave. Stops after the first failure."""
    wanted = _wanted(read_fleet(fleet), only)
    waves = sorted({one.wave for one in wanted} if wave is None else {wave})
    if wave is not None and not any(one.wave == wave for one in wanted):
        raise UsageError(what=f"No installation is in wave {wave}.")
    told: list[dict[str, Any]] = []
    left = [one for number in waves for one in wanted if one.wave == number]
    while left:
        size = at_once if left[0].wave == left[min(at_once, len(left)) - 1].wave else 1
        begun, left = left[:size], left[size:]
        runs = list(
            run_each(begun, lambda _: ("migrate", "--quiet"), seconds=seconds, at_once=at_once)
        )
        told += [_done(run, "up to date") for run in runs]
        if not all(each["ok"] for each in told):
            break
    told += [_entry(one, ok=False, state="not started", wave=one.wave) for one in left]
    _tell(told, as_json=as_json)


@app.command("backup")
def backup(
    fleet: List,
    folder: Annotated[Path, typer.Option("--to", help="The folder for the backups.")],
    passphrase_file: Annotated[
        Path, typer.Option("--passphrase-file", help="A file whose first line is the passphrase.")
    ],
    only: Only = None,
    at_once: AtOnce = 2,
    seconds: Annotated[float, typer.Option("--timeout", min=1, help="Seconds for each.")] = 3600,
    as_json: AsJson = False,
) -> None:
    """Back up each installation to a folder, as NAME-DAY-TIME.backup (UTC)."""
    wanted = _wanted(read_fleet(fleet), only)
    if not folder.is_dir():
        raise UsageError(what=f"There is no folder {folder}.", means="Nothing was written.")
    at = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")

    def words(one: Installation) -> Sequence[str]:
        file = folder.absolute() / f"{one.name}-{at}.backup"
        return ("backup", str(file), "--passphrase-file", str(passphrase_file.absolute()))

    runs = run_each(wanted, words, seconds=seconds, at_once=at_once)
    _tell([_done(run, f"{run.installation.name}-{at}.backup") for run in runs], as_json=as_json)


def _wanted(fleet: Sequence[Installation], only: Sequence[str] | None) -> list[Installation]:
    unknown = set(only or ()) - {one.name for one in fleet}
    if unknown:
        raise UsageError(
            what=f"The list has no installation {', '.join(sorted(unknown))}.", means=""
        )
    return [one for one in fleet if not only or one.name in only]


def _standing(run: Run) -> dict[str, Any]:
    """Return the line of one installation out of its `health --json`."""
    found = _json(run.out)
    if run.code not in (0, 1) or "status" not in found:
        problem = run.problem or "No readable answer."
        return _entry(run.installation, ok=False, state="no answer", problem=problem)
    return _entry(
        run.installation,
        ok=run.code == 0,
        state=_word(found.get("data")) or "not_ok",
        held=_count(found.get("held")),
        failed=_count(found.get("failed")),
        feeds=_count(found.get("feeds")),
        version=_word(found.get("version")),
        problem="" if run.code == 0 else _why(found),
    )


def _done(run: Run, state: str) -> dict[str, Any]:
    ok = run.code == 0
    problem = "" if ok else run.problem or f"Failed with exit code {run.code}."
    return _entry(
        run.installation,
        ok=ok,
        state=state if ok else "failed",
        wave=run.installation.wave,
        problem=problem,
    )


def _entry(one: Installation, *, ok: bool, state: str, **more: Any) -> dict[str, Any]:
    return {"name": one.name, "ok": ok, "state": state, "problem": "", **more}


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _why(found: Mapping[str, Any]) -> str:
    """Name the feeds that need a person. What else is wrong is many things, and said there."""
    feeds = found.get("feeds")
    named = [
        f"{_word(each.get('feed')) or '?'} {_word(each.get('status'))}"
        for each in (feeds if isinstance(feeds, list) else ())
        if isinstance(each, dict) and _word(each.get("status")) in IN_TROUBLE
    ]
    more = f" and {len(named) - MOST_NAMED:,} more" if len(named) > MOST_NAMED else ""
    words = f"{', '.join(named[:MOST_NAMED])}{more}; " if named else ""
    return f"{words}`rollbook health` there says {'more' if named else 'what is wrong'}."


def _count(found: Any) -> int:
    return len(found) if isinstance(found, list) else 0


def _word(found: Any) -> str | None:
    """Return a word of an answer; another installation may write anything."""
    return visible(found[:LONGEST_WORD]) if isinstance(found, str) else None


def _tell(told: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print what came of each, and end: 0 where all is well, otherwise 1."""
    wrong = sum(not each["ok"] for each in told)
    if as_json:
        typer.echo(json.dumps({"ok": not wrong, "installations": told}))
    else:
        print_table(*_table(told))
        typer.echo(
            f"{counted(len(told), 'installation')}, {wrong or 'none'} with a problem.", err=True
        )
    raise typer.Exit(1 if wrong else 0)


def _table(rows: Sequence[Mapping[str, Any]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return titles and lines."""
    known = ("held", "failed", "version", "wave")
    columns = [name for name in known if any(name in each for each in rows)]
    lines = [
        (
            "ok" if each["ok"] else "WRONG",
            each["name"],
            each["state"],
            *("" if each.get(name) is None else str(each[name]) for name in columns),
            each["problem"],
        )
        for each in rows
    ]
    return ("", "installation", "state", *columns, "problem"), lines
