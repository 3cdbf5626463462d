"""One real PostgreSQL for the whole run, and a fresh database for each test that asks for one."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from rollbook.core.sandbox import process as sandbox
from rollbook.embedded import programs
from tests.database import migrated_template, running_server
from tests.integration.cli import warm
from tests.integration.cli.commands import CommandLine
from tests.scratch import keep_in_memory

keep_in_memory()

# Before Django is set up: tests never touch a database or a home that is in use.
for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "ROLLBOOK_"))]:
    del os.environ[name]
# The pages' settings, where a test uses them in this process: nobody's key, nobody's home.
os.environ["ROLLBOOK_SECRET_KEY"] = "A" * 43 + "="
os.environ["ROLLBOOK_HOME"] = tempfile.mkdtemp(prefix="rollbook-tests-")

# A busy machine is no fault of the code, and what fails there can be repeated from its output.
settings.register_profile(
    "rollbook", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("verify", settings.get_profile("rollbook"), max_examples=500)
settings.load_profile("rollbook")

# Under another date (`make test-other-dates`) our PostgreSQL has to show the same one.
programs.ENVIRONMENT.update(
    {name: value for name, value in os.environ.items() if name.startswith(("LD_PRELOAD", "FAKE"))}
)

# The limited processes that read files begin as forks, too.
sandbox._begin = warm.Reader  # type: ignore[assignment]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A URL of the embedded server, or of the one that runs already for all tries of a mutant."""
    if running := os.environ.get("TEST_SERVER"):
        yield running
        return
    with running_server() as url:
        yield url


@pytest.fixture
def fresh_database(server: str) -> Iterator[str]:
    """A URL of an empty database, dropped after the test."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def readers_from_the_start() -> Iterator[None]:
    """The processes that read files begin as in the product, with nothing but what they load."""
    with warm.readers_from_the_start():
        yield


@pytest.fixture(scope="session")
def migrated(server: str) -> str:
    """The name of a database with all tables, migrated once, that others are copied from."""
    return migrated_template(server)


@contextmanager
def database_copy(server: str, template: str) -> Iterator[str]:
    """Give the URL of a copy of the database `template`, to which nobody is connected."""
    name = f"copy_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def rollbook(server: str, migrated: str, tmp_path: Path) -> Iterator[CommandLine]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with database_copy(server, migrated) as url:
        yield CommandLine(home, {"DATABASE_URL": url})


@pytest.fixture
def django_ready() -> None:
    """Django with the pages, because a process can have but one set of settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "rollbook.project.web_settings"
    import django
    from django.contrib.auth.hashers import ScryptPasswordHasher

    # The same algorithm at a small part of its cost: what a test signs in with needs no guard.
    ScryptPasswordHasher.work_factor = 2**4
    django.setup()


@pytest.fixture
def records(rollbook: CommandLine, django_ready: None) -> Iterator[str]:
    """The URL of the database that Django's connection leads to."""
    url = rollbook.environ["DATABASE_URL"]
    from django.db import connections

    from rollbook.project import environment

    chosen = connections.configure_settings({"default": environment.database(url)})
    connections.settings["default"] = chosen["default"]
    if "default" in {each.alias for each in connections.all(initialized_only=True)}:
        del connections["default"]
    yield url
    connections.close_all()
