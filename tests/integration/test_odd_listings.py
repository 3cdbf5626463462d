"""What servers leave out of a listing or write oddly into it, and that the right file is taken."""

import asyncio
import io
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.core.errors import SourceError
from rollbook.core.events import ignore
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.connection_test import test_connection as try_connection
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.sftp import SftpSource
from rollbook.core.sources.source import Fetched
from rollbook.core.sources.steps import Layer, Step
from tests.integration.servers import Faults, RunningServer, asyncssh_server, openssh_server

OLD, NEW = 1_600_000_000, 1_700_000_000
QUICK = Patience()
PATIENT = replace(QUICK, sign_in=60.0, listing=600.0)


def put(folder: Path, name: str, content: bytes = b"content", *, seconds: int = NEW) -> None:
    (folder / name).write_bytes(content)
    os.utime(folder / name, (seconds, seconds))


@pytest.fixture
def served(tmp_path: Path) -> Path:
    put(tmp_path, "a.csv", b"old", seconds=OLD)
    put(tmp_path, "b.csv", b"new one")
    return tmp_path


def connection_to(server: RunningServer) -> SftpConnection:
    return SftpConnection(
        server.host,
        server.user,
        server.port,
        password=server.password,
        private_key=server.private_key,
        host_key=server.host_key,
    )


def fetch(folder: Path, faults: Faults | None = None, *, pattern: str = "*.csv") -> Fetched:
    with asyncssh_server(folder, faults=faults) as server:
        source = SftpSource(connection_to(server), "", pattern, patience=QUICK)
        return source.fetch(io.BytesIO(), listener=ignore)


def refusal(folder: Path, faults: Faults | None = None, *, pattern: str = "*.csv") -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(folder, faults, pattern=pattern)
    return caught.value


@pytest.mark.parametrize("mode", [0, 0o644, None])
@pytest.mark.parametrize("longnames", [True, False])
def test_permissions_without_the_type_of_a_file_are_no_reason_to_see_none(
    served: Path, mode: int | None, longnames: bool
) -> None:
    (served / "folder.csv").mkdir()
    faults = Faults(says={"permissions": mode, "type": 5}, longnames=longnames)
    assert fetch(served, faults).name == "b.csv"


@pytest.mark.parametrize(
    "lists", [{"size": None}, {"mtime": None, "atime": None}, {"permissions": None},
              {"size": None, "mtime": None, "atime": None, "permissions": None}],
)  # fmt: skip
def test_what_a_listing_leaves_out_is_asked_of_the_files_that_match(
    served: Path, lists: dict[str, int | None]
) -> None:
    put(served, "c.txt")
    faults = Faults(lists=lists)
    fetched = fetch(served, faults)
    assert (fetched.name, fetched.size) == ("b.csv", 7)
    assert "/c.txt" not in faults.asked


def test_a_server_without_times_is_a_warning_where_several_files_match(served: Path) -> None:
    says = {"mtime": None, "atime": None}
    fetched = fetch(served, Faults(says=says))
    assert fetched.name == "b.csv"
    (remark,) = fetched.remarks
    assert (remark.code, remark.is_warning) == ("FILES_WITHOUT_TIME", True)
    assert fetch(served, Faults(says=says), pattern="b*.csv").remarks == ()


@pytest.mark.parametrize("mode", [None, 0o644])
def test_files_without_a_type_cost_no_question_each_either(
    tmp_path: Path, mode: int | None
) -> None:
    for number in range(200):
        put(tmp_path, f"{number:03}.csv", seconds=OLD + number)
    faults = Faults(says={"permissions": mode, "type": 5})
    assert fetch(tmp_path, faults).name == "199.csv"
    assert len(faults.asked) < 10


def test_two_thousand_files_far_away_cost_no_question_each(tmp_path: Path) -> None:
    for number in range(2_000):
        put(tmp_path, f"{number}.csv", seconds=OLD + number)
    faults = Faults(delay=0.02)
    assert fetch(tmp_path, faults).name == "1999.csv"
    assert len(faults.asked) < 10


def test_questions_that_must_be_asked_do_not_wait_for_each_other(tmp_path: Path) -> None:
    for number in range(640):
        put(tmp_path, f"{number}.csv", seconds=OLD + number)
    faults = Faults(lists={"mtime": None, "atime": None})
    with asyncssh_server(tmp_path, faults=faults) as server, far_away(server, 0.05) as far:
        begun = time.monotonic()
        source = SftpSource(connection_to(far), "", "*.csv", patience=PATIENT)
        assert source.fetch(io.BytesIO(), listener=ignore).name == "639.csv"
        assert time.monotonic() - begun < 640 * 0.1 / 2


@contextmanager
def far_away(server: RunningServer, delay: float) -> Iterator[RunningServer]:
    """The same server at the end of a long line: each byte arrives `delay` seconds later."""
    loop, port = asyncio.new_event_loop(), Future[int]()
    over = asyncio.Event()

    async def meet(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection(server.host, server.port)
        try:
            await asyncio.gather(pass_on(near, forth), pass_on(far, back))
        finally:
            back.transport.abort()
            forth.transport.abort()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)

    async def serve() -> None:
        async with await asyncio.start_server(meet, "127.0.0.1", 0) as listener:
            port.set_result(listener.sockets[0].getsockname()[1])
            await over.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    yield replace(server, port=port.result(10))
    loop.call_soon_threadsafe(over.set)
    thread.join()


def test_an_old_file_that_may_not_be_looked_at_is_passed_over_with_a_warning(served: Path) -> None:
    faults = Faults(lists={"size": None}, refuses=frozenset({"a.csv"}))
    fetched = fetch(served, faults)
    assert fetched.name == "b.csv"
    (remark,) = fetched.remarks
    assert (remark.code, remark.names, remark.is_warning) == ("FILES_UNSEEN", "a.csv", True)
    assert "a.csv" not in remark.sentence


def test_the_newest_file_that_may_not_be_looked_at_is_not_replaced_by_an_older_one(
    served: Path,
) -> None:
    faults = Faults(lists={"size": None}, refuses=frozenset({"b.csv"}))
    assert refusal(served, faults).reason == "permission_denied"


def test_links_that_lead_nowhere_are_passed_over_by_openssh_too(served: Path) -> None:
    (served / "broken.csv").symlink_to("nowhere")
    (served / "link.csv").symlink_to("b.csv")
    with openssh_server(served) as server:
        source = SftpSource(connection_to(server), "", "*.csv", patience=QUICK)
        fetched = source.fetch(io.BytesIO(), listener=ignore)
    assert (fetched.name, fetched.size) == ("link.csv", 7)
    assert [remark.names for remark in fetched.remarks] == ["broken.csv"]


def test_where_only_a_broken_link_matches_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "broken.csv").symlink_to("nowhere")
    error = refusal(tmp_path)
    assert error.reason == "file_not_found"
    assert "links that lead nowhere: broken.csv" in error.private


@pytest.mark.parametrize("more", [0, 4, 8])
@pytest.mark.parametrize("flags", [0x10, 0x30])
def test_a_creation_time_in_version_3_is_read_over(served: Path, more: int, flags: int) -> None:
    fetched = fetch(served, Faults(later_flags=flags, later_bytes=more))
    assert (fetched.name, fetched.size) == ("b.csv", 7)
    assert fetched.modified_at is not None and fetched.modified_at.timestamp() == NEW


@pytest.mark.parametrize(
    "name",
    ["z.csv.filepart", "z.csv.part", "z.csv.PARTIAL", "z.csv.tmp", "z.csv.crdownload",
     "z.csv.writing", "z.csv.fin", "z.csv~", "~$z.csv", ".z.csv", "z.csv.md5", "Thumbs.db"],
)  # fmt: skip
def test_names_that_are_never_the_file_are_passed_over_even_if_they_match(
    served: Path, name: str
) -> None:
    put(served, name, seconds=NEW + 60)
    fetched = fetch(served, pattern="*")
    assert fetched.name == "b.csv"
    (remark,) = fetched.remarks
    assert remark.names == name
    assert name not in remark.sentence


def test_a_newer_upload_is_worth_a_warning_an_older_one_a_note(served: Path) -> None:
    put(served, "c.csv.filepart", seconds=NEW + 60)
    put(served, "0.csv.filepart", seconds=OLD)
    warned = {remark.code: remark for remark in fetch(served).remarks}
    assert warned["NEWER_UPLOAD"].is_warning
    assert warned["NEWER_UPLOAD"].names == "c.csv.filepart"
    assert not warned["FILES_PASSED_OVER"].is_warning


@pytest.mark.parametrize("pattern", ["*", "*.csv", "students.csv"])
def test_where_only_an_upload_is_there_a_later_attempt_can_help(
    tmp_path: Path, pattern: str
) -> None:
    put(tmp_path, "students.csv.filepart")
    error = refusal(tmp_path, pattern=pattern)
    assert (error.reason, error.is_transient) == ("file_not_found", True)
    assert "students.csv.filepart" in error.private


def test_the_connection_test_names_what_it_passed_over(served: Path) -> None:
    put(served, "c.csv.filepart", seconds=NEW + 60)
    step = files_step(served)
    assert "still being uploaded" in step.detail
    assert "c.csv.filepart" in step.private
    assert "c.csv.filepart" not in step.detail


def files_step(folder: Path) -> Step:
    with asyncssh_server(folder) as server:
        steps = list(try_connection(connection_to(server), "", "*.csv", patience=QUICK))
    return next(step for step in steps if step.name is Layer.FILES)
