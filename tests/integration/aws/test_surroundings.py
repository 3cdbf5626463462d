"""What a function needs: settings out of secrets, and a database that proves who it is."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from rollbook.aws.setting_up import _read_secrets
from rollbook.core.secrets.aws_errors import SecretMissing
from tests.doubles.aws_server import aws_on_loopback
from tests.doubles.certificates import self_signed
from tests.integration.cli.commands import CommandLine
from tests.integration.own_postgresql import oldest_installed, own_postgresql

KEY = "a-name-or-an-arn"


@pytest.fixture(scope="module")
def aws() -> Iterator[dict[str, str]]:
    with aws_on_loopback() as environ:
        yield environ


def test_a_setting_is_read_from_the_secret_that_is_named_for_it(
    aws: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    boto3.client("secretsmanager").create_secret(Name=KEY, SecretString="value")
    environ = aws | {
        "ROLLBOOK_SECRET_KEY_SECRET": KEY,
        "ROLLBOOK_METRICS_TOKEN_SECRET": KEY,
        "ROLLBOOK_METRICS_TOKEN": "is set",
        "ROLLBOOK_DATABASE_SECRET": "rds!cluster-1",
        "OTHER_SECRET": "not ours",
    }
    _read_secrets(environ)
    assert environ["ROLLBOOK_SECRET_KEY"] == "value"
    assert environ["ROLLBOOK_METRICS_TOKEN"] == "is set", "what is set counts"
    assert "ROLLBOOK_DATABASE" not in environ, "it holds user and password, and is read later"
    assert "OTHER" not in environ
    with pytest.raises(SecretMissing) as missing:
        _read_secrets(aws | {"ROLLBOOK_SECRET_KEY_SECRET": "another"})
    assert "value" not in str(missing.value)


def test_a_database_is_used_only_if_the_named_authority_has_signed_for_it(tmp_path: Path) -> None:
    own, other = self_signed(tmp_path), self_signed(tmp_path, "other")
    command = CommandLine(tmp_path / "home")
    with own_postgresql(oldest_installed(), pair=own) as url:
        named = url.replace("127.0.0.1", "localhost")
        for address, authority, code in (
            (named, own, 0),
            (named, other, 1),
            (url.replace("127.0.0.1", "elsewhere.example"), own, 1),
        ):
            tls = f"{address}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={authority.chain}"
            done = CommandLine(command.home, {"DATABASE_URL": tls})("migrate")
            assert done.code == code, (address, done)
            assert ("couldn't be secured with TLS" in done.err) is bool(code)
