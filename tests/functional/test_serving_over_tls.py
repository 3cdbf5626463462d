"""`rollbook serve` that speaks TLS itself, with a certificate of its own making."""

import re
import socket
import ssl
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from rollbook.cli.tls import check_encrypted
from rollbook.core.errors import UsageError
from tests.doubles.certificates import Pair, self_signed
from tests.doubles.ports import free_port
from tests.functional.test_server_log import served
from tests.integration.cli.commands import CommandLine


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return self_signed(tmp_path)


def test_cookies_are_secure_browsers_remember_and_plain_http_is_refused(
    rollbook: CommandLine, tmp_path: Path, pair: Pair
) -> None:
    trusted = ssl.create_default_context(cafile=str(pair.chain))
    with served(rollbook, tmp_path, "--no-worker", *pair.options) as (plain, log):
        port = int(plain.rsplit(":", 1)[1])
        link = re.search(rf"https://localhost:{port}/welcome/\S+/", log.read_text())
        assert link
        with urllib.request.urlopen(link[0], context=trusted, timeout=60) as answer:
            assert answer.status == 200
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            cookies = answer.headers.get_all("Set-Cookie")
        assert cookies
        assert all("Secure" in cookie for cookie in cookies)
        assert all(cookie.startswith("__Host-") for cookie in cookies)
        assert answer_to_plain_http(port) == b""
        # Nobody is in front, so nobody can say that he came without TLS.
        claimed = urllib.request.Request(
            f"https://localhost:{port}/healthz", headers={"X-Forwarded-Proto": "http"}
        )
        with urllib.request.urlopen(claimed, context=trusted, timeout=60) as answer:
            assert answer.headers["Strict-Transport-Security"]
    assert "Traceback" not in log.read_text()


def answer_to_plain_http(port: int) -> bytes:
    """All that a client gets that does not speak TLS."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
        plain.sendall(b"GET /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionResetError):
            return plain.recv(65536)
    return b""


def test_a_key_that_others_can_read_is_refused(rollbook: CommandLine, pair: Pair) -> None:
    pair.key.chmod(0o644)
    done = rollbook("serve", *pair.options)
    assert done.code == 2
    assert f"Others on this computer can read the private key {pair.key}" in done.err
    assert f"chmod 600 {pair.key}" in done.err


def test_a_key_of_another_certificate_or_with_a_password_is_refused(
    rollbook: CommandLine, tmp_path: Path, pair: Pair
) -> None:
    other = self_signed(tmp_path, "other", password=b"a password")
    for key in (other.key, self_signed(tmp_path, "third").key):
        done = rollbook("serve", *Pair(pair.chain, key).options)
        assert done.code == 2
        assert "don't work together" in done.err
        assert "Nothing was started." in done.err


def test_options_and_setting_that_contradict_each_other_are_refused(
    rollbook: CommandLine, pair: Pair
) -> None:
    assert "go together" in rollbook("serve", *pair.options[:2]).err
    missing = rollbook("serve", *Pair(pair.chain, pair.key.with_name("none")).options)
    assert "No such file" in missing.err
    port = ("--port", str(free_port()))
    behind = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_TLS": "proxy"})
    assert "Leave out one or the other" in behind("serve", *port, *pair.options).err
    alone = CommandLine(rollbook.home, {**rollbook.environ, "ROLLBOOK_TLS": "alone"})
    assert "there is no certificate" in alone("serve", *port).err


def test_without_tls_a_network_is_served_only_where_that_is_asked_for(
    rollbook: CommandLine, django_ready: None
) -> None:
    from django.test import override_settings

    refused = rollbook("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert refused.code == 2
    assert "--tls-cert and --tls-key" in refused.err
    assert "--insecure-http" in refused.err
    for host in ("0.0.0.0", "::", "192.0.2.1", "rollbook.example.org"):
        with pytest.raises(UsageError, match="aren't encrypted"):
            check_encrypted(host)
        with override_settings(IS_TLS=True):
            check_encrypted(host)
    for own in ("127.0.0.1", "::1", "localhost", "127.1.2.3"):
        check_encrypted(own)
