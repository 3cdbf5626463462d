"""`rollbook backup` and `rollbook restore`: everything in one encrypted file, and back again."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import confirm, print_table
from rollbook.cli.passphrase import PassphraseFile, read_passphrase
from rollbook.core.quantities import counted, size_text

if TYPE_CHECKING:
    from rollbook.backup.beside import Adopted
    from rollbook.backup.manifest import Manifest
    from rollbook.backup.read import Backup

ACTOR = "command line"

Target = Annotated[Path, typer.Argument(help="The file to write.")]
Source = Annotated[Path, typer.Argument(help="A file made by `rollbook backup`.")]


def backup(
    file: Target,
    passphrase_file: PassphraseFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Back up everything to one encrypted file: students, imports, feeds, people and the key.

    Imports and pages keep running meanwhile. Without the passphrase, no one can read the file.
    """
    passphrase = read_passphrase(passphrase_file, twice=True)
    with database():
        from rollbook.backup.write import back_up

        manifest = back_up(
            file, passphrase=passphrase, replace=force, environ=os.environ, actor=ACTOR
        )
    typer.echo(
        f"Backed up to {file}: {counted(manifest.rows, 'row')} of {len(manifest.tables)} tables, "
        f"{size_text(file.stat().st_size)}."
    )
    _print_what_is_missing(manifest)


def restore(
    file: Source,
    passphrase_file: PassphraseFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check that the file is whole. Needs no database.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what this database holds.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before replacing.")] = False,
    without_key: Annotated[
        bool,
        typer.Option("--without-key", help="The key is lost; you enter passwords again."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try it; everything is taken back.")
    ] = False,
) -> None:
    """Restore a backup, all or nothing."""
    from rollbook.backup.read import opened

    passphrase = read_passphrase(passphrase_file, twice=False)
    typer.echo("Checking the whole file first.", err=True)
    with opened(file, passphrase) as found:
        _print_contents(found.manifest)
        if check:
            typer.echo("The backup is complete and readable. Nothing was restored.")
            return
        had_key = _prepare_home(found.manifest)
        with database(migrated=False, pages=True):
            _restore(
                found,
                replace=replace,
                yes=yes or dry_run,
                had_key=had_key,
                without_key=without_key,
                dry_run=dry_run,
            )
    if not dry_run:
        _print_where_credentials_are(found.manifest, without_key=without_key)


def _restore(
    found: "Backup",
    *,
    replace: bool,
    yes: bool,
    had_key: bool,
    without_key: bool,
    dry_run: bool,
) -> None:
    from rollbook.backup import restore as records

    held = records.check_target(found, replace=replace, environ=os.environ, without_key=without_key)
    if held and not yes:
        typer.echo(f"This database holds {counted(sum(held.values()), 'row')}:")
        _print_counts(held)
        confirm("Replace them with the backup?")
    typer.echo("Restoring. Nothing changes until it is done.", err=True)
    restored = records.restore(
        found,
        replace=replace,
        environ=os.environ,
        actor=ACTOR,
        keep_key=had_key,
        without_key=without_key,
        dry_run=dry_run,
    )
    expected = {table.name: table.rows for table in found.manifest.tables}
    _print_counts(expected, restored.counts)
    rows = sum(restored.counts.values())
    typer.echo(f"Restored {counted(rows, 'row')}: every table has all rows of the backup.")
    if restored.adopted is not None:
        _print_adopted(restored.adopted)
    if restored.left_out:
        typer.echo(
            f"Left out: {', '.join(restored.left_out)}, which this version of Rollbook doesn't "
            "know. Their rows are still in the backup."
        )
    if dry_run:
        typer.echo("Dry run: everything was taken back, so nothing was changed.")
        return
    if restored.old_key is not None:
        typer.echo(
            f"The backup's key is now in use. The former key is kept as {restored.old_key}; delete "
            "it when nothing needs it."
        )
    typer.echo("Everyone signs in again. Start `rollbook serve` or `rollbook worker` now.")


def _print_adopted(adopted: "Adopted") -> None:
    typer.echo(
        "Another application uses this database, and its rows are unchanged. "
        f"{counted(adopted.matched, 'student')} of the backup already existed and kept their "
        f"values; {adopted.differing:,} of them have another name or grade in the backup. "
        f"{adopted.added:,} were added."
    )
    if adopted.shift:
        typer.echo(
            f"Imports got new numbers, {adopted.shift:,} higher, because the old ones were taken. "
            "Earlier emails and logs have the old numbers."
        )


def _prepare_home(manifest: "Manifest") -> bool:
    """Check the room for the embedded database; tell whether a key lies in ROLLBOOK_HOME.

    Asked first, because loading the settings of the pages makes a key where there is none.
    """
    from rollbook.backup.errors import NoRoomToRestore
    from rollbook.core.secrets.key import FILE_NAME

    is_embedded = not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))
    # Rows, indexes, and the same again for the log that makes it all one transaction.
    needed = 2 * manifest.size
    if is_embedded and (free := shutil.disk_usage(home()).free) < needed:
        raise NoRoomToRestore(
            why=f"the disk of {home()} has {free // 1_000_000:,} MB left, and about "
            f"{needed // 1_000_000:,} MB are needed."
        )
    return (home() / FILE_NAME).exists()


def _print_contents(manifest: "Manifest") -> None:
    typer.echo(
        f"Backup of {manifest.made_at}, by Rollbook {manifest.version}: "
        f"{counted(manifest.rows, 'row')} of {len(manifest.tables)} tables."
    )


def _print_counts(expected: dict[str, int], found: dict[str, int] | None = None) -> None:
    titles = ["rows"] if found is None else ["in the backup", "restored"]
    rows = []
    for name in sorted(expected):
        counts = [expected[name]] if found is None else [expected[name], found.get(name, 0)]
        rows.append((name, *(f"{count:,}" for count in counts)))
    print_table(["table", *titles], rows, right=titles)


def _print_what_is_missing(manifest: "Manifest") -> None:
    if manifest.key is None:
        typer.echo(
            "It doesn't have the key, which comes from ROLLBOOK_SECRET_KEY. Keep that key safe, "
            "too: without it, passwords and stored files can't be read."
        )
    if manifest.secrets == "aws":
        typer.echo("It doesn't have the feeds' passwords, which are in AWS Secrets Manager.")
    if manifest.others:
        rows = ", ".join(
            f"{counted(rows, 'row')} in {table}" for table, rows in manifest.others.items()
        )
        typer.echo(f"It doesn't have what other programs wrote: {rows}.")
    if manifest.left_out:
        typer.echo(
            f"It doesn't have another application's columns: {', '.join(manifest.left_out)}. Back "
            "up the whole database, too."
        )


def _print_where_credentials_are(manifest: "Manifest", *, without_key: bool) -> None:
    here = os.environ.get("ROLLBOOK_SECRETS") or "local"
    if without_key:
        typer.echo("The key wasn't restored. Enter every feed's password or key again.")
    elif manifest.secrets != here:
        typer.echo(
            f"The feeds' passwords and keys were in “{manifest.secrets}”, but ROLLBOOK_SECRETS is "
            f"“{here}” here. Set it to “{manifest.secrets}”, or enter them again."
        )
    elif here == "aws":
        typer.echo("The feeds use their passwords and keys in AWS Secrets Manager.")
