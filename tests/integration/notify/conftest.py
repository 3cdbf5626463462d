"""What the tests of mails and heartbeats share."""

from pathlib import Path

import pytest

from tests.integration.notify.tls import self_signed


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed but itself, and its key, in one file."""
    return self_signed(tmp_path_factory.mktemp("tls"))
