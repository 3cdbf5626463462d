"""Text of files and servers reaches administrators, and no one and nothing else.

Each outcome of an import is produced with markers in every place from which text comes; then all
that others can read is searched for any marker.
"""

import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.conftest import database_copy
from tests.integration.cli.commands import HEADER, CommandLine, Finished, student
from tests.integration.safety.marked_files import (
    MARKED,
    archive,
    mark,
    put,
    refused_files,
    server_of_odd_algorithms,
    sound,
    talkative_server,
    text_of,
    with_issues,
    workbook,
)
from tests.integration.servers import asyncssh_server

# What was unpacked from a refused archive is closed with its process; here it is this one.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

ONLY_FOR_ADMINISTRATORS = {
    "public.students", "public.student_data_snapshots", "rollbook.issue_kinds",
    "rollbook.issue_blocks", "rollbook.rejected_rows", "rollbook.stored_files",
    "rollbook.stored_file_chunks", "rollbook.student_changes", "rollbook.student_search",
    "rollbook.import_changes", "rollbook.incomplete_rows", "rollbook.row_fixes",
    "rollbook.protected_values", "rollbook.new_file_names", "rollbook.job_progress",
}  # fmt: skip
"""Tables that hold students' values, and what administrators alone are shown."""

TRIGGER = f"""
    create function public.spoil() returns trigger language plpgsql as $$ begin
        raise exception '% {mark("RAISE")}', new.last_name
            using detail = new.last_name, hint = '{mark("HINT")}',
                constraint = '{mark("CONSTRAINT")}', table = '{mark("TABLE")}';
    end $$;
    create trigger spoil before insert or update on public.students
        for each row execute function public.spoil();
"""


@dataclass
class Haul:
    """Everything that the runs left behind."""

    url: str
    home: Path
    jobs: dict[str, int] = field(default_factory=dict)
    commands: list[Finished] = field(default_factory=list)
    imports: list[Finished] = field(default_factory=list)
    """Those of the commands that import a file, and show it to nobody."""
    worker: str = ""
    tests: str = ""
    """Steps of connection tests, as everybody may read them."""
    shown: str = ""
    """What the command line prints for administrators."""

    def rows(self, statement: str) -> list[str]:
        with psycopg.connect(self.url) as connection:
            return [str(row[0]) for row in connection.execute(statement).fetchall()]


@pytest.fixture(scope="module")
def haul(server: str, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Haul]:
    """Run everything once; the tests look at what came of it."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    home.chmod(0o700)
    with database_copy(server, migrated) as url, ExitStack() as opened:
        _use(url)
        found = Haul(url, home)
        command = CommandLine(
            home,
            {
                "DATABASE_URL": url,
                "ROLLBOOK_SECRET_KEY": os.environ["ROLLBOOK_SECRET_KEY"],
                "ROLLBOOK_LOG_FORMAT": "json",
            },
        )
        folder = tmp_path_factory.mktemp("served")
        _run_files(found, command)
        _run_servers(found, command, folder, opened)
        _run_spoiled(found, command)
        _run_worker(found, command)
        _run_commands(found, command, tmp_path_factory.mktemp(mark("FOLDER")))
        _send_mails(command)
        yield found
        from django.db import connections

        connections.close_all()


def _use(url: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.web_settings"
    import django

    django.setup()
    from django.db import connections

    from rollbook.project import environment

    chosen = connections.configure_settings({"default": environment.database(url)})
    connections.settings["default"] = chosen["default"]
    if "default" in {each.alias for each in connections.all(initialized_only=True)}:
        del connections["default"]
    from rollbook.records.operations.district import change_settings

    change_settings({"import.notification_emails": "ada@example.org"}, actor="test")


def _feed(name: str, command: CommandLine, **settings: Any) -> Any:
    from rollbook.records.operations.feeds import add_feed

    chosen = {"host": "127.0.0.1", "username": "district", "pattern": "*.csv"} | settings
    secret = {"password": "S3cret-\u00fcber-w0rd"}
    return add_feed(
        name, settings=chosen, secret=secret, environ=command.environment(), actor="test"
    )


def _run(found: Haul, case: str, command: CommandLine, feed: Any, source: Any = None) -> None:
    """Import as the command line and the worker do, in this process."""
    from rollbook.automation.imports import run_import
    from rollbook.core.events import ignore
    from rollbook.records.sources import source_of

    environ = command.environment()
    ran = run_import(
        feed,
        source or source_of(feed, environ),
        dry_run=False,
        force=False,
        listener=ignore,
        environ=environ,
    )
    assert ran.job is not None
    found.jobs[case] = ran.job


class Given:
    """A source of bytes under a name."""

    taken = ()

    def __init__(self, name: str, data: bytes) -> None:
        self._name, self._data = name, data

    def check_unchanged(self) -> None:
        """They are the same for ever."""

    def fetch(self, into: Any, *, listener: Any, arrival: Any = None) -> Any:
        import hashlib

        from rollbook.core.sources.arrival_errors import FileEmpty
        from rollbook.core.sources.source import Fetched

        if not self._data:
            raise FileEmpty(private=f"The file is {self._name}.")
        into.write(self._data)
        into.seek(0)
        digest = hashlib.sha256(self._data).hexdigest()
        return Fetched(self._name, len(self._data), None, digest, self._name)


class Broken:
    """A source with a mistake in it, whose text is a marker."""

    def fetch(self, into: Any, *, listener: Any, arrival: Any = None) -> Any:
        raise ValueError(mark("UNFORESEEN"))


def _run_files(found: Haul, command: CommandLine) -> None:
    from rollbook.records.queries.feeds import feed_by_name

    files = feed_by_name("files")
    name = f"{mark('FILENAME')}.csv"
    _run(found, "completed", command, files, Given(name, with_issues()))
    _protect()
    sheets = workbook(mark("FIRSTSHEET"), mark("SECONDSHEET"))
    _run(found, "two-sheets", command, files, Given(f"{mark('BOOK')}.xlsx", sheets))
    inside = archive(INNER=text_of(HEADER, *sound(70)))
    _run(found, "inside", command, files, Given(f"{mark('ZIP')}.zip", inside))
    for case, (_, data) in refused_files().items():
        _run(found, case, command, files, Given(f"{mark('NAMED')}.csv", data))
    _run(found, "unforeseen", command, files, Broken())
    _feed("sheet", command, worksheet="Students")
    sheet = feed_by_name("sheet")
    data = workbook(mark("OTHERSHEET"))
    _run(found, "sheet-missing", command, sheet, Given(f"{mark('BOOK2')}.xlsx", data))


def _protect() -> None:
    """Protect a value of each student, as an administrator does whose students others correct."""
    from django.db import connection

    from rollbook.records.operations.protections import Wish, protect_value

    with connection.cursor() as cursor:
        cursor.execute("update public.students set last_name = last_name || ' ' returning id")
        numbers = [number for (number,) in cursor.fetchall()]
    for number in numbers:
        protect_value(Wish(number, "students.last_name", "It is so"), actor="test")


def _run_servers(found: Haul, command: CommandLine, folder: Path, opened: ExitStack) -> None:
    put(folder, f"{mark('WANTED')}.csv", with_issues())
    put(folder, f"{mark('BESIDE')}_Jane_IEP_2026.pdf")
    (folder / mark("DIRECTORY")).mkdir()
    (folder / "none").mkdir()
    put(folder / "none", f"{mark('ALONE')}.txt")
    server = opened.enter_context(asyncssh_server(folder))
    there = {"port": server.port, "host_key": server.host_key}
    for case, settings in {
        "fetched": {},
        "nothing-matches": {"folder": "none", "pattern": "student_*.csv"},
        "no-folder": {"folder": "exports"},
    }.items():
        feed = _feed(case, command, **there, **settings)
        _run(found, case, command, feed)
        _test(found, command, feed)
    for way in ("banner", "disconnect", "prompt"):
        port, key = opened.enter_context(talkative_server(way))
        feed = _feed(way, command, port=port, host_key=key)
        _run(found, way, command, feed)
        _test(found, command, feed)
    port = opened.enter_context(server_of_odd_algorithms())
    odd = _feed("odd", command, port=port, host_key=server.host_key)
    _run(found, "odd", command, odd)
    _test(found, command, odd)


def _test(found: Haul, command: CommandLine, feed: Any) -> None:
    from rollbook.core.sources.connection_test import test_connection
    from rollbook.records.sources import connection_of

    connection = connection_of(feed, command.environment())
    for step in test_connection(connection, feed.folder, feed.pattern):
        found.tests += f"{step.detail} {step.advice}\n"


def _run_spoiled(found: Haul, command: CommandLine) -> None:
    from rollbook.records.queries.feeds import feed_by_name

    files = feed_by_name("files")
    data = text_of(HEADER, *(student(n, name=mark("SPOILED")) for n in range(1, 9)))
    table, name = "alter table public.students", mark("CHECK")
    ours = f"{table} add constraint {name} check (first_name <> '{mark('SPOILED')}')"
    for case, spoil, undo in (
        ("trigger", TRIGGER, "drop function public.spoil cascade"),
        ("check", ours, f"{table} drop constraint {name}"),
    ):
        with psycopg.connect(found.url, autocommit=True) as connection:
            connection.execute(spoil)
            _run(found, case, command, files, Given(f"{mark('SPOILT')}.csv", data))
            connection.execute(undo)


def _run_worker(found: Haul, command: CommandLine) -> None:
    """The same through the queue, for some of each kind, with a log in JSON."""
    from rollbook.records.operations.queueing import Upload, request_import

    wanted = {case: data for case, (_, data) in refused_files().items()}
    files = {"prose": wanted["prose"], "held": wanted["held"], "good": with_issues()}
    for case, data in files.items():
        feed = _feed(f"worker-{case}", command, port=1)
        upload = Upload(f"{mark('UPLOAD')}.csv", io.BytesIO(data), len(data))
        found.jobs[f"worker-{case}"] = request_import(
            feed, started_by="test", upload=upload, environ=command.environment()
        )
    log = found.home / "worker.log"
    with log.open("w") as into:
        process = subprocess.Popen(
            command.words("worker", "--concurrency", "3"),
            env=command.environment(),
            stdout=into,
            stderr=into,
            start_new_session=True,
        )
        try:
            _wait(
                lambda: found.rows("select count(*) from jobs where output_data is null") == ["0"]
            )
        finally:
            process.terminate()
            process.wait(60)
    found.worker = log.read_text()


def _wait(condition: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)


def _run_commands(found: Haul, command: CommandLine, folder: Path) -> None:
    wrong = folder / f"{mark('TYPED')}.csv"
    put(folder, f"{mark('SIBLING')}.csv", refused_files()["prose"][1])
    put(folder, f"{mark('FIRST')}.csv", refused_files()["student-first"][1])
    put(folder, f"{mark('ISSUES')}.csv", with_issues())
    for words in (
        ("import", wrong),
        ("import", folder / f"{mark('SIBLING')}.csv"),
        ("import", folder / f"{mark('FIRST')}.csv"),
        ("import", folder / f"{mark('ISSUES')}.csv", "--dry-run"),
        ("check", folder / f"{mark('ISSUES')}.csv"),
        ("check", folder / f"{mark('SIBLING')}.csv", "--json"),
        ("jobs", "show", str(found.jobs["prose"])),
        ("feeds", "test", "nothing-matches"),
    ):
        done = command(*words)
        found.commands.append(done)
        found.shown += done.out
        if words[0] in ("import", "check") and "--json" not in words:
            found.imports.append(done)


def _send_mails(command: CommandLine) -> None:
    from rollbook.automation.tick import Steps, plan

    steps = Steps()
    plan(steps, command.environment())
    assert steps.is_whole


def assert_clean(text: str, where: str) -> None:
    found = sorted(set(MARKED.findall(text)))
    assert not found, f"{found} in {where}"


def test_each_case_came_to_what_it_should(haul: Haul) -> None:
    reasons = {
        case: haul.rows(f"select output_data->'report'->>'reason' from jobs where id = {job}")[0]
        for case, job in haul.jobs.items()
    }
    expected = {case: reason for case, (reason, _) in refused_files().items()} | {
        "completed": "None",
        "two-sheets": "None",
        "inside": "None",
        "unforeseen": "unforeseen",
        "sheet-missing": "worksheet_missing",
        "fetched": "None",
        "nothing-matches": "file_not_found",
        "no-folder": "folder_not_found",
        "banner": "bad_credentials",
        "prompt": "bad_credentials",
        "disconnect": reasons["disconnect"],
        "odd": "no_common_algorithms",
        "trigger": "database_refused",
        "check": "database_refused",
        "worker-prose": "missing_columns",
        "worker-held": "held",
        "worker-good": "None",
    }
    assert reasons == expected


def test_no_table_that_others_read_holds_a_marker(haul: Haul) -> None:
    tables = set(
        haul.rows(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('public', 'rollbook') and table_type = 'BASE TABLE'"
        )
    )
    assert tables > ONLY_FOR_ADMINISTRATORS
    for table in tables - ONLY_FOR_ADMINISTRATORS - {"public.jobs"}:
        # The name of a file is shown to administrators alone, as that in `jobs` is.
        for row in haul.rows(f"select (to_jsonb(t) - 'file_name')::text from {table} t"):
            assert_clean(row, table)


def test_a_jobs_row_holds_markers_only_where_administrators_alone_are_shown_them(
    haul: Haul,
) -> None:
    for job in haul.rows("select to_jsonb(j)::text from jobs j"):
        row = json.loads(job)
        row["input_data"].pop("upload", None)
        output = row["output_data"]
        for private in ("header", "changes"):
            output.pop(private, None)
        for private in ("name", "worksheet"):
            output["report"]["file"].pop(private, None)
        assert_clean(json.dumps(row), f"job {row['id']}")


def test_no_mail_holds_a_marker(haul: Haul) -> None:
    mails = haul.rows("select subject || text || html from rollbook.mails")
    assert len(mails) >= 10
    for mail in mails:
        assert_clean(mail, "a mail")


def test_no_log_of_the_worker_and_no_name_of_a_file_holds_a_marker(haul: Haul) -> None:
    assert '"outcome": "failed"' in haul.worker
    assert_clean(haul.worker, "the worker's log")
    for path in haul.home.rglob("*"):
        assert_clean(str(path.relative_to(haul.home)), "the home folder")


def test_the_databases_own_log_holds_no_marker(haul: Haul) -> None:
    [socket] = parse_qs(urlsplit(haul.url).query)["host"]
    logs = [path for path in Path(socket).parent.rglob("log") if path.is_file()]
    assert logs
    for log in logs:
        assert_clean(log.read_text(), "the server's log")


def test_standard_error_of_the_command_line_holds_no_marker(haul: Haul) -> None:
    for done in haul.commands:
        assert_clean(done.err, "standard error")


def test_what_an_import_prints_where_no_terminal_is_holds_no_marker(haul: Haul) -> None:
    said = "\n".join(done.out for done in haul.imports)
    for part in (
        "no column for Student ID",
        "× BAD_GRADE  in grade",
        "row 64",
        "× UNKNOWN_COLUMN\n",
    ):
        assert part in said
    assert_clean(said, "what an import prints")


def test_a_connection_test_keeps_the_servers_words_apart(haul: Haul) -> None:
    assert haul.tests
    assert_clean(haul.tests, "the steps of a connection test")


def _addresses(haul: Haul) -> Iterator[str]:
    from django.urls import URLPattern, reverse

    from rollbook.project.urls import urlpatterns

    for pattern in urlpatterns:
        if not isinstance(pattern, URLPattern):
            continue
        wanted = set(pattern.pattern.converters)
        if not wanted:
            yield reverse(pattern.name or "")
        elif wanted == {"number"}:
            yield from (
                reverse(pattern.name or "", kwargs={"number": n}) for n in haul.jobs.values()
            )
        elif wanted == {"name"}:
            yield reverse(pattern.name or "", kwargs={"name": "fetched"})


def _client(role: str) -> Any:
    from django.test import Client

    from rollbook.access.models import Role, User
    from rollbook.access.operations import add_person

    address, password = f"{role}@example.org", "a long enough sentence"
    user = User.objects.filter(email=address).first() or add_person(
        address, password, role=Role(role), actor="test"
    )
    client = Client()
    client.force_login(user, "rollbook.access.backend.AddressBackend")
    return client


@pytest.fixture
def allowed(haul: Haul) -> Iterator[None]:
    from django.conf import settings
    from django.test import override_settings

    hosts = [*settings.ALLOWED_HOSTS, "testserver"]
    with override_settings(ALLOWED_HOSTS=hosts, METRICS_TOKEN="a-token-of-some-length"):
        yield


@pytest.mark.usefixtures("allowed")
def test_no_page_and_no_download_of_a_viewer_holds_a_marker(haul: Haul) -> None:
    client = _client("viewer")
    pages = 0
    for address in _addresses(haul):
        answer = client.get(address, headers={"Authorization": "Bearer a-token-of-some-length"})
        text = answer.getvalue().decode()
        pages += answer.status_code in (200, 286)
        assert_clean(text + str(answer.headers), address)
    assert pages >= 3 * len(haul.jobs)


@pytest.mark.usefixtures("allowed")
def test_a_viewer_cannot_ask_the_history_for_a_files_name(haul: Haul) -> None:
    client = _client("viewer")
    all_of_it = client.get("/imports/history.csv").getvalue()
    assert client.get("/imports/history.csv?file=nothing-of-the-kind").getvalue() == all_of_it


@pytest.mark.usefixtures("allowed")
def test_an_administrator_sees_what_was_found(haul: Haul) -> None:
    client = _client("administrator")
    for case, places in {
        "student-first": ("FIRSTLINE",),
        "prose": ("PROSE", "PROSE2", "NAMED"),
        "near-header": ("NEAR",),
        "sheets": ("SHARED",),
        "sheet-missing": ("OTHERSHEET",),
        "two-sheets": ("FIRSTSHEET", "SECONDSHEET"),
        "nothing-matches": ("ALONE",),
        "no-folder": ("DIRECTORY",),
        "odd": ("ALGORITHM",),
        "trigger": ("CONSTRAINT",),
        "completed": ("HEADER", "SCHOOL", "FILENAME"),
        "worker-prose": ("PROSE",),
    }.items():
        page = client.get(f"/imports/{haul.jobs[case]}/").content.decode()
        for place in places:
            assert mark(place) in page, (case, place)


@pytest.mark.usefixtures("allowed")
def test_the_command_line_shows_what_was_found(haul: Haul) -> None:
    for place in ("PROSE", "SIBLING", "ALONE"):
        assert mark(place) in haul.shown.replace("\n", "").replace(" " * 11, ""), place


def test_what_was_found_is_one_error_of_the_whole_file(haul: Haul) -> None:
    job = haul.jobs["prose"]
    found = haul.rows(
        f"select code from rollbook.issues where job_id = {job} and row_number is null"
    )
    assert found == ["MISSING_COLUMNS"]
    counted = "output_data->'report'->'issues'->>'errors'"
    assert haul.rows(f"select {counted} from jobs where id = {job}") == ["1"]


def test_a_new_attempt_forgets_what_the_one_before_has_found(haul: Haul) -> None:
    from rollbook.records.operations.findings import forget_findings

    job = haul.jobs["student-first"]
    with psycopg.connect(haul.url) as connection:
        forget_findings(connection, job)
        left = connection.execute("select 1 from rollbook.issues where job_id = %s", [job])
        assert left.fetchall() == []
        connection.rollback()
