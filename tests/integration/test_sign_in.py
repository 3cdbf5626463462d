"""How servers refuse a sign-in, and that each refusal is named as what it is, with what to do."""

import asyncio
import io
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import asyncssh
import pytest

from rollbook.core.errors import SourceError
from rollbook.core.events import ignore
from rollbook.core.sources.algorithms import algorithms_for
from rollbook.core.sources.connection import SftpConnection
from rollbook.core.sources.connection_test import test_connection as try_connection
from rollbook.core.sources.network import open_port, resolve
from rollbook.core.sources.other_services import what_answers
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.sftp import SftpSource
from rollbook.core.sources.sign_in import says_expired
from rollbook.core.sources.steps import Layer, State
from tests.doubles.certificates import self_signed
from tests.integration.servers import (
    PASSWORD,
    USER,
    Faults,
    RunningServer,
    asyncssh_server,
    key_line,
    openssh_server,
)

PATIENT = Patience(sign_in=60.0)
KEY = asyncssh.generate_private_key("ssh-ed25519")
KEY_TEXT = KEY.export_private_key().decode()
OTHER_TEXT = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()


@pytest.fixture
def served(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_bytes(b"content")
    os.utime(tmp_path / "a.csv", (1_700_000_000, 1_700_000_000))
    return tmp_path


def sign_in(
    server: RunningServer, *, password: str | None = None, key: str | None = None
) -> SourceError | None:
    """Fetch with these credentials; return the refusal."""
    connection = SftpConnection(
        server.host,
        server.user,
        server.port,
        password=password,
        private_key=key,
        host_key=server.host_key,
    )
    try:
        source = SftpSource(connection, "", "*.csv", patience=PATIENT)
        source.fetch(io.BytesIO(), listener=ignore)
    except SourceError as error:
        return error
    return None


BOTH_WAYS = (("key", "password"), ("password", "key"), ("key", "questions"))


@pytest.mark.parametrize("factors", BOTH_WAYS)
def test_a_server_that_wants_key_and_password_gets_both(
    served: Path, factors: tuple[str, ...]
) -> None:
    with asyncssh_server(served, faults=Faults(factors=factors, user_key=KEY)) as server:
        assert sign_in(server, password=PASSWORD, key=KEY_TEXT) is None


@pytest.mark.parametrize(
    ("factors", "password", "key", "reason", "says"),
    [
        (("key", "password"), None, KEY_TEXT, "password_wanted_too", "accepts the key"),
        (("key", "questions"), None, KEY_TEXT, "password_wanted_too", "accepts the key"),
        (("password", "key"), PASSWORD, None, "key_wanted_too", "accepts the password"),
        (("key", "password"), "no", KEY_TEXT, "bad_credentials", "the key was accepted"),
        (("key", "password"), PASSWORD, OTHER_TEXT, "bad_credentials", "doesn't know the key"),
        (("key",), PASSWORD, None, "means_not_taken", "wants a key"),
        (("password",), None, KEY_TEXT, "means_not_taken", "wants a password"),
        (("password",), "no", None, "bad_credentials", "Check the user name and the password"),
    ],
)
def test_each_refusal_says_what_is_missing(
    served: Path,
    factors: tuple[str, ...],
    password: str | None,
    key: str | None,
    reason: str,
    says: str,
) -> None:
    with asyncssh_server(served, faults=Faults(factors=factors, user_key=KEY)) as server:
        error = sign_in(server, password=password, key=key)
    assert error is not None
    assert (error.reason, error.is_transient, error.exit_code) == (reason, False, 4)
    assert says in str(error)


def test_openssh_with_two_methods_says_that_it_wants_the_password_too(served: Path) -> None:
    settings = "PasswordAuthentication yes\nAuthenticationMethods publickey,password"
    with openssh_server(served, settings=settings) as server:
        error = sign_in(server, key=server.private_key)
    assert error is not None and error.reason == "password_wanted_too"


def test_a_refused_key_is_shown_so_that_it_can_be_installed(served: Path) -> None:
    with openssh_server(served) as server:
        error = sign_in(server, key=OTHER_TEXT)
    other = asyncssh.import_private_key(OTHER_TEXT)
    assert error is not None
    assert other.get_fingerprint() in str(error)
    assert "to install for this user" in str(error)
    assert key_line(other) in error.private


@pytest.mark.parametrize(
    ("questions", "reason"),
    [
        ((("Verification code: ",),), "code_wanted"),
        ((("Password: ",), ("Enter your token: ",)), "code_wanted"),
        ((("Password: ", "One-time code: "),), "code_wanted"),
        ((("Kennwort: ",),), None),
        ((("Enter passcode: ",),), None),
        ((("Password: ",), ("New password: ",)), "password_expired"),
        ((("Password: ",), ()), None),
        ((("Password: ",), ("Password: ",)), "bad_credentials"),
    ],
)
def test_questions_are_answered_with_the_password_or_named(
    served: Path, questions: tuple[tuple[str, ...], ...], reason: str | None
) -> None:
    faults = Faults(has_keyboard_interactive_only=True, questions=questions)
    with asyncssh_server(served, faults=faults) as server:
        error = sign_in(server, password=PASSWORD)
    assert (error and error.reason) == reason
    assert faults.seen.count("answer") <= len(questions)


def test_a_wrong_password_is_sent_only_once(served: Path) -> None:
    faults = Faults(has_keyboard_interactive_only=True)
    with asyncssh_server(served, faults=faults) as server:
        error = sign_in(server, password="no")
    assert error is not None and error.reason == "bad_credentials"
    assert faults.seen == ["answer"]


def test_a_password_that_must_be_changed_is_named(served: Path) -> None:
    with asyncssh_server(served, faults=Faults(is_expired=True)) as server:
        error = sign_in(server, password=PASSWORD)
    assert error is not None and error.reason == "password_expired"
    assert "password that doesn't expire" in str(error)


@pytest.mark.parametrize(
    ("text", "is_expired"),
    [
        ("Password change required but no TTY available.", True),
        ("WARNING: Your password has expired.", True),
        ("You must change your password", True),
        ("Welcome to the district's server", False),
        ("Your password expires in 30 days", False),
    ],
)
def test_what_a_server_says_of_passwords_is_understood(text: str, is_expired: bool) -> None:
    assert says_expired(text) is is_expired


def test_a_slow_sign_in_has_the_seconds_that_its_feed_gives_it(served: Path) -> None:
    quick = Patience(sign_in=0.3)
    with asyncssh_server(served, faults=Faults(sign_in_delay=1.0)) as server:
        assert sign_in(server, password=PASSWORD) is None
        steps = list(try_connection(connection_with_password(server), "", "*", patience=quick))
    assert (steps[-1].name, steps[-1].reason) == (Layer.SIGN_IN, "login_timeout")
    assert "more seconds" in steps[-1].advice


def connection_with_password(server: RunningServer) -> SftpConnection:
    return SftpConnection(
        server.host, server.user, server.port, password=PASSWORD, host_key=server.host_key
    )


def web(peer: socket.socket) -> None:
    peer.recv(1000)
    peer.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: odd\r\n\r\n<html>")


def old_web(peer: socket.socket) -> None:
    peer.recv(1000)
    peer.sendall(b"<!DOCTYPE HTML>\n<html lang='en'>")


def patient_web(peer: socket.socket) -> None:
    """As ours: says nothing until it has a whole header."""
    heard = b""
    while not heard.endswith(b"\r\n\r\n"):
        if not (part := peer.recv(1000)):
            return
        heard += part
    peer.sendall(b"HTTP/1.0 200 OK\r\n\r\n")


def ftp(peer: socket.socket) -> None:
    peer.sendall(b"220 ProFTPD Server ready.\r\n")
    while peer.recv(1000):
        peer.sendall(b"500 What?\r\n")


def mail(peer: socket.socket) -> None:
    peer.sendall(b"220 mail.example.org ESMTP Postfix\r\n")
    peer.recv(1000)
    peer.sendall(b"502 What?\r\n")


def full(peer: socket.socket) -> None:
    peer.sendall(b"Exceeded MaxStartups\r\n")


@pytest.mark.parametrize(
    ("answer", "reason", "says"),
    [
        (web, "not_an_sftp_server", "a web server"),
        (old_web, "not_an_sftp_server", "a web server"),
        (patient_web, "not_an_sftp_server", "a web server (HTTP)"),
        (ftp, "not_an_sftp_server", "an FTP server"),
        (mail, "not_an_sftp_server", "an email server"),
        (full, "connection_lost", ""),
    ],
)
def test_another_service_on_the_port_is_named(
    answer: Callable[[socket.socket], None], reason: str, says: str
) -> None:
    with service(answer) as port:
        steps = list(try_connection(nobody_at(port), "", "*", patience=Patience(sign_in=1.5)))
    assert (steps[-1].name, steps[-1].state) == (Layer.ALGORITHMS, State.FAILED)
    assert steps[-1].reason == reason
    assert says in steps[-1].detail
    if reason == "not_an_sftp_server":
        assert "usually on port 22" in steps[-1].advice


def test_a_service_over_tls_is_named(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = self_signed(tmp_path)
    context.load_cert_chain(pair.chain, pair.key)

    def over_tls(peer: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(peer, server_side=True) as inside:
            inside.recv(100)

    def https(peer: socket.socket) -> None:
        with suppress(OSError), context.wrap_socket(peer, server_side=True) as inside:
            inside.recv(100)
            inside.sendall(b"HTTP/1.0 200 OK\r\n\r\n")

    for answer, says in ((over_tls, "TLS"), (https, "a web server (HTTPS)")):
        with service(answer) as port:
            steps = list(try_connection(nobody_at(port), "", "*", patience=Patience(sign_in=10.0)))
        assert steps[-1].reason == "not_an_sftp_server"
        assert says in steps[-1].detail


def test_all_that_a_silent_port_may_be_is_asked_within_one_budget() -> None:
    budget = 2.0
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        host, port = listener.getsockname()
        connect = partial(open_port, host, resolve(host, port, seconds=5), seconds=budget)
        begun = time.monotonic()
        found = asyncio.run(what_answers(connect, algorithms_for(frozenset()), seconds=budget))
    assert found is None
    assert time.monotonic() - begun < 2 * budget  # one after the other it was three times as long


def test_an_open_port_that_says_nothing_is_called_so() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        steps = list(try_connection(nobody_at(port), "", "*", patience=Patience(sign_in=0.3)))
    assert steps[-1].reason == "login_timeout"
    assert f"Port {port} on 127.0.0.1 is open, but nothing there spoke SFTP" in steps[-1].detail


def nobody_at(port: int) -> SftpConnection:
    return SftpConnection("127.0.0.1", USER, port, password=PASSWORD)


@contextmanager
def service(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Something that is no SSH server; one thread for each that comes."""
    over = threading.Event()

    def meet(peer: socket.socket) -> None:
        with peer, suppress(OSError):
            peer.settimeout(20)
            answer(peer)

    def serve() -> None:
        threads = []
        while not over.is_set():
            with suppress(TimeoutError):
                peer, _ = listener.accept()
                threads.append(threading.Thread(target=meet, args=(peer,)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            serving.join()


def test_a_wrong_port_is_corrected_by_an_offer() -> None:
    with service(web) as port:
        steps = list(try_connection(nobody_at(port), "", "*", patience=Patience(sign_in=1.5)))
    assert steps[-1].offers == (("port", "22"),)


@pytest.mark.parametrize("folder", ["outgoin", "outgoin/daily/now"])
def test_for_a_missing_folder_the_ones_that_are_there_are_offered(
    served: Path, folder: str
) -> None:
    for name in ("outgoing", "archive", ".hidden"):
        (served / name).mkdir()
    with asyncssh_server(served) as server:
        connection = connection_with_password(server)
        steps = list(try_connection(connection, folder, "*", patience=PATIENT))
    assert steps[-1].reason == "folder_not_found"
    assert steps[-1].offers == (("folder", "outgoing"), ("folder", "archive"))


def test_a_key_that_is_not_made_yet_signs_in_nowhere(served: Path) -> None:
    faults = Faults(user_key=KEY)
    with asyncssh_server(served, faults=faults) as server:
        steps = list(
            try_connection(
                connection_with_password(server), "", "*", patience=PATIENT, signs_in=False
            )
        )
    assert (steps[-1].name, steps[-1].state) == (Layer.SIGN_IN, State.SKIPPED)
    assert "Save the feed" in steps[-1].advice
    assert faults.seen == []


def test_the_newest_file_is_described_plainly(served: Path) -> None:
    (served / "a.csv").write_bytes(b"x" * 1_196_894)
    os.utime(served / "a.csv", (1_700_000_000, 1_700_000_000))
    with asyncssh_server(served) as server:
        steps = list(try_connection(connection_with_password(server), "", "*", patience=PATIENT))
    files = next(step for step in steps if step.name is Layer.FILES)
    expected = "1 file matches. The newest has 1.2 MB and is from Tue, Nov 14, 2023, 10:13 PM."
    assert files.detail == expected
