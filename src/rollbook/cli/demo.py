"""`rollbook demo`: everything on this machine: a synthetic district, two nights, the pages."""

import os
import shlex
import shutil
import tempfile
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from rollbook.cli.bootstrap import database, home
from rollbook.cli.console import plain_console, styled_console
from rollbook.cli.imports import print_result
from rollbook.cli.progress import shown_progress
from rollbook.cli.serve import check_port, open_pages
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from rollbook.demo.files import Kind
    from rollbook.demo.sftp_server import DemoServer

FEED = "demo"
KINDS: "dict[str, Kind]" = {".csv": "csv", ".xlsx": "xlsx"}
FILE = "student_data_export.csv"


def demo(
    write: Annotated[
        Path | None, typer.Option(help="Only write such a file, here; of --vendors, this folder.")
    ] = None,
    students: Annotated[int, typer.Option(min=1, help="How many students.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Another seed, another district.")] = 48,
    faults: Annotated[bool, typer.Option("--faults", help="Every known fault, listed.")] = False,
    nights: Annotated[int, typer.Option(min=1, help="How many nights to write.")] = 1,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the pages.")] = 8000,
    once: Annotated[bool, typer.Option("--once", help="Stop after the imports.")] = False,
    vendors: Annotated[
        bool,
        typer.Option("--vendors", help="The own files of SIS, i-Ready and mCLASS, and OneRoster."),
    ] = False,
) -> None:
    """Show everything: an SFTP server, a district of 10,000 students, two nights, the pages."""
    if write is not None and vendors:
        _write_vendors(write, students=students, seed=seed, faults=faults, nights=nights)
        return
    if write is not None:
        _write(write, students=students, seed=seed, faults=faults, nights=nights)
        return
    # The demo has a home of its own, so that synthetic children are never stored beside real ones.
    os.environ.pop("DATABASE_URL", None)
    os.environ["ROLLBOOK_HOME"] = str(_demo_home(home()))
    os.environ["ROLLBOOK_ACCESS_LOG"] = "off"  # the link in the terminal stays in sight
    if not once:
        check_port("127.0.0.1", port)
    _run_demo(students=students, seed=seed, port=None if once else port, vendors=vendors)


def _write(path: Path, *, students: int, seed: int, faults: bool, nights: int) -> None:
    from rollbook.demo.files import write_district

    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(what="--write takes a file name that ends in .csv or .xlsx.")
    for night in range(nights):
        target = path if nights == 1 else path.with_stem(f"{path.stem}_{night + 1}")
        written = write_district(
            target, students=students, seed=seed, night=night, faults=faults, kind=kind
        )
        typer.echo(f"{target}: {written.records:,} records, {len(written.faults)} faults")


def _write_vendors(folder: Path, *, students: int, seed: int, faults: bool, nights: int) -> None:
    from rollbook.demo.vendors_night import write_vendors_night

    if faults or nights > 1:
        raise UsageError(
            what="The vendors' files are of one night and have no faults.",
            advice="Leave out --faults and --nights, or --vendors.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            what=f"There is no folder {folder}, and none can be made.", advice="Name another one."
        ) from error
    today = datetime.now(UTC).date()
    written = write_vendors_night(folder, students=students, seed=seed, day=today)
    for name, rows in written.items():
        typer.echo(f"{folder / name}: {rows:,} rows")


def _demo_home(parent: Path) -> Path:
    folder = parent / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _run_demo(*, students: int, seed: int, port: int | None, vendors: bool) -> None:
    """Two nights, or one of the vendors' files; then the pages on `port`, where there is one."""
    from rollbook.demo.sftp_server import demo_server

    console = styled_console()
    console.print(
        "\n[bold]Rollbook demo[/bold]  everything on this machine, nobody in it is real\n"
    )
    with (
        database(pages=port is not None, keyed=True, stays=True),
        tempfile.TemporaryDirectory(dir=home()) as served,
        demo_server(Path(served)) as server,
    ):
        console.print(
            f"  An SFTP server on {server.host}:{server.port} serves the export of a synthetic\n"
            f"  district with {students:,} students.\n",
            highlight=False,
        )
        if vendors:
            _vendors_night(console, server, Path(served), students=students, seed=seed)
        else:
            _set_up_feed(server, FEED, pattern="student_data_*.csv")
            for night, title in enumerate(("First night", "Second night")):
                _night(console, Path(served), title, students=students, seed=seed, night=night)
        if port is not None:
            console.rule("[bold]Now in the browser[/bold]", align="left")
            open_pages("127.0.0.1", port, has_worker=True)
    if port is None:
        pages = f"ROLLBOOK_HOME={shlex.quote(str(home()))} rollbook serve"
        console.print(f"\n  Its pages:       [bold]{escape(pages)}[/bold]", soft_wrap=True)
    console.print(
        "\n  Your own file:   [bold]rollbook check FILE[/bold], then "
        "[bold]rollbook import FILE[/bold]"
        "\n  Your own server: [bold]rollbook feeds add --help[/bold]\n"
    )


def _set_up_feed(
    server: "DemoServer",
    name: str,
    *,
    pattern: str,
    files: str = "newest",
    is_roster: bool = True,
) -> None:
    from rollbook.records.operations.feeds import add_feed

    add_feed(
        name,
        settings={
            "host": server.host,
            "port": server.port,
            "username": server.username,
            "pattern": pattern,
            "files": files,
            "is_roster": is_roster,
            "host_key": server.host_key,
            "unchanged_for": 1,  # nobody else writes there
        },
        secret={"password": server.password},
        environ=os.environ,
        actor="demo",
    )


def _night(
    console: Console, served: Path, title: str, *, students: int, seed: int, night: int
) -> None:
    from rollbook.demo.files import write_demo_night

    written = write_demo_night(served / FILE, students=students, seed=seed, night=night)
    console.rule(f"[bold]{title}[/bold]", align="left")
    console.print(f"  The SIS has written {FILE}: {written.records:,} records.\n", highlight=False)
    _import(FEED)


def _vendors_night(
    console: Console, server: "DemoServer", served: Path, *, students: int, seed: int
) -> None:
    """Each vendor's files as they are downloaded, by a feed of their own."""
    from rollbook.demo.vendors_night import FEEDS, write_vendors_night

    today = datetime.now(UTC).date()
    written = write_vendors_night(served, students=students, seed=seed, day=today)
    for feed in FEEDS:
        _set_up_feed(
            server,
            feed.name,
            pattern=feed.pattern,
            files=feed.files,
            is_roster=feed.is_roster,
        )
        console.rule(f"[bold]{feed.title}[/bold]", align="left")
        for name, rows in written.items():
            if fnmatchcase(name, feed.pattern):
                console.print(f"  {name}: {rows:,} rows.", highlight=False)
        _import(feed.name)
    console.print(
        "\n  What to look at:\n"
        "  - each import's page: its layout, and the rows that were left out\n"
        "  - a feed's page, Fields: which feed writes which field\n"
        "  - a student: attendance of the SIS, scores of the vendors' files\n"
    )


def _import(name: str) -> None:
    from rollbook.automation.imports import run_import
    from rollbook.records.queries.feeds import feed_by_name
    from rollbook.records.sources import source_of

    feed = feed_by_name(name)
    with shown_progress(plain_console(stderr=True), waits=True) as listener:
        ran = run_import(
            feed,
            source_of(feed, os.environ),
            dry_run=False,
            force=False,
            listener=listener,
            environ=os.environ,
        )
    print_result(ran, as_json=False, limit=20)
