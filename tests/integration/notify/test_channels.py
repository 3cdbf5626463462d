"""Mails leave through a real server; what goes wrong is a sentence, without a password in it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rollbook.core.errors import RollbookError, UsageError
from rollbook.notify import channels
from rollbook.notify.channels import (
    HeartbeatFailed,
    MailNotSent,
    MailRefused,
    MailServer,
    call_heartbeat,
    mail_server,
    send_mail,
)
from rollbook.notify.messages import import_failed, mail_of
from tests.integration.notify.smtp import mail_box
from tests.integration.servers import free_port

MAIL = mail_of(
    import_failed("Äußere-Schüler", what="No.", todo="Ask.", attempts=1, job=7, link=None)
)


def send(server: MailServer, *recipients: str, context: ssl.SSLContext | None = None) -> list[str]:
    return send_mail(
        MAIL, server, sender="rollbook@example.org",
        recipients=recipients or ["ada@example.org"], key="1-2", context=context,
    )  # fmt: skip


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed but itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_as_it_was_written() -> None:
    with mail_box() as box:
        refused = send(MailServer("127.0.0.1", box.port), "ada@example.org", "bo@example.org")
    assert refused == []
    assert box.recipients == [["ada@example.org", "bo@example.org"]]
    (mail,) = box.mails
    assert mail["Subject"] == MAIL.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<rollbook-1-2@example.org>"
    assert box.words().splitlines() == MAIL.text.splitlines()
    html = mail.get_body(("html",))
    assert html is not None and html.get_content().strip() == MAIL.html


def test_a_password_travels_under_tls_alone(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with mail_box(login=("user", "secret"), tls=serving(certificate)) as box:
        server = MailServer("127.0.0.1", box.port, "user", "secret")
        assert send(server, context=trusting) == []
        with pytest.raises(MailRefused, match="user name or the password") as refused:
            send(MailServer("127.0.0.1", box.port, "user", "wrong-word"), context=trusting)
        assert "wrong-word" not in str(refused.value)
        with pytest.raises(MailRefused, match="certificate"):
            send(server)
    assert len(box.mails) == 1


def test_without_tls_no_password_is_sent() -> None:
    with mail_box() as box, pytest.raises(MailRefused, match="offers no TLS"):
        send(MailServer("127.0.0.1", box.port, "user", "secret"))


def test_whom_the_server_does_not_know_is_named_and_the_others_get_it() -> None:
    with mail_box() as box:
        box.refuses.add("gone@example.org")
        server = MailServer("127.0.0.1", box.port)
        assert send(server, "gone@example.org", "ada@example.org") == ["gone@example.org"]
        with pytest.raises(MailRefused, match="refused every recipient"):
            send(server, "gone@example.org")
    assert box.recipients == [["ada@example.org"]]


def test_a_server_that_is_away_or_silent_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MailNotSent) as away:
        send(MailServer("127.0.0.1", free_port()))
    monkeypatch.setattr(channels, "PATIENCE", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(MailNotSent) as hung:
            send(MailServer("127.0.0.1", silent.getsockname()[1]))
    assert away.value.is_transient and hung.value.is_transient


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587)),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, tls=True)),
        (
            "smtp://a%40b:p%2Fw@mail.example.org:25",
            MailServer("mail.example.org", 25, "a@b", "p/w"),
        ),
        ("", None),
    ],
)
def test_a_url_names_the_server(url: str, server: MailServer | None) -> None:
    assert mail_server(url) == server
    assert "p/w" not in repr(server)


@pytest.mark.parametrize("url", ["mail.example.org", "http://x", "smtp://u:secret@h:port"])
def test_what_names_no_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        mail_server(url)
    assert "secret" not in str(refused.value)


@contextmanager
def heartbeat_service(status: int) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/ping", asked
        server.shutdown()
        thread.join()


def test_a_dead_man_service_is_called() -> None:
    with heartbeat_service(200) as (url, asked):
        call_heartbeat(url)
    assert asked == ["/ping"]


def test_a_service_that_fails_is_told_and_no_file_is_ever_read() -> None:
    with heartbeat_service(500) as (url, _), pytest.raises(HeartbeatFailed, match="500"):
        call_heartbeat(url)
    failures: list[RollbookError] = []
    for url in (f"http://127.0.0.1:{free_port()}/", "file:///etc/passwd", "nonsense"):
        with pytest.raises(HeartbeatFailed) as caught:
            call_heartbeat(url)
        failures.append(caught.value)
    assert "passwd" not in "".join(map(str, failures))
