"""`rollbook demo`: everything on this machine: a synthetic district, its nights, the pages."""

import os
import shlex
import tempfile
from dataclasses import dataclass
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
from rollbook.cli.times import Clock
from rollbook.core.errors import UsageError

if TYPE_CHECKING:
    from rollbook.automation.imports import JobResult
    from rollbook.demo.files import Kind
    from rollbook.demo.sftp_server import DemoServer

FEED = "demo"
KINDS: "dict[str, Kind]" = {".csv": "csv", ".xlsx": "xlsx"}
FILE = "student_data_export.csv"
SEED = 48
IN_A_NIGHT, IN_A_MONTH = 10_000, 2_000
"""Students, so that both are soon imported."""


def demo(
    write: Annotated[
        Path | None, typer.Option(help="Only write a file here; with --vendors, a folder of files.")
    ] = None,
    students: Annotated[
        int | None,
        typer.Option(min=1, help="How many students; 2,000 for a month, else 10,000."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number makes another district.")] = SEED,
    faults: Annotated[
        bool, typer.Option("--faults", help="Write every kind of mistake, and list them.")
    ] = False,
    nights: Annotated[int, typer.Option(min=1, help="How many nights to write.")] = 1,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the pages.")] = 8000,
    once: Annotated[bool, typer.Option("--once", help="Stop after the imports.")] = False,
    month: Annotated[
        bool | None,
        typer.Option("--month/--no-month", help="Show a month of nights, or two nights."),
    ] = None,
    vendors: Annotated[
        bool,
        typer.Option("--vendors", help="Use the files of an SIS, i-Ready, mCLASS and OneRoster."),
    ] = False,
) -> None:
    """See everything with made-up students: an SFTP server, a month of imports, the pages."""
    from rollbook.demo.own_home import own_home

    has_month = write is None and not (once or vendors) if month is None else month
    students = students or (IN_A_MONTH if has_month else IN_A_NIGHT)
    if write is not None and vendors:
        _write_vendors(write, students=students, seed=seed, faults=faults, nights=nights)
        return
    if write is not None:
        _write(write, students=students, seed=seed, faults=faults, nights=nights)
        return
    if not once:
        check_port("127.0.0.1", port)
    if has_month and vendors:
        raise UsageError(
            what="Vendors' files are for one night only.", advice="Leave out --month or --vendors."
        )
    wish = _Wish(students, seed, vendors=vendors, has_month=has_month)
    with own_home(home()) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["ROLLBOOK_HOME"] = str(folder)
        os.environ["ROLLBOOK_ACCESS_LOG"] = "off"  # the link in the terminal stays in sight
        _run_demo(wish, port=None if once else port)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the demo is to show."""

    students: int
    seed: int
    vendors: bool
    has_month: bool


def _write(path: Path, *, students: int, seed: int, faults: bool, nights: int) -> None:
    from rollbook.demo.files import write_district

    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(what="--write needs a file name that ends in .csv or .xlsx.")
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
            what="Vendors' files are for one night only, without mistakes.",
            advice="Leave out --faults and --nights, or --vendors.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            what=f"Can't make the folder {folder}.", advice="Use another one."
        ) from error
    today = datetime.now(UTC).date()
    written = write_vendors_night(folder, students=students, seed=seed, day=today)
    for name, rows in written.items():
        typer.echo(f"{folder / name}: {rows:,} rows")


def _run_demo(wish: _Wish, *, port: int | None) -> None:
    """The nights that are wished for; then the pages on `port`, where there is one."""
    from rollbook.demo.sftp_server import demo_server

    console = styled_console()
    console.print(
        "\n[bold]Rollbook demo[/bold]  everything is on this computer, and no one in it is real\n"
    )
    with (
        database(pages=port is not None, keyed=True, stays=True),
        tempfile.TemporaryDirectory(dir=home()) as served,
        demo_server(Path(served)) as server,
    ):
        console.print(
            f"  An SFTP server on {server.host}:{server.port} has the export of a made-up\n"
            f"  district with {wish.students:,} students.\n",
            highlight=False,
        )
        _run_nights(console, server, Path(served), wish)
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


def _run_nights(console: Console, server: "DemoServer", served: Path, wish: _Wish) -> None:
    from rollbook.records.operations.audit import from_where

    with from_where("demo"):
        if wish.vendors:
            _vendors_night(console, server, served, students=wish.students, seed=wish.seed)
        elif wish.has_month:
            _month(console, server, served, wish)
        else:
            _two_nights(console, server, served, wish)


def _two_nights(console: Console, server: "DemoServer", served: Path, wish: _Wish) -> None:
    from rollbook.demo.feeds import add_demo_feed
    from rollbook.demo.files import write_demo_night

    add_demo_feed(server, FEED, pattern="student_data_*.csv", environ=os.environ)
    for night, title in enumerate(("First night", "Second night")):
        written = write_demo_night(
            served / FILE, students=wish.students, seed=wish.seed, night=night
        )
        _night(console, FEED, title, records=written.records)


def _month(console: Console, server: "DemoServer", served: Path, wish: _Wish) -> None:
    """A month of nights, a line for each import, and tonight's as it is seen on any night."""
    from rollbook.demo.calendar import past_nights
    from rollbook.demo.month import SIS, Month
    from rollbook.records.district import district_zone
    from rollbook.records.models.job_input import SCHEDULE

    zone = district_zone()
    clock = Clock(zone)

    def tell(at: datetime, feed: str, ran: "JobResult") -> None:
        report, counts = ran.report, ran.report.counts
        found = f"{counts.total:>6,} records {counts.updated:>6,} changed" if counts.total else ""
        when = f"{at.astimezone(zone):%a} {clock.short(at):>14}"
        line = f"  {when}  {feed:<14}  {report.status:<9}  {found}"
        console.print(line.rstrip(), highlight=False)

    console.rule(f"[bold]The month before[/bold] ({clock.words})", align="left")
    now = datetime.now(UTC)
    month = Month(server, served, wish.students, wish.seed, os.environ, tell)
    nights = month.run(past_nights(now, zone), now)
    records = month.write_tonight(nights.next(), now)
    _night(console, SIS, "Tonight", records=records, by=SCHEDULE)
    rehearsed = month.rehearse(datetime.now(UTC))
    console.print(f"\n  A rehearsal of the next night is import {rehearsed}: it would be held.")


def _night(
    console: Console, feed: str, title: str, *, records: int, by: str = "command line"
) -> None:
    console.rule(f"[bold]{title}[/bold]", align="left")
    console.print(f"  The SIS exported {FILE}: {records:,} records.\n", highlight=False)
    _import(feed, by=by)


def _vendors_night(
    console: Console, server: "DemoServer", served: Path, *, students: int, seed: int
) -> None:
    """Each vendor's files as they are downloaded, by a feed of their own."""
    from rollbook.demo.feeds import add_demo_feed
    from rollbook.demo.vendors_night import FEEDS, write_vendors_night

    today = datetime.now(UTC).date()
    written = write_vendors_night(served, students=students, seed=seed, day=today)
    for feed in FEEDS:
        add_demo_feed(
            server,
            feed.name,
            pattern=feed.pattern,
            files=feed.files,
            is_roster=feed.is_roster,
            environ=os.environ,
        )
        console.rule(f"[bold]{feed.title}[/bold]", align="left")
        for name, rows in written.items():
            if fnmatchcase(name, feed.pattern):
                console.print(f"  {name}: {rows:,} rows.", highlight=False)
        _import(feed.name)
    console.print(
        "\n  What to look at:\n"
        "  - each import's page: its layout, and the rows it left out\n"
        "  - a feed's page, Fields: which feed writes which field\n"
        "  - a student: attendance from the SIS, scores from the vendors\n"
    )


def _import(name: str, *, by: str = "command line") -> None:
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
            started_by=by,
        )
    print_result(ran, as_json=False, limit=20)
