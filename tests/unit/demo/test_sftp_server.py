"""The demo's SFTP server: loopback, its own password and key, and nothing can be changed."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from rollbook.demo.sftp_server import DemoServer, demo_server

Act = Callable[[asyncssh.SFTPClient], Awaitable[object]]


@pytest.fixture
def served(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "students.csv").write_text("Student ID,SSID\n")
    (tmp_path / "secret.txt").write_text("not served")
    return folder


def test_it_serves_the_folder(served: Path) -> None:
    async def read(sftp: asyncssh.SFTPClient) -> object:
        async with sftp.open("students.csv") as file:
            return await file.read()

    with demo_server(served) as server:
        assert server.host == "127.0.0.1"
        assert _act(server, read) == "Student ID,SSID\n"


def test_it_shows_nothing_outside_the_folder(served: Path) -> None:
    async def look(sftp: asyncssh.SFTPClient) -> object:
        return await sftp.exists("../secret.txt"), await sftp.listdir("/")

    with demo_server(served) as server:
        exists, names = _act(server, look)
    assert not exists
    assert set(names) - {".", ".."} == {"students.csv"}


async def _write(sftp: asyncssh.SFTPClient) -> None:
    async with sftp.open("students.csv", "w") as file:
        await file.write("gone")


CHANGES: dict[str, Act] = {
    "write": _write,
    "remove": lambda sftp: sftp.remove("students.csv"),
    "rename": lambda sftp: sftp.rename("students.csv", "other.csv"),
    "posix_rename": lambda sftp: sftp.posix_rename("students.csv", "other.csv"),
    "mkdir": lambda sftp: sftp.mkdir("new"),
    "symlink": lambda sftp: sftp.symlink("students.csv", "other.csv"),
    "link": lambda sftp: sftp.link("students.csv", "other.csv"),
    "chmod": lambda sftp: sftp.chmod("students.csv", 0o777),
    "truncate": lambda sftp: sftp.truncate("students.csv", 0),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_refuses_every_change(served: Path, change: Act) -> None:
    with demo_server(served) as server, pytest.raises(asyncssh.SFTPPermissionDenied):
        _act(server, change)
    assert [path.name for path in served.iterdir()] == ["students.csv"]
    assert (served / "students.csv").read_text() == "Student ID,SSID\n"


def test_a_wrong_password_is_refused(served: Path) -> None:
    with demo_server(served) as server, pytest.raises(asyncssh.PermissionDenied):
        _act(server, lambda sftp: sftp.listdir(), password="wrong")


def test_every_run_has_another_password_and_host_key(served: Path) -> None:
    with demo_server(served) as first, demo_server(served) as second:
        assert first.password != second.password
        assert first.host_key != second.host_key


def test_it_stops_while_a_person_is_still_connected(served: Path) -> None:
    async def stay(server: DemoServer) -> asyncssh.SSHClientConnection:
        return await _connect(server, server.password)

    loop = asyncio.new_event_loop()
    try:
        with demo_server(served) as server:
            client = loop.run_until_complete(stay(server))
        loop.run_until_complete(asyncio.wait_for(client.wait_closed(), 60))
    finally:
        loop.close()


def _act(server: DemoServer, act: Act, *, password: str | None = None) -> Any:
    async def run() -> Any:
        async with (
            await _connect(server, password or server.password) as connection,
            connection.start_sftp_client() as sftp,
        ):
            return await act(sftp)

    return asyncio.run(run())


async def _connect(server: DemoServer, password: str) -> asyncssh.SSHClientConnection:
    key = asyncssh.import_public_key(server.host_key)
    return await asyncssh.connect(
        server.host,
        server.port,
        username=server.username,
        password=password,
        known_hosts=([key], [], []),
        config=None,
        client_keys=None,
        agent_path=None,
    )
