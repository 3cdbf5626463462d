"""Uploads that stall while a night's run looks at them, at a real SFTP server: never taken short.

The upload goes on with the clock of the run, which the test turns: nothing here sleeps, and a busy
machine changes nothing. Where a part is taken all the same, it must be held: it breaks off within a
row, or is far smaller than the last file (`tests/integration/faults/test_arriving_files.py` shows
that such files are held).
"""

import io
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rollbook.core.errors import SourceError
from rollbook.core.events import ignore
from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.table import much_smaller
from rollbook.core.sources.arrival import Arrival, Served
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.sftp import SftpConnection, SftpSource
from tests.integration.cli.commands import HEADER, student
from tests.integration.servers import RunningServer, asyncssh_server

WHOLE = "\n".join([HEADER, *(student(number) for number in range(1, 401)), ""]).encode()
RULES = FeedRules(missing_limit=20)
NEVER = 1e9
NOW = 1_800_000_000
SERVER_CLOCKS = (-900, 40_000_000)
"""Seconds by which a server's clock is wrong."""


@dataclass
class Upload:
    """A file that arrives while the clock runs: a part at once, and after a stall the rest."""

    file: Path
    shown: float
    """The share that is there when the stall begins."""
    stall: float
    is_at_row: bool
    skew: int
    now: float = 0.0
    seconds_for_the_rest: float = 9.0
    written: int = field(default=-1)

    def __post_init__(self) -> None:
        part = int(len(WHOLE) * self.shown)
        ends = WHOLE.index(b"\n", part) + 1
        self.part = ends if self.is_at_row else ends - 20
        self._write()

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self._write()

    def clock(self) -> float:
        return self.now

    def _write(self) -> None:
        rest = len(WHOLE) - self.part
        share = (self.now - self.stall) / self.seconds_for_the_rest
        size = self.part + int(rest * min(max(share, 0.0), 1.0))
        if size != self.written:
            self.file.write_bytes(WHOLE[:size])
            at = NOW + self.skew + int(self.now)
            os.utime(self.file, (at, at))
            self.written = size


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def server(served: Path) -> Iterator[RunningServer]:
    with asyncssh_server(served) as running:
        yield running


def came_to(upload: Upload, server: RunningServer, *, last_size: int) -> str:
    """What a run makes of an upload: whole, later, held, short."""
    connection = SftpConnection(
        server.host,
        server.user,
        port=server.port,
        password=server.password,
        host_key=server.host_key,
    )
    patience = Patience(
        sleep=upload.sleep, clock=upload.clock, sign_in=60.0, answer=60.0, listing=60.0
    )
    source = SftpSource(connection, "", "*.csv", patience=patience)
    last = Served("", last_size, 1) if last_size else None
    into = io.BytesIO()
    try:
        arrival = Arrival(unchanged_for=60, last=last)
        fetched = source.fetch(into, listener=ignore, arrival=arrival)
        source.check_unchanged()
    except SourceError as error:
        assert error.is_transient
        return "later"
    if into.getvalue() == WHOLE:
        return "whole"
    breaks_off = not into.getvalue().endswith(b"\n")
    is_far_smaller = much_smaller(fetched.size, last_size, RULES).part > 0
    return "held" if breaks_off or is_far_smaller else "short"


@pytest.mark.parametrize("skew", SERVER_CLOCKS)
def test_an_upload_that_stalls_is_taken_whole_or_later_or_held(
    served: Path, server: RunningServer, skew: int
) -> None:
    """Whatever the stall, where the last file was as large; without one, up to the feed's time."""
    stalls = (5.0, 55.0, 170.0, NEVER)
    lasts = (0, len(WHOLE))
    for stall, is_at_row, shown, last_size in itertools.product(
        stalls, (True, False), (0.6, 0.85), lasts
    ):
        upload = Upload(served / "students.csv", shown, stall, is_at_row, skew)
        result = came_to(upload, server, last_size=last_size)
        if stall < 60.0:
            assert result == "whole", (stall, is_at_row, shown, last_size)
        elif last_size or not is_at_row:
            assert result != "short", (stall, is_at_row, shown, last_size)


def test_a_file_that_was_there_all_day_takes_no_longer_than_the_feed_says(
    served: Path, server: RunningServer
) -> None:
    upload = Upload(served / "students.csv", 0.0, -10_000.0, True, 0)
    assert came_to(upload, server, last_size=len(WHOLE)) == "whole"
    assert upload.now == pytest.approx(60.0)


def test_an_upload_that_never_comes_to_an_end_is_left_for_later(
    served: Path, server: RunningServer
) -> None:
    upload = Upload(served / "students.csv", 0.1, 0.0, True, 0, seconds_for_the_rest=5_000.0)
    assert came_to(upload, server, last_size=0) == "later"
    assert upload.now == pytest.approx(300.0, abs=3.0)
