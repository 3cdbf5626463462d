"""Who wishes to stop an import waits for the end of a write, and is heard then."""

import signal
from collections.abc import Iterator

import pytest

from rollbook.automation.commit import held_back


@pytest.fixture
def _heard() -> Iterator[None]:
    """A shell's background process is started with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard")
def test_a_signal_waits_for_the_end_of_the_block_and_is_not_lost() -> None:
    written = []
    with pytest.raises(KeyboardInterrupt):
        with held_back():
            signal.raise_signal(signal.SIGINT)
            written.append("whole")
        written.append("too much")
    assert written == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
