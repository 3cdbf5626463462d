"""`rollbook feeds export`, `feeds import`, and `feeds set` for several: settings of many feeds."""

import json
import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollbook.cli.bootstrap import database
from rollbook.cli.console import print_table
from rollbook.cli.private_files import read_limited, write_private
from rollbook.core.errors import UsageError
from rollbook.core.feed_file import LARGEST, feed_document, read_feed_file, write_feed_file
from rollbook.core.quantities import counted

if TYPE_CHECKING:
    from rollbook.records.queries.feed_changes import FeedChange

ACTOR = "command line"
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def export_file(
    file: Annotated[str, typer.Argument(help="The file to write; - for standard output.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Feeds, such as 'north-*'; all if left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Save feeds' settings and mappings to a file (TOML), without passwords and keys."""
    with database():
        from rollbook.records.queries.feed_columns import feeds_as_tables
        from rollbook.records.queries.feeds import active_feeds

        wanted = _matching(names, [each.name for each in active_feeds()]) if names else None
        tables = feeds_as_tables(wanted)
    if file != "-":
        write_private(Path(file), [write_feed_file(tables)], force=force)
        typer.echo(
            f"Saved {counted(len(tables), 'feed')} to {file}, without passwords and keys.", err=True
        )
    if as_json:
        typer.echo(json.dumps(feed_document(tables)))
    elif file == "-":
        typer.echo(write_feed_file(tables), nl=False)


def import_file(
    file: Annotated[
        str, typer.Argument(help="A file from `rollbook feeds export`; - for standard input.")
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add and change feeds from a file, all or none. Settings it leaves out stay."""
    tables = read_feed_file(read_limited(file, LARGEST))
    with database():
        from rollbook.records.operations.feed_settings import import_feeds

        found = import_feeds(tables, dry_run=dry_run, environ=os.environ, actor=ACTOR)
    _show(found, dry_run=dry_run, as_json=as_json)


def change_several(
    names: Sequence[str],
    settings: Mapping[str, Any],
    *,
    every: bool,
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Set the same of the feeds that are named, or of all."""
    with database():
        from rollbook.records.operations.feed_settings import change_feeds
        from rollbook.records.queries.feeds import active_feeds

        wanted = None if every else _matching(names, [each.name for each in active_feeds()])
        about: dict[str, Any] = {"reason": reason, "environ": os.environ, "actor": ACTOR}
        found = change_feeds(wanted, settings, dry_run=dry_run, **about)
    _show(found, dry_run=dry_run, as_json=as_json)


def one_feed(names: Sequence[str], *, every: bool) -> str | None:
    """Return the only feed that is named; None where several are. Raises UsageError for none."""
    if bool(names) == every:
        raise UsageError(what="Name one or more feeds, or use --all.")
    is_one = len(names) == 1 and not _is_pattern(names[0])
    return names[0] if is_one else None


def _is_pattern(name: str) -> bool:
    """A name has letters, digits, - and _ alone."""
    return any(sign in name for sign in "*?[")


def _matching(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return the feeds that are meant. Raises UsageError where a pattern means none."""
    found: list[str] = []
    for name in names:
        same = [each for each in known if fnmatchcase(each, name)] if _is_pattern(name) else [name]
        if not same:
            raise UsageError(
                what=f"No feed matches {name}.",
                advice=f"The feeds are: {', '.join(known)}.",
            )
        found += same
    return sorted(set(found))


def _show(found: "Sequence[FeedChange]", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        from rollbook.records.queries.feed_changes import changes_object

        typer.echo(json.dumps(changes_object(found, dry_run=dry_run)))
        return
    rows = [(each.feed, *change.as_texts) for each in found for change in each.changes]
    if rows:
        print_table(["feed", "setting", "from", "to"], rows)
    counts = {
        action: sum(each.action == action for each in found)
        for action in ("added", "changed", "unchanged")
    }
    said = ", ".join(f"{count:,} {action}" for action, count in counts.items() if count)
    preview = " Preview only; nothing was changed." if dry_run else ""
    typer.echo(f"{said or 'The file has no feeds'}.{preview}")
    new = [each.feed for each in found if each.action == "added"]
    if new and not dry_run:
        typer.echo(
            f"Still without a password or key: {', '.join(new)}. Set one with `rollbook feeds set "
            "NAME --password` (or --key-file, --make-key); then run `rollbook feeds test NAME`.",
            err=True,
        )
