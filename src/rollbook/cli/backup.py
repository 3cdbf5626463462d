"""`rollbook backup` and `rollbook restore`: everything in one encrypted file, and back again."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import confirm, plain_console
from rollbook.cli.passphrase import PassphraseFile, read_passphrase
from rollbook.core.quantities import counted

if TYPE_CHECKING:
    from rollbook.backup.beside import Adopted
    from rollbook.backup.manifest import Manifest
    from rollbook.backup.read import Backup

ACTOR = "command line"

Target = Annotated[Path, typer.Argument(help="The file to write.")]
Source = Annotated[Path, typer.Argument(help="A file that `rollbook backup` has written.")]


def backup(
    file: Target,
    passphrase_file: PassphraseFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write everything into one encrypted file: students, jobs, feeds, people, and the key.

    Imports and pages may go on meanwhile. Without the passphrase no one can read the file again.
    """
    passphrase = read_passphrase(passphrase_file, twice=True)
    with database():
        from rollbook.backup.write import back_up

        manifest = back_up(
            file, passphrase=passphrase, replace=force, environ=os.environ, actor=ACTOR
        )
    typer.echo(
        f"The backup {file} is written: {counted(manifest.rows, 'row')} of "
        f"{len(manifest.tables)} tables, {file.stat().st_size:,} bytes."
    )
    _print_what_is_missing(manifest)


def restore(
    file: Source,
    passphrase_file: PassphraseFile = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only prove that the file is whole; needs no database.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up what this database holds.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before replacing.")] = False,
    without_key: Annotated[
        bool, typer.Option("--without-key", help="The key is lost: enter credentials again.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything, and take it back at the end.")
    ] = False,
) -> None:
    """Restore a backup, whole or not at all, into an empty database or another application's."""
    from rollbook.backup.read import opened

    passphrase = read_passphrase(passphrase_file, twice=False)
    typer.echo("Reading the whole file, to prove it before anything is done with it.", err=True)
    with opened(file, passphrase) as found:
        _print_contents(found.manifest)
        if check:
            typer.echo("The backup is whole. Nothing was restored.")
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
        confirm("Give them up for what the backup holds?")
    typer.echo("Restoring. Until it is done, nothing is changed.", err=True)
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
    typer.echo(
        f"Restored: {counted(rows, 'row')}, in every table those that the backup was written with."
    )
    if restored.adopted is not None:
        _print_adopted(restored.adopted)
    if restored.left_out:
        typer.echo(
            f"Left out: {', '.join(restored.left_out)}, which no version of Rollbook known here "
            "makes. Their rows are still in the backup."
        )
    if dry_run:
        typer.echo("This was a dry run: everything was taken back, and nothing was changed.")
        return
    if restored.old_key is not None:
        typer.echo(
            f"The key of the backup is in use now. The one that was here is kept as "
            f"{restored.old_key}; delete it when nothing needs it any more."
        )
    typer.echo("Everybody signs in again. Start `rollbook serve` or `rollbook worker` now.")


def _print_adopted(adopted: "Adopted") -> None:
    typer.echo(
        "Another application uses this database too, and all its rows are as they were: "
        f"{counted(adopted.matched, 'student')} of the backup were there and keep their values, "
        f"{adopted.differing:,} of them with another name or grade than in the backup; "
        f"{adopted.added:,} were added."
    )
    if adopted.shift:
        typer.echo(
            f"Numbers of imports were taken, so each import has another one: {adopted.shift:,} "
            "more than before. Texts of earlier mails and log lines name the old ones."
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
        f"A backup of {manifest.made_at}, by Rollbook {manifest.version}: "
        f"{counted(manifest.rows, 'row')} of {len(manifest.tables)} tables."
    )


def _print_counts(expected: dict[str, int], found: dict[str, int] | None = None) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("table")
    table.add_column("rows" if found is None else "in the backup", justify="right")
    if found is not None:
        table.add_column("restored", justify="right")
    for name in sorted(expected):
        counts = [expected[name]] if found is None else [expected[name], found.get(name, 0)]
        table.add_row(name, *(f"{count:,}" for count in counts))
    plain_console().print(table)


def _print_what_is_missing(manifest: "Manifest") -> None:
    if manifest.key is None:
        typer.echo(
            "The key is not in it, because it comes from the environment (ROLLBOOK_SECRET_KEY). "
            "Keep that key elsewhere too: without it credentials and stored files stay unreadable."
        )
    if manifest.secrets == "aws":
        typer.echo("The credentials of the feeds are not in it: they lie in AWS Secrets Manager.")
    if manifest.others:
        rows = ", ".join(
            f"{counted(rows, 'row')} in {table}" for table, rows in manifest.others.items()
        )
        typer.echo(f"Not in it, because other programs wrote them: {rows}.")
    if manifest.left_out:
        typer.echo(
            f"Another application's columns are not in it: {', '.join(manifest.left_out)}. Back "
            "up the database as a whole, too, by its own means."
        )


def _print_where_credentials_are(manifest: "Manifest", *, without_key: bool) -> None:
    here = os.environ.get("ROLLBOOK_SECRETS") or "local"
    if without_key:
        typer.echo("The key was not restored: enter the credentials of every feed again.")
    elif manifest.secrets != here:
        typer.echo(
            f"The credentials of the feeds were kept in “{manifest.secrets}”, and ROLLBOOK_SECRETS "
            f"is “{here}” here: set it to “{manifest.secrets}”, or enter them again."
        )
    elif here == "aws":
        typer.echo("The credentials of the feeds are those in AWS Secrets Manager.")
