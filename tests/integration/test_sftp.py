"""What servers do wrong, and what a fetch makes of it."""

import asyncio
import gc
import io
import os
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from rollbook.core.errors import SourceError, UsageError
from rollbook.core.events import Event, Logged, Phase, PhaseStarted, ignore
from rollbook.core.sources.arrival import Arrival
from rollbook.core.sources.connection_test import test_connection as try_connection
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.sftp import SftpConnection, SftpSource
from rollbook.core.sources.source import Fetched
from rollbook.core.sources.steps import Layer, State, Step
from tests.doubles.ports import free_port
from tests.integration.servers import (
    PASSWORD,
    Faults,
    RunningServer,
    asyncssh_server,
    key_line,
)

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
OLD, NEW = 1_600_000_000, 1_700_000_000
A_MINUTE = Arrival(unchanged_for=60)


class Naps:
    """Sleeps that take no time, and a clock on which they do."""

    def __init__(self) -> None:
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def clock(self) -> float:
        return self.slept

    @property
    def patience(self) -> Patience:
        return Patience(sleep=self.sleep, clock=self.clock)


def connection_to(server: RunningServer, **changes: object) -> SftpConnection:
    known: dict[str, object] = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "host_key": server.host_key,
    }
    return SftpConnection(**(known | changes))  # type: ignore[arg-type]


def put(folder: Path, name: str, content: bytes = b"content", *, seconds: int = NEW) -> None:
    (folder / name).write_bytes(content)
    os.utime(folder / name, (seconds, seconds))


def fetch(connection: SftpConnection, folder: str = "", pattern: str = "*.csv") -> Fetched:
    source = SftpSource(connection, folder, pattern)
    return source.fetch(io.BytesIO(), listener=ignore)


def refusal(connection: SftpConnection, folder: str = "", pattern: str = "*.csv") -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetch(connection, folder, pattern)
    return caught.value


def test_a_password_signs_in(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    with asyncssh_server(tmp_path) as server:
        fetched = fetch(connection_to(server))
    assert (fetched.name, fetched.size) == ("a.csv", 7)
    assert fetched.place == f"sftp://district@127.0.0.1:{server.port}/a.csv"


def test_a_password_answers_a_server_that_asks_for_it_interactively(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    with asyncssh_server(tmp_path, faults=Faults(has_keyboard_interactive_only=True)) as server:
        assert fetch(connection_to(server)).size == 7


def test_a_private_key_with_a_passphrase_signs_in(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    text = key.export_private_key("pkcs8-pem", passphrase="let me in").decode()
    with asyncssh_server(tmp_path, faults=Faults(user_key=key)) as server:
        connection = connection_to(server, password=None, private_key=text, passphrase="let me in")
        assert fetch(connection).size == 7


@pytest.mark.parametrize(
    ("passphrase", "says"), [("wrong", "passphrase is wrong"), (None, "Enter the passphrase")]
)
def test_a_private_key_without_its_passphrase_is_refused_before_anything_is_sent(
    passphrase: str | None, says: str
) -> None:
    key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    text = key.export_private_key("pkcs8-pem", passphrase="let me in").decode()
    host_key = key_line(asyncssh.generate_private_key("ssh-ed25519"))
    error = refusal(
        SftpConnection(
            "127.0.0.1",
            "u",
            free_port(),
            private_key=text,
            passphrase=passphrase,
            host_key=host_key,
        )
    )
    assert error.reason == "bad_private_key"
    assert says in str(error)


def test_a_wrong_password_is_refused_for_good(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path) as server:
        error = refusal(connection_to(server, password="wrong"))
    assert (error.reason, error.is_transient, error.exit_code) == ("bad_credentials", False, 4)


def test_a_changed_host_key_stops_before_the_password_is_sent(tmp_path: Path) -> None:
    other = key_line(asyncssh.generate_private_key("ssh-ed25519"))
    faults = Faults()
    with asyncssh_server(tmp_path, faults=faults) as server:
        error = refusal(connection_to(server, host_key=other))
    assert (error.reason, error.is_transient) == ("host_key_changed", False)
    assert faults.seen == []


def test_a_server_with_two_keys_shows_the_pinned_one(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    rsa = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    keys = [asyncssh.generate_private_key("ssh-ed25519"), rsa]
    with asyncssh_server(tmp_path, server_host_keys=keys) as server:
        assert fetch(connection_to(server, host_key=key_line(rsa))).size == 7


@pytest.mark.parametrize(
    ("group", "options"),
    [
        ("cbc-ciphers", {"encryption_algs": ["aes128-cbc"]}),
        ("sha1-mac", {"encryption_algs": ["aes128-ctr"], "mac_algs": ["hmac-sha1"]}),
        ("sha1-kex", {"kex_algs": ["diffie-hellman-group14-sha1"]}),
        ("ssh-rsa", {"signature_algs": ["ssh-rsa"]}),
    ],
)
def test_old_algorithms_need_the_choice_of_their_group(
    tmp_path: Path, group: str, options: dict[str, Any]
) -> None:
    put(tmp_path, "a.csv")
    key_type = "ssh-rsa" if group == "ssh-rsa" else "ssh-ed25519"
    with asyncssh_server(tmp_path, key_type=key_type, **options) as server:
        if group != "ssh-rsa":  # asyncssh's server always signs with SHA-2 as well
            error = refusal(connection_to(server))
            assert error.reason == "no_common_algorithms"
            assert group in str(error)
        assert fetch(connection_to(server, legacy=frozenset({group}))).size == 7


def test_an_unknown_legacy_group_is_a_mistake_of_usage() -> None:
    with pytest.raises(UsageError, match="no legacy group md5"):
        SftpConnection("h", "u", password="p", legacy=frozenset({"md5"}))


def test_the_pattern_matches_case_and_ignores_folders_and_hidden_files(tmp_path: Path) -> None:
    put(tmp_path, "student_data_1.csv", seconds=OLD)
    put(tmp_path, "STUDENT_DATA_2.CSV")
    put(tmp_path, ".student_data_3.csv")
    (tmp_path / "student_data_4.csv").mkdir()
    with asyncssh_server(tmp_path) as server:
        fetched = fetch(connection_to(server), pattern="*tudent_data_*.csv")
    assert fetched.name == "student_data_1.csv"


def test_of_two_equally_new_files_the_later_name_wins(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    put(tmp_path, "b.csv")
    with asyncssh_server(tmp_path) as server:
        assert fetch(connection_to(server)).name == "b.csv"


def test_where_nothing_matches_the_nearest_names_are_shown(tmp_path: Path) -> None:
    put(tmp_path, "student_dat_1.csv")
    with asyncssh_server(tmp_path) as server:
        error = refusal(connection_to(server), pattern="student_data_*.csv")
    assert (error.reason, error.is_transient) == ("file_not_found", False)
    assert "student_dat_1.csv" in error.private
    assert "student_dat_1.csv" not in str(error)


@pytest.mark.parametrize("name", [b"a/../../b.csv", b"/etc/passwd.csv"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: bytes) -> None:
    with asyncssh_server(tmp_path, faults=Faults(extra_names=(name,))) as server:
        assert refusal(connection_to(server)).reason == "unsafe_name"


def test_a_growing_file_is_waited_for(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    naps, events = Naps(), list[Event]()
    with asyncssh_server(tmp_path, faults=Faults(grow_by=5, grow_times=4)) as server:
        source = SftpSource(connection_to(server), "", "*.csv", patience=naps.patience)
        fetched = source.fetch(io.BytesIO(), listener=events.append, arrival=A_MINUTE)
    assert fetched.size == 7 + 4 * 5
    assert naps.slept == pytest.approx(60 + 3 * 3)  # it was seen to grow at the first three looks
    assert PhaseStarted(Phase.ARRIVING) in events
    assert any(
        isinstance(event, Logged) and "still being uploaded" in event.message for event in events
    )


def test_a_file_that_keeps_growing_is_refused_until_later(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    with asyncssh_server(tmp_path, faults=Faults(grow_by=5, grow_times=999)) as server:
        source = SftpSource(connection_to(server), "", "*.csv", patience=Naps().patience)
        with pytest.raises(SourceError) as caught:
            source.fetch(io.BytesIO(), listener=ignore, arrival=A_MINUTE)
    assert (caught.value.reason, caught.value.is_transient) == ("file_still_growing", True)


def test_a_file_that_changes_during_the_download_is_not_kept(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    into = io.BytesIO()
    with asyncssh_server(tmp_path, faults=Faults(rewrite_when_opened=True)) as server:
        source = SftpSource(connection_to(server), "", "*.csv")
        with pytest.raises(SourceError) as caught:
            source.fetch(into, listener=ignore)
    assert (caught.value.reason, caught.value.is_transient) == ("file_changed", True)
    assert into.getvalue() == b""


def test_a_connection_cut_in_the_middle_keeps_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", os.urandom(6_000_000))
    into = io.BytesIO()
    with asyncssh_server(tmp_path, faults=Faults(cut_after=3_000_000)) as server:
        source = SftpSource(connection_to(server), "", "*.csv")
        with pytest.raises(SourceError) as caught:
            source.fetch(into, listener=ignore)
        gc.collect()
    assert (caught.value.reason, caught.value.is_transient) == ("connection_lost", True)
    assert into.getvalue() == b""


def test_a_port_where_nothing_listens_is_named() -> None:
    connection = SftpConnection("127.0.0.1", "u", free_port(), password="p")
    assert refusal(connection).reason == "connection_refused"


def test_a_name_with_a_scheme_is_reported_as_a_wrong_name() -> None:
    error = refusal(SftpConnection("https://sftp.example.org", "u", password="p"))
    assert (error.reason, error.is_transient) == ("name_not_found", False)


@contextmanager
def silent_server() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up() -> None:
    with silent_server() as port:
        connection = SftpConnection("127.0.0.1", "u", port, password="p")
        source = SftpSource(connection, "", "*", patience=Patience(sign_in=0.3))
        with pytest.raises(SourceError) as caught:
            source.fetch(io.BytesIO(), listener=ignore)
    gc.collect()
    assert (caught.value.reason, caught.value.is_transient) == ("login_timeout", True)


def test_a_server_that_signs_in_too_slowly_is_given_up(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path, faults=Faults(sign_in_delay=1.0)) as server:
        patience = Patience(sign_in=0.4)
        source = SftpSource(connection_to(server), "", "*", patience=patience)
        with pytest.raises(SourceError) as caught:
            source.fetch(io.BytesIO(), listener=ignore)
        gc.collect()
    assert caught.value.reason == "login_timeout"


def test_an_ssh_server_without_sftp_is_named(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path, faults=Faults(sftp=False)) as server:
        assert refusal(connection_to(server)).reason == "not_an_sftp_server"


def test_nothing_from_the_home_folder_takes_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    ssh = tmp_path / "home" / ".ssh"
    ssh.mkdir(parents=True)
    key.write_private_key(ssh / "id_ed25519")
    (ssh / "config").write_text("Host *\n  User another\n  Port 1\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    faults = Faults(user_key=key)
    with asyncssh_server(tmp_path, faults=faults) as server:
        (ssh / "known_hosts").write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n")
        assert refusal(connection_to(server, password="wrong")).reason == "bad_credentials"
        assert refusal(connection_to(server, host_key=None)).reason == "host_key_unknown"
    assert "key" not in faults.seen


def test_no_secret_is_in_a_repr_or_in_the_trace_of_an_error(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    with asyncssh_server(tmp_path) as server:
        wrong = connection_to(server, password="Hidden-1", private_key=key, passphrase="Hidden-2")
        error = refusal(wrong)
    seen = repr(wrong) + str(wrong) + "".join(traceback.format_exception(error)) + repr(error)
    for secret in ("Hidden-1", "Hidden-2", key.splitlines()[1], PASSWORD):
        assert secret not in seen


def steps_of(connection: SftpConnection, pattern: str = "*.csv") -> list[Step]:
    return list(try_connection(connection, "", pattern))


def test_the_connection_test_sends_no_password_before_the_key_was_shown(tmp_path: Path) -> None:
    faults = Faults()
    with asyncssh_server(tmp_path, faults=faults) as server:
        steps = try_connection(connection_to(server, host_key=None), "", "*")
        shown = next(step for step in steps if step.host_key)
        steps.close()
    assert shown.host_key == server.host_key
    assert faults.seen == []


@pytest.mark.parametrize(
    ("changes", "layer", "reason"),
    [
        ({"host": "sftp://x"}, "name", "name_not_found"),
        ({"port": 1}, "port", "connection_refused"),
        ({"password": "wrong"}, "sign-in", "bad_credentials"),
        ({"password": None, "private_key": "nonsense"}, "sign-in", "bad_private_key"),
        ({}, "files", "file_not_found"),
    ],
)
def test_the_connection_test_stops_at_the_layer_that_fails(
    tmp_path: Path, changes: dict[str, object], layer: str, reason: str
) -> None:
    with asyncssh_server(tmp_path) as server:
        last = steps_of(connection_to(server, **changes))[-1]
    assert (last.name, last.state, last.reason) == (layer, State.FAILED, reason)
    assert last.advice


def test_the_connection_test_names_a_changed_key(tmp_path: Path) -> None:
    other = key_line(asyncssh.generate_private_key("ssh-ed25519"))
    with asyncssh_server(tmp_path) as server:
        last = steps_of(connection_to(server, host_key=other))[-1]
    assert (last.name, last.reason) == ("host key", "host_key_changed")
    assert last.host_key == server.host_key


def test_the_connection_test_names_the_group_for_old_algorithms(tmp_path: Path) -> None:
    with asyncssh_server(tmp_path, encryption_algs=["aes256-cbc"]) as server:
        last = steps_of(connection_to(server))[-1]
    assert (last.name, last.reason) == ("algorithms", "no_common_algorithms")
    assert "cbc-ciphers" in last.advice


def test_the_connection_test_waits_for_a_growing_file_only_shortly(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    patience = Naps().patience
    with asyncssh_server(tmp_path, faults=Faults(grow_by=5, grow_times=999)) as server:
        *_, last = try_connection(connection_to(server), "", "*", patience=patience)
    assert last.reason == "file_still_growing"


def test_a_fetch_leaves_no_running_loop_behind(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    with asyncssh_server(tmp_path) as server:
        fetch(connection_to(server))
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


def test_the_connection_test_says_how_many_files_have_come_together(tmp_path: Path) -> None:
    put(tmp_path, "old.csv", seconds=OLD)
    for grade in range(7):
        put(tmp_path, f"g{grade}.csv", b"x", seconds=NEW + grade)
    with asyncssh_server(tmp_path) as server:
        told = next(
            step.detail for step in steps_of(connection_to(server)) if step.name is Layer.FILES
        )
    assert told.startswith("8 files match. The newest has 1 byte")
    assert "7 of them arrived together" in told
