"""A deployment: the zip's functions in an empty database, each under the role meant for it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import psycopg
import pytest

from rollbook.embedded.account import binaries, server_account
from tests.doubles.aws_server import aws_on_loopback
from tests.doubles.gateway import HOST, Browser
from tests.doubles.lambda_runtime import Answered, Built, Function, function
from tests.integration.own_postgresql import owned_database

OWNER, SERVING, KEY = "rds!cluster-1", "rollbook-serving", "rollbook-key"
ROLE = "rollbook_serve"
DUE, MIGRATE = {"do": "due"}, {"do": "migrate"}
FIRST_KEY, ANOTHER_KEY = f"{'A' * 43}=", f"{'B' * 42}A="


@dataclass
class Account:
    """What the stack has made: a database, three secrets, functions that are started here."""

    url: str
    environ: dict[str, str]
    built: Built
    opened: ExitStack
    secrets: Any

    def start(self, handler: str = "importer", *, signs_in: str = SERVING, **more: str) -> Function:
        environ = self.environ | {"ROLLBOOK_DATABASE_SECRET": signs_in} | more
        name = f"rollbook.aws.{handler}.handler"
        return self.opened.enter_context(function(self.built, environ, name))

    def keep(self, name: str, user: str, password: str) -> None:
        text = json.dumps({"username": user, "password": password})
        self.secrets.put_secret_value(SecretId=name, SecretString=text)

    def ask(self, statement: str) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()


@pytest.fixture(scope="module")
def account(built: Built) -> Iterator[Account]:
    with ExitStack() as opened:
        programs = binaries(server_account())
        superuser, owner = opened.enter_context(owned_database(programs))
        parts = urlsplit(owner)
        nobody = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        aws = opened.enter_context(aws_on_loopback())
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        for name, value in aws.items():
            patch.setenv(name, value)
        secrets = boto3.client("secretsmanager")
        for name in (OWNER, SERVING):
            secrets.create_secret(Name=name, SecretString="{}")
        secrets.create_secret(Name=KEY, SecretString=FIRST_KEY)
        environ = aws | {
            "DATABASE_URL": nobody,
            "ROLLBOOK_SECRET_KEY_SECRET": KEY,
            "ROLLBOOK_SECRETS": "aws",
            "ROLLBOOK_URL": f"https://{HOST}",
            "ROLLBOOK_ALLOWED_HOSTS": HOST,
        }
        made = Account(superuser, environ, built, opened, secrets)
        made.keep(OWNER, parts.username or "", unquote(parts.password or ""))
        made.keep(SERVING, ROLE, "first")
        yield made


@pytest.fixture(scope="module")
def migration(account: Account) -> Function:
    """The function that has migrated the empty database."""
    started = account.start(signs_in=OWNER, ROLLBOOK_SERVING_SECRET=SERVING)
    assert started(MIGRATE).did["did"] == [{"migrated": True}]
    return started


def test_importer_and_pages_work_as_the_role_that_the_migration_makes(
    account: Account, migration: Function
) -> None:
    assert migration(MIGRATE).did["ok"], "each deployment does it"
    added = migration({"do": "migrate", "term": "winter 2031"}).did["did"]
    assert added == [{"migrated": True}, {"term": "Winter 2031"}]
    importer = account.start()
    assert importer(DUE).did == {"ok": True, "did": [], "next_attempt_at": None}
    assert reason(importer({"do": "migrate", "term": "Winter 2032"})) == "migration_failed"
    pages = account.start("pages")
    links = [pages({"do": "first-link"}).did["did"][0]["link"] for _ in range(2)]
    assert all(each.startswith(f"https://{HOST}/welcome/") for each in links)
    told = "\n".join(pages.log)
    assert not any(each.rstrip("/").rpartition("/")[2] in told for each in links)
    assert account.ask("select count(*) from rollbook.access_signinlink") == [(1,)], "one ended"
    browser = Browser(pages)
    assert browser.get("/account/sign-in/").status == 200
    connected = "select usename::text from pg_stat_activity where application_name = 'rollbook'"
    assert account.ask(connected) == [], "a connection would keep the database awake"
    account.keep(SERVING, ROLE, "second")
    assert migration(MIGRATE).did["ok"]
    assert browser.get("/account/sign-in/").status == 200, "the secret was read again"
    assert importer(DUE).did["ok"]


@pytest.mark.usefixtures("migration")
def test_no_function_works_with_another_key_than_the_first_migration_had(account: Account) -> None:
    importer = account.start(ROLLBOOK_SECRET_KEY=ANOTHER_KEY)
    assert [reason(importer(each)) for each in (DUE, MIGRATE)] == [
        "key_differs", "migration_failed",
    ]  # fmt: skip
    pages = account.start("pages", ROLLBOOK_SECRET_KEY=ANOTHER_KEY)
    shown = Browser(pages).get("/account/sign-in/")
    assert (shown.status, "The key here isn't the one" in shown.text) == (503, True)


def reason(answered: Answered) -> str:
    assert answered.error is not None, answered
    return str(answered.error["errorMessage"].rpartition("[")[2].rstrip("]"))
