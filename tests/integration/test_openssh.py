"""Fetching from a real OpenSSH server."""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from rollbook.core.errors import SourceError
from rollbook.core.events import Event, Phase, PhaseStarted, Progress, ignore
from rollbook.core.sources.connection_test import test_connection as try_connection
from rollbook.core.sources.sftp import SftpConnection, SftpSource
from rollbook.core.sources.steps import State
from rollbook.home import scratch_file
from tests.integration.servers import RunningServer, openssh_server


def connection_to(server: RunningServer, **changes: object) -> SftpConnection:
    known: dict[str, object] = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "private_key": server.private_key,
        "host_key": server.host_key,
    }
    return SftpConnection(**(known | changes))  # type: ignore[arg-type]


def old_file(path: Path, content: bytes, *, seconds: int = 1_700_000_000) -> None:
    path.write_bytes(content)
    os.utime(path, (seconds, seconds))


def test_the_newest_match_arrives_whole_with_its_hash_and_progress(tmp_path: Path) -> None:
    content = os.urandom(5_000_001)
    old_file(tmp_path / "student_data_1.csv", b"older", seconds=1_600_000_000)
    old_file(tmp_path / "student_data_2.csv", content)
    old_file(tmp_path / "other.csv", b"newer, but not ours", seconds=1_750_000_000)
    events: list[Event] = []
    into = io.BytesIO()
    with openssh_server(tmp_path) as server:
        source = SftpSource(connection_to(server), "", "student_data_*.csv")
        fetched = source.fetch(into, listener=events.append)
    assert into.tell() == 0
    assert into.read() == content
    assert (fetched.name, fetched.size) == ("student_data_2.csv", len(content))
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()
    assert fetched.modified_at is not None and fetched.modified_at.timestamp() == 1_700_000_000
    phases = [event.phase for event in events if isinstance(event, PhaseStarted)]
    assert phases == [Phase.CONNECTING, Phase.DOWNLOADING]
    assert events[-1] == Progress(Phase.DOWNLOADING, len(content), len(content))


def test_the_folder_may_be_absolute(tmp_path: Path) -> None:
    old_file(tmp_path / "a.csv", b"content")
    with openssh_server(Path("/")) as server:
        fetched = SftpSource(connection_to(server), str(tmp_path), "a.csv").fetch(
            into := io.BytesIO(), listener=ignore
        )
    assert (into.read(), fetched.size) == (b"content", 7)


def test_a_key_that_the_server_does_not_know_is_refused_for_good(tmp_path: Path) -> None:
    with openssh_server(tmp_path) as server, openssh_server(tmp_path) as other:
        connection = connection_to(server, private_key=other.private_key)
        with pytest.raises(SourceError) as caught:
            SftpSource(connection, "", "*").fetch(io.BytesIO(), listener=ignore)
    assert (caught.value.reason, caught.value.is_transient) == ("bad_credentials", False)


def test_an_unconfirmed_key_is_shown_and_nothing_fetched(tmp_path: Path) -> None:
    with openssh_server(tmp_path) as server:
        connection = connection_to(server, host_key=None)
        with pytest.raises(SourceError) as caught:
            SftpSource(connection, "", "*").fetch(io.BytesIO(), listener=ignore)
    assert caught.value.reason == "host_key_unknown"
    assert "SHA256:" in str(caught.value)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
def test_a_server_with_only_old_key_exchange_is_reached_by_the_named_group(tmp_path: Path) -> None:
    old_file(tmp_path / "a.csv", b"content")
    with openssh_server(tmp_path, settings="KexAlgorithms diffie-hellman-group14-sha1") as server:
        with pytest.raises(SourceError) as caught:
            SftpSource(connection_to(server), "", "*").fetch(io.BytesIO(), listener=ignore)
        assert caught.value.reason == "no_common_algorithms"
        assert "sha1-kex" in str(caught.value)
        connection = connection_to(server, legacy=frozenset({"sha1-kex"}))
        fetched = SftpSource(connection, "", "*").fetch(io.BytesIO(), listener=ignore)
    assert fetched.size == 7


def test_a_server_that_signs_only_with_sha1_is_reached_by_the_named_group(tmp_path: Path) -> None:
    old_file(tmp_path / "a.csv", b"content")
    settings = "HostKeyAlgorithms ssh-rsa"
    with openssh_server(tmp_path, settings=settings, key_type="ssh-rsa") as server:
        with pytest.raises(SourceError) as caught:
            SftpSource(connection_to(server), "", "*").fetch(io.BytesIO(), listener=ignore)
        assert caught.value.reason == "no_common_algorithms"
        assert "ssh-rsa" in str(caught.value)
        connection = connection_to(server, legacy=frozenset({"ssh-rsa"}))
        assert SftpSource(connection, "", "*").fetch(io.BytesIO(), listener=ignore).size == 7


def test_a_name_in_another_encoding_is_fetched_and_shown_safely(tmp_path: Path) -> None:
    old_file(Path(os.fsdecode(bytes(tmp_path) + b"/sch\xfcler\x1b.csv")), b"content")
    with openssh_server(tmp_path) as server:
        source = SftpSource(connection_to(server), "", "*.csv")
        fetched = source.fetch(io.BytesIO(), listener=ignore)
    assert (fetched.name, fetched.size) == ("sch?ler[U+001B].csv", 7)


@dataclass
class Measured:
    """Says how much of a file came, through a file in `folder`."""

    folder: Path

    def scratch(self) -> BinaryIO:
        return scratch_file(self.folder)

    def __call__(self, file: BinaryIO, name: str, size: int) -> str:
        return f"{size} bytes, {len(file.read())} read"


def test_the_connection_test_reports_every_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_file(tmp_path / "student_data_2.csv", b"Student ID\n")
    with openssh_server(tmp_path) as server:
        # A student's row never waits in a folder that everybody shares.
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
        steps = list(
            try_connection(
                connection_to(server, host_key=None),
                "",
                "student_data_*.csv",
                read_header=Measured(tmp_path),
                is_right=lambda shown: shown.host_key == server.host_key,
            )
        )
    assert [str(step.name) for step in steps] == [
        "name",
        "port",
        "algorithms",
        "host key",
        "sign-in",
        "folder",
        "files",
        "header",
    ]
    assert {step.state for step in steps} == {State.OK}
    assert steps[3].host_key == server.host_key
    assert steps[-1].detail == "11 bytes, 11 read."


def test_the_connection_test_stops_at_a_missing_folder_and_shows_what_is_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "exports").mkdir()
    with openssh_server(tmp_path) as server:
        steps = list(try_connection(connection_to(server), "export", "*.csv"))
    assert (steps[-1].state, steps[-1].reason) == (State.FAILED, "folder_not_found")
    assert "exports" in steps[-1].private
