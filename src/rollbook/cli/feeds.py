"""`rollbook feeds`: SFTP connections, their settings, and the test that explains itself."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli import (
    feed_backtest,
    feed_browse,
    feed_codes,
    feed_file,
    feed_inbox,
    feed_list,
    feed_map,
    feed_mapping,
    feed_mute,
    feed_names,
    feed_owners,
    feed_schedule,
    feed_test,
    feed_versions,
    feed_webhook,
)
from rollbook.cli.bootstrap import database
from rollbook.cli.command_group import Commands
from rollbook.cli.console import confirm
from rollbook.cli.feed_file import one_feed
from rollbook.cli.feed_options import FeedOptions, with_options
from rollbook.core.errors import UsageError
from rollbook.core.secrets.store import SecretNotFound
from rollbook.core.sources.key_pair import KEY_PARTS, make_own_key, public_line

app = Commands(help="SFTP servers: connect, test, schedule and match columns.")
app.command("test")(feed_test.test)
app.command("browse")(feed_browse.browse)
app.command("map")(feed_map.map_feed)
app.add_typer(feed_mapping.app, name="mapping")
app.command("schedule")(feed_schedule.schedule)
app.command("mute")(feed_mute.mute)
app.command("codes")(feed_codes.codes)
app.command("inbox")(feed_inbox.inbox)
app.command("names")(feed_names.names)
app.command("owners")(feed_owners.owners)
app.command("hand-over")(feed_owners.hand_over)
app.command("versions")(feed_versions.versions)
app.command("restore")(feed_versions.restore)
app.command("backtest")(feed_backtest.backtest)
app.command("export")(feed_file.export_file)
app.command("import")(feed_file.import_file)
app.command("list")(feed_list.list_feeds)
app.command("webhook-secret")(feed_webhook.webhook_secret)
app.command("webhook-test")(feed_webhook.webhook_test)

Name = Annotated[str, typer.Argument(help="The feed's name.")]
Host = Annotated[str | None, typer.Option(help="The SFTP server, without sftp://.")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="The port, usually 22.")]
User = Annotated[str | None, typer.Option(help="The user name.")]
Pattern = Annotated[str | None, typer.Option(help="Which files, such as 'student_data_*.csv'.")]
WithPassword = Annotated[
    bool, typer.Option("--password", help="Ask for a password, even with a key.")
]
Names = Annotated[
    list[str] | None,
    typer.Argument(help="One or more feeds; 'north-*' means all that begin with north-."),
]
Every = Annotated[bool, typer.Option("--all", help="Change all feeds that have this setting.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Reason = Annotated[str, typer.Option(help="Why; others can read it.")]
AskPassword = Annotated[bool, typer.Option("--password", help="Ask for a new password.")]


@app.command("add")
@with_options
def add(
    name: Name,
    host: Annotated[str, typer.Option(help="The SFTP server, without sftp://.")],
    user: Annotated[str, typer.Option(help="The user name.")],
    pattern: Annotated[
        str, typer.Option(help="Which files, such as 'student_data_*.csv'.")
    ] = "*.csv",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 22,
    password: WithPassword = False,
    *,
    options: FeedOptions,
) -> None:
    """Add an SFTP server. You type the password when asked, or pipe it in."""
    settings = options.settings(host=host, username=user, pattern=pattern, port=port)
    secret = _secret(name, options, password=password)
    with database():
        from rollbook.records.operations.feeds import add_feed

        add_feed(name, settings=settings, secret=secret, environ=os.environ, actor="command line")
        said = feed_owners.roster_sentence(name)
    _print_key(secret)
    typer.echo(f"Added feed {name}. {said}\nNext: `rollbook feeds test {name}`.")


@app.command("set")
@with_options
def change(
    names: Names = None,
    every: Every = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    host: Host = None,
    user: User = None,
    pattern: Pattern = None,
    port: Port = None,
    password: AskPassword = False,
    reason: Reason = "",
    *,
    options: FeedOptions,
) -> None:
    """Change settings of one or more feeds. Settings you leave out stay the same."""
    settings = options.settings(host=host, username=user, pattern=pattern, port=port)
    asks = options.key_file or options.make_key or password or options.also_password
    if not settings and not asks:
        raise UsageError(
            what="There is nothing to change.", advice="See `rollbook feeds set --help`."
        )
    one = one_feed(names or [], every=every)
    if asks and (one is None or dry_run):
        raise UsageError(
            what="A password or key is set for one feed at a time, and can't be previewed.",
            advice="Name one feed.",
        )
    if one is None or dry_run or as_json:
        about: dict[str, Any] = {
            "every": every,
            "reason": reason,
            "dry_run": dry_run,
            "as_json": as_json,
        }
        feed_file.change_several(names or [], settings, **about)
        return
    with database():
        from rollbook.records.operations.feeds import change_feed

        secret = _changed_secret(one, options, password=password) if asks else None
        change_feed(
            one,
            settings=settings,
            secret=secret,
            environ=os.environ,
            actor="command line",
            reason=reason,
        )
    _print_key(secret or {})
    typer.echo(f"Changed feed {one}.")


@app.command("key")
def show_key(name: Name) -> None:
    """Show a feed's public key, to send to your vendor."""
    with database():
        secret = _stored(name)
    if not (line := public_line(secret)):
        raise UsageError(
            what=f"{name} has no key made by Rollbook.",
            means="",
            advice=f"Make one with `rollbook feeds set {name} --make-key`.",
        )
    typer.echo(line)


@app.command("remove")
def remove(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Don't ask first.")] = False
) -> None:
    """Remove a feed and its password or key. Students and past imports stay."""
    if not yes:
        confirm(f"Remove feed {name} and its password or key? Imported data stays")
    with database():
        from rollbook.records.operations.feeds import remove_feed

        remove_feed(name, environ=os.environ, actor="command line")
    typer.echo(f"Removed feed {name}. Students and past imports stay.")


def _secret(name: str, options: FeedOptions, *, password: bool) -> dict[str, str]:
    """Ask for what signs in: the key's passphrase, the password, or one after the other."""
    secret: dict[str, str] = {}
    if options.make_key:
        secret = make_own_key(name)
    elif options.key_file is not None:
        secret = _key(options.key_file)
    if password or options.also_password or not secret:
        secret["password"] = _ask("Password")
        if not secret["password"]:
            raise UsageError(
                what="The password is blank.",
                advice="Type it when asked, or pipe it in. To sign in with a key alone, use "
                "--key-file or --make-key.",
                field="password",
            )
    return secret


def _changed_secret(name: str, options: FeedOptions, *, password: bool) -> dict[str, str]:
    """As `_secret`; where a key and a password sign in, the one that is not named stays."""
    stored = _stored(name)
    names_key = options.key_file is not None or options.make_key
    if options.also_password and not names_key and "private_key" not in stored:
        raise UsageError(
            what=f"{name} has no key to add a password to.",
            advice="Add a key with --key-file or --make-key.",
        )
    kept: dict[str, str] = {}
    if names_key and stored.get("private_key") and stored.get("password"):
        kept = {"password": stored["password"]}
    elif not names_key and (options.also_password or stored.get("password")):
        kept = {part: stored[part] for part in KEY_PARTS if part in stored}
    return kept | _secret(name, options, password=password)


def _stored(name: str) -> Mapping[str, str]:
    from rollbook.records.operations.secrets import secret_name, secret_store
    from rollbook.records.queries.feeds import feed_by_name

    try:
        return secret_store(os.environ).get(secret_name(feed_by_name(name).name))
    except SecretNotFound:
        return {}


def _key(key_file: Path) -> dict[str, str]:
    """Return the credentials of a key that can be read. Raises BadPrivateKey."""
    from rollbook.core.sources.private_keys import LARGEST_KEY, stored_key, text_of

    try:
        with key_file.expanduser().open("rb") as file:
            key = text_of(file.read(4 * LARGEST_KEY))
    except OSError as error:
        raise UsageError(
            what=f"Can't read the key file {key_file}.",
            advice="Use the private key (not the .pub file), and check that you have the right "
            "to read it.",
        ) from error
    passphrase = _ask("Passphrase of the key (leave blank if it has none)")
    return stored_key(key, passphrase)


def _print_key(secret: Mapping[str, str]) -> None:
    if line := public_line(secret):
        typer.echo(f"Send this line to your vendor:\n{line}")


def _ask(what: str) -> str:
    # Never an option: the process list would show it to everybody on the machine.
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, default="", show_default=False))
    return sys.stdin.readline().rstrip("\r\n")
