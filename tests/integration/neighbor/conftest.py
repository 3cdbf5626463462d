"""The neighbor's database in each of its shapes: one per module, with Rollbook in it."""

from collections.abc import Iterator
from zlib import crc32

import pytest
from hypothesis import settings

from tests.doubles.neighbor import KNOWN, SHAPES, Neighbor, neighbor_database
from tests.integration.cli.commands import CommandLine, student
from tests.integration.own_postgresql import oldest_installed, own_postgresql

IS_WHOLE = settings().max_examples > 100
"""By hand (`make verify`) every test goes through all shapes."""
TRIED = SHAPES if IS_WHOLE else SHAPES[:1]
"""Shapes that the long tests go through."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In the gate the tests of a file go through one shape: both are seen, each by half of them."""
    has_own = hasattr(metafunc.module, "neighbor")  # one for each test, of `empty_neighbor`
    if "neighbor" in metafunc.fixturenames and not has_own:
        turn = crc32(metafunc.module.__name__.encode()) % len(SHAPES)
        shapes = SHAPES if IS_WHOLE else SHAPES[turn : turn + 1]
        metafunc.parametrize("neighbor", shapes, indirect=True, scope="module")


def known_rows(count: int = KNOWN) -> list[str]:
    """Rows of the students that the application has, with the names that it has, and a few more."""
    return [
        student(n, grade=n).replace("Lovelace", f"Known{chr(64 + n)}") for n in range(1, count + 1)
    ]


@pytest.fixture(scope="session")
def neighbor_server() -> Iterator[str]:
    """The superuser's URL of a PostgreSQL 15, on which the neighbor runs."""
    with own_postgresql(oldest_installed()) as url:
        yield url


@pytest.fixture(scope="module")
def neighbor(neighbor_server: str, request: pytest.FixtureRequest) -> Iterator[Neighbor]:
    with neighbor_database(neighbor_server, request.param) as found:
        yield found


@pytest.fixture(params=TRIED)
def empty_neighbor(neighbor_server: str, request: pytest.FixtureRequest) -> Iterator[Neighbor]:
    """The application's database, one for each test, into which Rollbook has not come."""
    with neighbor_database(neighbor_server, request.param) as found:
        yield found


@pytest.fixture(scope="module")
def owner(neighbor: Neighbor, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Rollbook, migrated into that database by the role that owns it."""
    home = tmp_path_factory.mktemp("owner")
    home.chmod(0o700)
    command = CommandLine(home, {"DATABASE_URL": neighbor.owner})
    done = command("migrate")
    assert done.code == 0, done
    command("feeds", "set", "files", "--unchanged-for", "0")
    return command
