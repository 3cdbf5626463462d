"""Seven files of one night as one import, with a real SFTP server and database."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rollbook.core.events import ignore
from rollbook.core.file_set import Window, name_at, parts_of
from rollbook.core.sources.arrival import Arrival
from rollbook.core.sources.arrival_errors import FileChanged
from rollbook.core.sources.limit_errors import DownloadTooLarge
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.sftp import SftpSource
from tests.doubles.feeds import add_feed
from tests.integration.cli.commands import student, write_csv
from tests.integration.faults.test_arriving_files import Runs, missing
from tests.integration.servers import RunningServer, asyncssh_server, openssh_server
from tests.integration.test_sftp import Naps, connection_to

DAY = 86_400
TONIGHT = 1_800_000_000


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    return folder


@pytest.fixture
def sftp(served: Path) -> Iterator[RunningServer]:
    with asyncssh_server(served) as running:
        yield running


@pytest.fixture
def feed(records: str, sftp: RunningServer, tmp_path: Path, monkeypatch: Any) -> Any:
    home = tmp_path / "night"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("ROLLBOOK_HOME", str(home))
    return add_feed(server=sftp, folder="/", files="all")


def put(served: Path, day: int, grades: range = range(1, 8), *, absences: int = 3) -> None:
    """The files of a night, 20 students each."""
    for grade in grades:
        rows = (student(grade * 100 + at, absences=absences, grade=grade) for at in range(20))
        path = write_csv(served / f"export_g{grade}_2026-11-{day}.csv", *rows)
        at = TONIGHT + (day - 26) * DAY + grade
        os.utime(path, (at, at))


def students(records: str) -> int:
    with psycopg.connect(records) as connection:
        row = connection.execute("select count(*) from students").fetchone()
    assert row is not None
    return int(row[0])


def test_all_files_of_a_night_are_one_import_beside_older_nights(
    feed: Any, served: Path, records: str
) -> None:
    put(served, 25)
    first = Runs(feed).run()
    assert (first.status, first.by_code, first.counts.inserted) == ("completed", {}, 140)
    assert len(first.file["files"]) == 7
    assert Runs(feed).run().reason == "file_unchanged"
    put(served, 26, absences=4)
    second = Runs(feed).run()
    assert (second.status, second.counts.updated, second.counts.missing_from_file) == (
        "completed",
        140,
        0,
    )
    assert second.by_code == {}
    assert any("earlier deliveries" in note for note in second.file["notes"])
    assert students(records) == 140


def test_a_grade_that_has_not_come_is_waited_for_then_held_then_learned(
    feed: Any, served: Path, records: str
) -> None:
    from rollbook.automation.imports import run_here
    from rollbook.records.operations.decisions import approve_import
    from rollbook.records.queries.jobs import job_by_number

    put(served, 25)
    assert Runs(feed).run().status == "completed"
    put(served, 26, range(1, 7))
    runs = Runs(feed, attempts=2)
    assert (found := runs.run()).reason == "files_missing"
    assert found.is_transient
    runs.again()
    held = runs.run()
    assert held.status == "held"
    assert "1 of 7 expected files didn't come" in held.message_text
    assert missing(records) == 0
    approve_import(runs.job, actor="test", reason="grade 7 has moved", is_queued=False)
    run_here(runs.job, listener=ignore, environ=os.environ)
    report = job_by_number(runs.job).report
    assert (report.stored, len(report.file["files"])) == (True, 6)
    assert missing(records) == 20
    put(served, 27, range(1, 7))
    assert Runs(feed).run().status == "completed"


def test_openssh_gives_all_files_of_a_night_and_an_issue_names_its_file(
    records: str, served: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    from rollbook.records.queries.issues import every_issue

    home = tmp_path / "night"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("ROLLBOOK_HOME", str(home))
    put(served, 25)
    put(served, 26)
    third = served / "export_g3_2026-11-26.csv"
    third.write_text(third.read_text().replace("Lovelace,Ada,3,", "Lovelace,Ada,many,", 1))
    os.utime(third, (TONIGHT + 3, TONIGHT + 3))
    with openssh_server(served) as server:
        report = Runs(add_feed(server=server, folder="", files="all", pattern="export_*.csv")).run()
    assert (report.status, report.counts.inserted) == ("completed", 140)
    names = [each["name"] for each in report.file["files"]]
    assert names == [f"export_g{grade}_2026-11-26.csv" for grade in range(1, 8)]
    [issue] = [each for each in every_issue(1) if each.code == "NOT_A_NUMBER"]
    assert name_at(issue.row or 0, report.file) == third.name
    assert students(records) == 140


def test_a_zip_may_hold_all_parts_of_a_night(feed: Any, served: Path, records: str) -> None:
    from rollbook.records.models import Feed

    put(served, 26)
    with zipfile.ZipFile(served / "export_2026-11-26.zip", "w") as archive:
        for path in sorted(served.glob("*.csv")):
            archive.write(path, path.name)
            path.unlink()
    Feed.objects.update(pattern="*.zip")
    report = Runs(feed).run()
    assert (report.status, report.counts.inserted) == ("completed", 140)
    assert report.file["files"][6] == {"name": "export_g7_2026-11-26.csv"}
    assert Runs(feed).run().reason == "file_unchanged"
    Feed.objects.update(files="newest")
    assert Runs(feed).run().reason == "several_files"
    assert students(records) == 140


def test_each_file_of_an_import_is_put_away(feed: Any, served: Path) -> None:
    from rollbook.records.models import Feed, ServerFile

    Feed.objects.update(after_import="move", after_import_folder="done")
    put(served, 26)
    assert Runs(feed).run().status == "completed"
    assert not list(served.glob("*.csv"))
    assert len(list((served / "done").glob("*.csv"))) == 7
    assert not ServerFile.objects.exists()


def test_a_part_that_changes_before_the_commit_leaves_all_unstored(
    feed: Any, served: Path, records: str
) -> None:
    put(served, 26)
    changed = served / "export_g3_2026-11-26.csv"
    report = Runs(feed).run(when_fetched=lambda: os.utime(changed, (TONIGHT + 60, TONIGHT + 60)))
    assert report.reason == "file_changed"
    assert students(records) == 0


def test_a_part_with_other_columns_leaves_all_unstored(
    feed: Any, served: Path, records: str
) -> None:
    put(served, 26)
    path = served / "export_g3_2026-11-26.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in lines), "utf-8")
    os.utime(path, (TONIGHT + 3, TONIGHT + 3))
    report = Runs(feed).run()
    assert report.reason == "files_disagree"
    assert "export_g3" not in (report.message_text or "")
    assert students(records) == 0


def test_a_file_that_grows_is_waited_for_with_all_others(sftp: RunningServer, served: Path) -> None:
    put(served, 26)
    naps = Naps()
    last = served / "export_g7_2026-11-26.csv"
    whole = last.read_bytes()
    last.write_bytes(whole[:100])

    async def sleep(seconds: float) -> None:
        await naps.sleep(seconds)
        if 10 < naps.slept < 100:
            last.write_bytes(whole[: 100 + int(naps.slept)])
        elif last.stat().st_size < len(whole):
            last.write_bytes(whole)

    source = SftpSource(
        connection_to(sftp),
        "",
        "*.csv",
        files="all",
        patience=Patience(sleep=sleep, clock=naps.clock),
    )
    into = io.BytesIO()
    fetched = source.fetch(into, listener=ignore, arrival=Arrival(unchanged_for=60))
    assert naps.slept > 150
    parts = parts_of(into, fetched.size)
    assert [part.name for part in parts] == sorted(path.name for path in served.iterdir())
    assert Window(into, parts[-1].start, parts[-1].size).read() == whole
    source.check_unchanged()
    last.unlink()
    with pytest.raises(FileChanged):
        source.check_unchanged()


def test_files_that_are_too_large_together_are_not_fetched(
    sftp: RunningServer, served: Path
) -> None:
    put(served, 26)
    source = SftpSource(connection_to(sftp), "", "*.csv", files="all", largest=5_000)
    into = io.BytesIO()
    with pytest.raises(DownloadTooLarge):
        source.fetch(into, listener=ignore)
    assert not into.getvalue()
