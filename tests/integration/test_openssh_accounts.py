"""An account of the machine, made for these tests, signs in to OpenSSH with key and password.

Only root can make one, as in CI; for others OpenSSH shows no passwords.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.servers import RunningServer, openssh_server
from tests.integration.test_sign_in import OTHER_TEXT, sign_in

PASSWORD = "S3cret-w0rd-of-an-account"
SETTINGS = "PasswordAuthentication yes\nAuthenticationMethods {methods}"


@contextmanager
def account() -> Iterator[str]:
    """A name that may sign in with `PASSWORD`, as long as the test lasts."""
    name = f"rollbook-t{os.getpid()}"
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", name], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{PASSWORD}", text=True, check=True)
        yield name
    finally:
        subprocess.run(["userdel", name], check=True)


@contextmanager
def server_of_account(methods: str) -> Iterator[RunningServer]:
    settings = SETTINGS.format(methods=methods)
    with (
        tempfile.TemporaryDirectory() as folder,  # pytest's own folders are root's alone
        account() as name,
        openssh_server(Path(folder), settings=settings) as server,
    ):
        Path(folder).chmod(0o755)
        (Path(folder) / "a.csv").write_bytes(b"content")
        server.authorized_keys.parent.chmod(0o755)  # type: ignore[union-attr]
        server.authorized_keys.chmod(0o644)  # type: ignore[union-attr]
        yield replace(server, user=name)


@pytest.mark.parametrize("methods", ["publickey,password", "password,publickey"])
def test_openssh_that_wants_key_and_password_gets_both(methods: str) -> None:
    if os.geteuid() != 0:
        return
    with server_of_account(methods) as server:
        assert sign_in(server, password=PASSWORD, key=server.private_key) is None
        wrong = sign_in(server, password="no", key=server.private_key)
        unknown = sign_in(server, password=PASSWORD, key=OTHER_TEXT)
        alone = sign_in(server, password=PASSWORD)
    assert wrong is not None and wrong.reason == "bad_credentials"
    assert unknown is not None and unknown.reason == "bad_credentials"
    keyless = "key_wanted_too" if methods.startswith("password") else "means_not_taken"
    assert alone is not None and alone.reason == keyless


def test_a_password_that_openssh_says_has_expired_is_told_as_that() -> None:
    if os.geteuid() != 0:
        return
    with server_of_account("password") as server:
        assert sign_in(server, password=PASSWORD) is None
        subprocess.run(["chage", "--lastday", "0", server.user], check=True)
        expired = sign_in(server, password=PASSWORD)
    assert expired is not None and expired.reason == "password_expired"
