"""What the tests of mails and heartbeats share."""

from pathlib import Path

import pytest

from tests.integration.notify.tls import certificate_and_key


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed but itself, and its key, in one file."""
    return certificate_and_key(tmp_path_factory.mktemp("tls"))
