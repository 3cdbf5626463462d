"""Mails leave through a real server; what goes wrong is a sentence, without a password in it."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from rollbook.core.errors import UsageError
from rollbook.notify import channels
from rollbook.notify.channels import MailServer, mail_server, send_mail
from rollbook.notify.layout import mail_of
from rollbook.notify.mail_errors import MailNotSent, MailRefused
from rollbook.notify.messages import Mail, import_failed
from tests.doubles.dripping import dripping
from tests.doubles.ports import free_port
from tests.integration.notify.smtp import mail_box
from tests.integration.notify.tls import serving

MAIL = mail_of(
    import_failed("Äußere-Schüler", what="No.", todo="Ask.", attempts=1, job=7, link=None)
)


def send(
    server: MailServer,
    *recipients: str,
    context: ssl.SSLContext | None = None,
    mail: Mail = MAIL,
    sender: str = "rollbook@example.org",
) -> list[str]:
    return send_mail(
        mail,
        server,
        sender=sender,
        recipients=recipients or ["ada@example.org"],
        key="1-2",
        context=context,
    )


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


def test_a_recipient_the_server_does_not_know_is_named_and_the_others_get_it() -> None:
    with mail_box() as box:
        box.refuses.add("gone@example.org")
        server = MailServer("127.0.0.1", box.port)
        assert send(server, "gone@example.org", "ada@example.org") == ["gone@example.org"]
        with pytest.raises(MailRefused, match="rejected every recipient"):
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


@pytest.mark.parametrize("is_tls", [False, True])
def test_a_server_that_drips_is_left_at_the_deadline_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, is_tls: bool
) -> None:
    monkeypatch.setattr(channels, "LONGEST", 0.5)
    begin, drop = (b"\x16\x03\x03\x40\x00", b"x") if is_tls else (b"", b"220-wait\r\n")
    with dripping(begin, drop) as port:
        server = MailServer("127.0.0.1", port, tls=is_tls)
        for step in (send, channels.check_server):
            began = time.monotonic()
            with pytest.raises(MailNotSent, match="in time"):
                step(server)
            assert time.monotonic() - began < 20


def test_what_a_server_puts_off_is_tried_again() -> None:
    with mail_box() as box:
        server = MailServer("127.0.0.1", box.port)
        box.answers["RCPT"] = "451 try later"
        with pytest.raises(MailNotSent, match="code 451"):
            send(server)
        box.answers = {"MAIL": "450 try later"}
        with pytest.raises(MailNotSent, match="code 450"):
            send(server)
        box.answers = {"DATA": "452 no room"}
        with pytest.raises(MailNotSent, match="code 452"):
            send(server)
    assert not box.mails


def test_what_a_server_refuses_for_good_is_not_tried_again() -> None:
    with mail_box() as box:
        server = MailServer("127.0.0.1", box.port)
        box.answers["MAIL"] = "550 not you"
        with pytest.raises(MailRefused, match="rejected the sender"):
            send(server)
        box.answers = {"DATA": "554 Ada Lovelace's mail is spam"}
        with pytest.raises(MailRefused, match="code 554") as refused:
            send(server)
    assert "Lovelace" not in str(refused.value)
    assert not refused.value.is_transient


def test_a_sign_in_that_is_put_off_is_tried_again(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with mail_box(login=("user", "secret"), tls=serving(certificate)) as box:
        box.answers["AUTH"] = "454 the directory is away"
        with pytest.raises(MailNotSent, match="code 454"):
            send(MailServer("127.0.0.1", box.port, "user", "secret"), context=trusting)


def test_a_mail_that_arrived_counts_as_sent_however_the_server_says_goodbye() -> None:
    with mail_box() as box:
        box.answers["QUIT"] = "500 what?"
        assert send(MailServer("127.0.0.1", box.port)) == []
    assert len(box.mails) == 1


@pytest.mark.parametrize(("user", "password"), [("user", "pässword"), ("üser", "plain-word")])
def test_a_password_that_cannot_be_sent_is_a_sentence(user: str, password: str) -> None:
    with mail_box() as box, pytest.raises(MailRefused, match="outside ASCII") as refused:
        send(MailServer("127.0.0.1", box.port, user, password))
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "sender", ["", "rollbook", "a@example.org\nBcc: eve@example.org", "Roll, book <a@b.org>"]
)
def test_a_sender_that_is_no_address_is_a_sentence(sender: str) -> None:
    with mail_box() as box, pytest.raises(MailRefused, match="sender isn't an email address"):
        send(MailServer("127.0.0.1", box.port), sender=sender)
    assert not box.mails


def test_a_sender_may_have_a_name_in_any_language() -> None:
    with mail_box(utf8=False) as box:
        send(MailServer("127.0.0.1", box.port), sender="Schüler <rb@example.org>")
    assert str(box.mails[0]["From"]) == "Schüler <rb@example.org>"


def test_one_recipient_that_is_no_address_costs_the_others_nothing() -> None:
    bad = "eve@example.org\nBcc: mallory@example.org"
    with mail_box() as box:
        server = MailServer("127.0.0.1", box.port)
        assert send(server, bad, "nobody", "ada@example.org") == [bad, "nobody"]
        with pytest.raises(MailRefused, match="no recipient"):
            send(server, bad)
    assert box.recipients == [["ada@example.org"]]
    assert box.mails[0]["Bcc"] is None
    assert box.mails[0]["To"] == "ada@example.org"


def test_an_address_outside_ascii_needs_a_server_that_takes_it() -> None:
    with mail_box(utf8=True) as able:
        server = MailServer("127.0.0.1", able.port)
        assert send(server, "jürgen@example.org", "ada@example.org") == []
    with mail_box(utf8=False) as unable:
        server = MailServer("127.0.0.1", unable.port)
        assert send(server, "jürgen@example.org", "ada@example.org") == ["jürgen@example.org"]
    assert (len(able.recipients[0]), unable.recipients) == (2, [["ada@example.org"]])


@pytest.mark.parametrize(
    "feed", ["Ä" * 100, "x" * 100, "sis\r\nBcc: eve@example.org", "<b>&amp;", "学校\u2028名"]
)
def test_any_name_of_a_feed_arrives_in_one_subject_and_forges_nothing(feed: str) -> None:
    mail = mail_of(import_failed(feed, what="No.", todo="Ask.", attempts=1, job=7, link=None))
    with mail_box() as box:
        send(MailServer("127.0.0.1", box.port), mail=mail)
    (arrived,) = box.mails
    # A folded header may begin on its second line: the blank in front of it is the fold's.
    assert str(arrived["Subject"]).strip() == mail.subject
    assert " ".join(feed.split()) in mail.subject
    assert sorted(set(arrived.keys())) == sorted(arrived.keys())
    assert arrived["Bcc"] is None
    assert arrived.get_content_type() == "multipart/alternative"


def test_tls_from_the_first_byte_wants_a_certificate_too(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    with mail_box(tls=serving(certificate), tls_at_once=True) as box:
        server = MailServer("127.0.0.1", box.port, tls=True)
        assert send(server, context=trusting) == []
        with pytest.raises(MailRefused, match="self-signed"):
            send(server)
    assert len(box.mails) == 1


def test_a_server_without_tls_is_not_spoken_to_as_if_it_had() -> None:
    with mail_box() as box, pytest.raises(MailNotSent, match="with TLS"):
        send(MailServer("127.0.0.1", box.port, tls=True))


@pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example.org"])
def test_a_name_that_no_server_can_have_is_a_sentence(host: str) -> None:
    with pytest.raises(MailRefused, match="name that makes no sense"):
        send(MailServer(host, 25))


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
