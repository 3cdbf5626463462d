"""A cluster with its Data API, over a migrated database of the tests' own server."""

from collections.abc import Iterator

import pytest

from rollbook.data_api import client
from rollbook.data_api.address import ClusterAddress
from tests.doubles.data_api import DataApi, data_api
from tests.integration.cli.commands import CommandLine


@pytest.fixture
def api(rollbook: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataApi]:
    """Asked by this process too."""
    with data_api(rollbook.environ["DATABASE_URL"]) as served:
        for name, value in served.environ.items():
            monkeypatch.setenv(name, value)
        client.service.cache_clear()
        yield served
        client.service.cache_clear()


@pytest.fixture
def address(api: DataApi) -> ClusterAddress:
    return ClusterAddress.parse(api.address)


@pytest.fixture
def over_api(api: DataApi, rollbook: CommandLine) -> CommandLine:
    """The command line with the Data API instead of the server's own address."""
    given = {**rollbook.environ, **api.environ, "DATABASE_URL": api.address}
    return CommandLine(rollbook.home, given)
