"""Tries an SFTP connection layer by layer and reports at each what was found and what to do."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import Any, BinaryIO, Protocol, TypeVar

from rollbook.core.errors import FileRefused, SourceError
from rollbook.core.events import ignore
from rollbook.core.quantities import clock_text, size_text
from rollbook.core.sources.arrival import AT_ONCE, Arrival, Watch
from rollbook.core.sources.arrival_errors import FileStillEmpty
from rollbook.core.sources.connection import SftpConnection, check_pattern
from rollbook.core.sources.delivery import DeliveryUnclear, delivery_of
from rollbook.core.sources.failed_step import failed_step
from rollbook.core.sources.folder import RemoteFile, named
from rollbook.core.sources.keys import as_line, fingerprint, fingerprint_of, pinned_key
from rollbook.core.sources.matching import Matching, count_files, matching_files
from rollbook.core.sources.network import Address, open_port, resolve
from rollbook.core.sources.patience import Patience
from rollbook.core.sources.remarks import remarks
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.session import explained, shown_host_key, signed_in
from rollbook.core.sources.sftp import download
from rollbook.core.sources.sign_in_errors import HostKeyChanged
from rollbook.core.sources.source import Receiver
from rollbook.core.sources.steps import Layer, State, Step
from rollbook.core.sources.waiting import until_complete

HEADER_LIMIT = 256 << 20
"""A larger file is not fetched only to look at its header."""
TEST_PATIENCE = Patience()
SHORTLY = Arrival(unchanged_for=0.5, growth=1.0)
"""A person waits for the answer, so a growing file is said to be growing early."""
NO_KEY_YET = "Not tried: your key is created when you save the feed."
SAVE_FIRST = (
    "Save the feed, send the public key you see then to your vendor, and test again once it's "
    "installed."
)
T = TypeVar("T")


class ReadHeader(Protocol):
    """Returns what the header of a file holds, such as "52 known columns"."""

    @property
    def scratch(self) -> Callable[[], BinaryIO]:
        """Gives an anonymous file in a folder that is for students' values."""

    def __call__(self, file: BinaryIO, name: str, size: int) -> str:
        """May raise FileRefused."""


def never(step: Step) -> bool:
    """Confirm no key."""
    return False


def test_connection(
    connection: SftpConnection,
    folder: str,
    pattern: str,
    *,
    read_header: ReadHeader | None = None,
    is_right: Callable[[Step], bool] = never,
    patience: Patience = TEST_PATIENCE,
    zone: tzinfo = UTC,
    signs_in: bool = True,
) -> Generator[Step, None, None]:
    """The steps, each as soon as it is known; the first failure is the last step.

    Where no key of the server is confirmed yet, `is_right` is asked about the one that it shows;
    unless it says so, the step of the host key is the last and no credential is sent. Times are
    shown in `zone`. Without `signs_in` no credential is sent either: no server knows the key yet.
    """
    trial = _Trial(connection, folder, pattern=check_pattern(pattern), patience=patience, zone=zone)
    with asyncio.Runner() as runner:
        try:
            yield from trial.below_sign_in(runner)
            shown = trial.judge_host_key()
            yield shown
            if not signs_in:
                yield Step(Layer.SIGN_IN, State.SKIPPED, NO_KEY_YET, advice=SAVE_FIRST)
            elif connection.host_key is not None or is_right(shown):
                trial.connection = replace(connection, host_key=shown.host_key)
                yield from trial.above_sign_in(runner, read_header)
        except (SourceError, FileRefused) as error:
            yield failed_step(trial.layer, error)
        finally:
            runner.run(trial.open.aclose())


test_connection.__test__ = False  # type: ignore[attr-defined]  # its name is not a test's


class _Trial:
    """What one test has found out so far."""

    def __init__(
        self,
        connection: SftpConnection,
        folder: str,
        *,
        pattern: str,
        patience: Patience,
        zone: tzinfo,
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.pattern = pattern
        self.patience = patience.for_sign_in(connection.sign_in_seconds)
        self.zone = zone
        self.layer = Layer.NAME
        self.addresses: list[Address] = []
        self.shown = ""
        self.open = AsyncExitStack()

    def below_sign_in(self, runner: asyncio.Runner) -> Iterator[Step]:
        seconds = self.patience.sign_in
        host, port = self.connection.host, self.connection.port
        self.addresses = resolve(host, port, seconds=seconds)
        yield self._ok(f"{host} is at {self.addresses[0][1][0]}.")
        self.layer = Layer.PORT
        runner.run(open_port(host, self.addresses, seconds=seconds)).close()
        yield self._ok(f"Port {port} is open.")
        self.layer = Layer.ALGORITHMS
        self.shown = runner.run(
            shown_host_key(self.connection, self.addresses, patience=self.patience)
        )
        yield self._ok("Secure connection.")

    def judge_host_key(self) -> Step:
        """Report whether the shown key is the confirmed one, or new. Raises HostKeyChanged."""
        self.layer, shown = Layer.HOST_KEY, self.shown
        now = fingerprint_of(shown)
        pinned = pinned_key(self.connection)
        if pinned is None:
            found = f"First time connecting. This server's fingerprint is {now}."
        elif as_line(pinned) == shown:
            found = f"This is the server you confirmed: {now}."
        else:
            raise HostKeyChanged(
                host=self.connection.host,
                confirmed=fingerprint(pinned),
                fingerprint=now,
                host_key=shown,
            )
        advice = "" if pinned else "Compare it with the fingerprint your vendor gave you."
        return replace(self._ok(found), host_key=shown, fingerprint=now, advice=advice)

    def above_sign_in(
        self, runner: asyncio.Runner, read_header: ReadHeader | None
    ) -> Iterator[Step]:
        self.layer = Layer.SIGN_IN
        session = signed_in(self.connection, self.addresses, patience=self.patience)
        remote = runner.run(self.open.enter_async_context(session))
        yield self._ok(f"Signed in as {self.connection.user} with the {self.connection.means}.")
        self.layer = Layer.FOLDER
        count = runner.run(self._explained(count_files(remote, self.folder)))
        yield self._ok(f"We can read the folder. Files in it: {count:,}.")
        self.layer = Layer.FILES
        found = runner.run(
            self._explained(matching_files(remote, self.folder, pattern=self.pattern))
        )
        newest = runner.run(self._explained(self._complete(remote, found.newest)))
        yield replace(
            self._ok(_found(found, newest, self.zone)),
            newest_at=newest.modified_at.timestamp() if newest.modified else None,
            private=" ".join([named(newest.name), *(each.with_names for each in remarks(found))]),
        )
        self.layer = Layer.HEADER
        yield self._read_header(runner, remote, file=newest, read_header=read_header)

    async def _explained(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Put what the server reports into our words; the session's own block is left later."""
        with explained(self.connection):
            return await waiting

    async def _complete(self, remote: Remote, file: RemoteFile) -> RemoteFile:
        watch = Watch(SHORTLY, file.name, remote.patience.clock())
        found = await until_complete(remote, self.folder, file=file, watch=watch, listener=ignore)
        if found.size == 0:
            raise FileStillEmpty(private=named(file.name))
        return found

    def _read_header(
        self,
        runner: asyncio.Runner,
        remote: Remote,
        *,
        file: RemoteFile,
        read_header: ReadHeader | None,
    ) -> Step:
        if read_header is None:
            return Step(self.layer, State.SKIPPED, "Not needed.")
        if file.size > HEADER_LIMIT:
            return Step(self.layer, State.SKIPPED, "The file is too large to look at its header.")
        with read_header.scratch() as into:
            receiver = Receiver(into, size=file.size, listener=ignore)
            loading = download(remote, file, receiver=receiver)
            runner.run(self._explained(loading))
            into.seek(0)
            return self._ok(f"{read_header(into, file.name, file.size)}.")

    def _ok(self, detail: str) -> Step:
        return Step(self.layer, State.OK, detail)


def _found(found: Matching, newest: RemoteFile, zone: tzinfo) -> str:
    count = len(found.files)
    matching = "1 file matches" if count == 1 else f"{count:,} files match"
    told = f"{matching}. The newest has {size_text(newest.size)}"
    if newest.modified:
        local = newest.modified_at.astimezone(zone)
        told += f" and is from {local:%a, %b} {local.day}, {local.year}, {clock_text(local)}"
    told += "."
    if (together := _together(found)) > 1:
        told += (
            f" {together:,} of them arrived together: the feed's settings say whether they are "
            "one export."
        )
    return " ".join([told, *(each.sentence for each in remarks(found))])


def _together(found: Matching) -> int:
    """Return how many files are the newest delivery; 0 where nothing tells."""
    try:
        return len(delivery_of(found.files, AT_ONCE).files)
    except DeliveryUnclear:
        return 0
