"""Who wishes to stop an import waits for the end of a write, and is heard then."""

import signal

import pytest

from rollbook.automation.commit import held_back


def test_a_signal_waits_for_the_end_of_the_block_and_is_not_lost() -> None:
    written = []
    with pytest.raises(KeyboardInterrupt):
        with held_back():
            signal.raise_signal(signal.SIGINT)
            written.append("whole")
        written.append("too much")
    assert written == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
