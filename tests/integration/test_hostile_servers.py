"""A server may fall silent, drip, lie and never end: each costs a bounded time, and leaves nothing.

The tables: which step, what the server does there, which reason it is. The limits are the ones of
`Patience`, made short; a slow machine meets them earlier and comes to the same reason.
"""

import asyncio
import gc
import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from rollbook.core.errors import RollbookError
from rollbook.core.events import ignore
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.connection_test import test_connection as try_connection
from rollbook.core.sources.matching import matching_files
from rollbook.core.sources.network import resolve
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.session import signed_in
from rollbook.core.sources.sftp import SftpSource, download
from rollbook.core.sources.source import Receiver
from tests.integration.servers import ASKING, SIGNING_IN, Faults, RunningServer, asyncssh_server

SIZE = 300_000
NEARLY_AT_ONCE = 15.0
"""Seconds of which a busy machine may need some; the real limits are longer."""
SHORT = 0.4
ENOUGH = 60.0
IMPATIENT = Patience(
    sign_in=ENOUGH, answer=SHORT, listing=2 * SHORT, silence=SHORT, closing=1.0,
)  # fmt: skip
AT_SIGN_IN = replace(IMPATIENT, sign_in=SHORT)


@pytest.fixture
def served(tmp_path: Path) -> Path:
    file = tmp_path / "a.csv"
    file.write_bytes(os.urandom(SIZE))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return tmp_path


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No thread and no socket outlives a test, however it went."""
    threads, sockets = set(threading.enumerate()), open_sockets()
    yield
    gc.collect()
    deadline = time.monotonic() + NEARLY_AT_ONCE
    while set(threading.enumerate()) - threads or open_sockets() > sockets:
        assert time.monotonic() < deadline, (threading.enumerate(), open_sockets(), sockets)
        time.sleep(0.02)


def open_sockets() -> int:
    def is_socket(file: Path) -> bool:
        try:
            return str(file.readlink()).startswith("socket:")
        except OSError:
            return False

    return sum(map(is_socket, Path("/proc/self/fd").iterdir()))


def connection_to(server: RunningServer) -> SftpConnection:
    return SftpConnection(
        server.host, server.user, server.port, password=server.password, host_key=server.host_key
    )


def refusal(
    connection: SftpConnection, patience: Patience, *, largest: int = 1 << 30
) -> RollbookError:
    """What a fetch comes to; nothing is kept of it."""
    into, begun = io.BytesIO(), time.monotonic()
    source = SftpSource(connection, "", "*.csv", patience=patience, largest=largest)
    with pytest.raises(RollbookError) as caught:
        source.fetch(into, listener=ignore)
    assert time.monotonic() - begun < NEARLY_AT_ONCE
    assert into.getvalue() == b""
    return caught.value


@pytest.mark.parametrize("step", SIGNING_IN)
def test_silence_before_the_session_has_begun_is_a_sign_in_that_takes_too_long(
    served: Path, step: str
) -> None:
    with asyncssh_server(served, faults=Faults(silent_at=step)) as server:
        error = refusal(connection_to(server), AT_SIGN_IN)
    assert (error.reason, error.is_transient) == ("login_timeout", True)


@pytest.mark.parametrize("step", ASKING)
def test_silence_at_any_later_step_is_given_up(served: Path, step: str) -> None:
    with asyncssh_server(served, faults=Faults(silent_at=step)) as server:
        error = refusal(connection_to(server), IMPATIENT)
    assert (error.reason, error.is_transient) == ("server_silent", True)


@pytest.mark.parametrize("step", ASKING)
def test_a_connection_that_is_cut_at_any_step_is_lost(served: Path, step: str) -> None:
    with asyncssh_server(served, faults=Faults(cut_at=step)) as server:
        error = refusal(connection_to(server), replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH))
    assert (error.reason, error.is_transient) == ("connection_lost", True)


@pytest.mark.parametrize("step", [*SIGNING_IN, *ASKING])
def test_a_connection_test_ends_where_the_server_falls_silent(served: Path, step: str) -> None:
    patience = AT_SIGN_IN if step in SIGNING_IN else IMPATIENT
    begun = time.monotonic()
    with asyncssh_server(served, faults=Faults(silent_at=step)) as server:
        steps = list(
            try_connection(
                connection_to(server), "", "*.csv", read_header=Header(), patience=patience
            )
        )
    assert time.monotonic() - begun < NEARLY_AT_ONCE
    assert steps[-1].reason in ("login_timeout", "server_silent")


class Header:
    """Reads nothing of the file."""

    scratch = io.BytesIO

    def __call__(self, file: object, name: str, size: int) -> str:
        return "A header"


@pytest.mark.parametrize("step", ASKING)
def test_what_is_cancelled_at_a_silent_server_ends_at_once(served: Path, step: str) -> None:
    patient = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH, silence=ENOUGH)

    async def fetch(connection: SftpConnection) -> None:
        addresses = resolve(connection.host, connection.port, seconds=5)
        async with signed_in(connection, addresses, patience=patient) as remote:
            begun.set()
            file = (await matching_files(remote, "", pattern="*.csv")).newest
            receiver = Receiver(io.BytesIO(), size=file.size, listener=ignore)
            await download(remote, file, receiver=receiver)

    async def cancel_it(connection: SftpConnection) -> float:
        task = asyncio.create_task(fetch(connection))
        await asyncio.wait_for(begun.wait(), ENOUGH)
        await asyncio.sleep(SHORT)
        asked = time.monotonic()
        task.cancel()
        await asyncio.wait({task}, timeout=ENOUGH)
        assert task.cancelled()
        return time.monotonic() - asked

    begun = asyncio.Event()
    with asyncssh_server(served, faults=Faults(silent_at=step)) as server:
        assert asyncio.run(cancel_it(connection_to(server))) < NEARLY_AT_ONCE


def test_a_download_that_drips_is_given_up_even_though_bytes_arrive(served: Path) -> None:
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH, silence=ENOUGH, download=1.0)
    with asyncssh_server(served, faults=Faults(drip=2.0)) as server:
        error = refusal(connection_to(server), patience)
    assert (error.reason, error.is_transient) == ("download_too_slow", True)


def test_the_longest_download_counts_for_any_size(served: Path) -> None:
    patience = Patience()
    assert patience.whole_download(0) == 60
    assert patience.whole_download(8 << 20) == 60 + 1024
    assert patience.whole_download(1 << 60) == 4 * 3600


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"size": 2**64 - 1}, "server_unsound"),
        ({"size": 2**62}, "server_unsound"),
        ({"size": 2**40}, "file_too_large"),
        ({"mtime": 2**32 - 1, "size": 2**63}, "server_unsound"),
        ({"permissions": 0o040755}, "file_not_found"),
        ({"permissions": 0o010644}, "file_not_found"),
    ],
)
def test_what_cannot_be_is_refused_where_it_comes_in(
    served: Path, says: dict[str, int], reason: str
) -> None:
    with asyncssh_server(served, faults=Faults(says=says)) as server:
        error = refusal(connection_to(server), replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH))
    assert (error.reason, error.is_transient) == (reason, False)


@pytest.mark.parametrize("says", [{"uid": 2**32 - 1, "gid": 2**32 - 1}, {"mtime": 2**32 - 1}])
def test_numbers_that_are_only_strange_do_no_harm(served: Path, says: dict[str, int]) -> None:
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH, silence=ENOUGH)
    with asyncssh_server(served, faults=Faults(says=says)) as server:
        source = SftpSource(connection_to(server), "", "*.csv", patience=patience)
        assert source.fetch(io.BytesIO(), listener=ignore).size == SIZE


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        (Faults(extra_bytes=7), "server_unsound"),
        (Faults(missing_bytes=1 << 20), "file_changed"),
        (Faults(says={"size": SIZE - 1}), "file_changed"),
        (Faults(says={"size": SIZE + 1}), "file_changed"),
    ],
)
def test_more_or_fewer_bytes_than_were_asked_for_are_not_taken(
    served: Path, faults: Faults, reason: str
) -> None:
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH, silence=ENOUGH)
    with asyncssh_server(served, faults=faults) as server:
        assert refusal(connection_to(server), patience).reason == reason


def test_a_larger_file_than_is_wanted_is_refused_before_a_byte_of_it(served: Path) -> None:
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH)
    with asyncssh_server(served, faults=Faults(silent_at="open")) as server:
        error = refusal(connection_to(server), patience, largest=SIZE - 1)
    assert (error.reason, error.exit_code, error.is_transient) == ("file_too_large", 3, False)
    assert "299,999" in str(error)


@pytest.mark.parametrize("length", [8, 10_000])
def test_a_listing_without_an_end_stops_at_its_limit(served: Path, length: int) -> None:
    patience = replace(IMPATIENT, listing=ENOUGH, most_names=5_000, most_bytes_of_names=1_000_000)
    with asyncssh_server(served, faults=Faults(is_endless=True, name_length=length)) as server:
        error = refusal(connection_to(server), patience)
    assert (error.reason, error.is_transient) == ("folder_too_large", False)


def test_a_listing_without_an_end_stops_in_time(served: Path) -> None:
    with asyncssh_server(served, faults=Faults(is_endless=True)) as server:
        patience = replace(IMPATIENT, most_names=1 << 60, most_bytes_of_names=1 << 60)
        assert refusal(connection_to(server), patience).reason == "server_silent"


@pytest.mark.parametrize(
    ("name", "reason"),
    [(b"../up.csv", "unsafe_name"), (b"a\0b.csv", "unsafe_name"), (b"/a.csv", "unsafe_name")],
)
def test_a_name_with_parts_of_a_path_is_refused(served: Path, name: bytes, reason: str) -> None:
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH)
    with asyncssh_server(served, faults=Faults(extra_names=(name,))) as server:
        assert refusal(connection_to(server), patience).reason == reason


def test_names_of_a_server_are_shown_short_and_without_control_characters(served: Path) -> None:
    (served / "a.csv").unlink()
    names = (b"\x1b[31mred\n.txt", b"y" * 100_000)
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH)
    with asyncssh_server(served, faults=Faults(extra_names=names)) as server:
        error = refusal(connection_to(server), patience)
    assert error.reason == "file_not_found"
    assert "[U+001B][31mred?.txt" in error.private
    assert len(error.private) < 1_000
    assert "red" not in str(error)


def test_a_link_that_leads_back_to_itself_is_no_file(served: Path) -> None:
    (served / "loop.csv").symlink_to("loop.csv")
    patience = replace(IMPATIENT, answer=ENOUGH, listing=ENOUGH, silence=ENOUGH)
    with asyncssh_server(served) as server:
        source = SftpSource(connection_to(server), "", "*.csv", patience=patience)
        assert source.fetch(io.BytesIO(), listener=ignore).name == "a.csv"


GREETING = b"SSH-2.0-Hostile\r\n"


@pytest.mark.parametrize(
    "says",
    [b"", GREETING, b"Welcome\r\n" * 10_000, b"\0" * 100_000, GREETING + b"\xff" * 100_000,
     GREETING + b"\x00\x00\x00\x0c\x0a\x14"],
)  # fmt: skip
def test_what_is_no_greeting_and_no_key_exchange_is_given_up(says: bytes) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with talker(says) as port:
        connection = SftpConnection("127.0.0.1", "u", port, password="p", host_key=key)
        error = refusal(connection, AT_SIGN_IN)
    assert error.reason in ("login_timeout", "connection_lost", "not_an_sftp_server")


@contextmanager
def talker(says: bytes) -> Iterator[int]:
    """Says the same to everybody, whatever they say, and then waits."""
    over, taken = threading.Event(), list[socket.socket]()

    def serve() -> None:
        while not over.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                continue
            taken.append(peer)
            peer.setblocking(False)
            try:
                peer.send(says)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            thread.join()
            for peer in taken:
                peer.close()
