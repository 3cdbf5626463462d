"""The wait until all files of one delivery on a server are complete."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from rollbook.core.events import Listener, Logged, Phase, PhaseStarted, Progress
from rollbook.core.file_set import MOST_FILES, TooManyFiles
from rollbook.core.sources.arrival import Arrival, Look, State, Watch
from rollbook.core.sources.arrival_errors import FileChanged, FileStillEmpty, FileStillGrowing
from rollbook.core.sources.delivery import Delivery, FilesMissing, delivery_of
from rollbook.core.sources.folder import RemoteFile, look_at, named
from rollbook.core.sources.matching import AT_ONCE, Matching, matching_files
from rollbook.core.sources.remote import Remote
from rollbook.core.sources.waiting import nap


async def delivery_when_complete(
    remote: Remote, folder: str, *, pattern: str, arrival: Arrival, listener: Listener
) -> tuple[Matching, Delivery[RemoteFile]]:
    """The newest delivery once it has stayed the same for long enough, and what else matches.

    The folder is read at each look, so that a file that comes later is waited for too. Raises
    FileChanged, FileStillEmpty, FileStillGrowing, FilesMissing, TooManyFiles, and as
    `matching_files` and `delivery_of`.
    """
    found, delivery = await _now(remote, folder, pattern, arrival)
    if arrival.unchanged_for > 0:
        clock = remote.patience.clock
        asked = begun = clock()
        watch = Watch(arrival, delivery.files[0].name, begun)
        listener(PhaseStarted(Phase.ARRIVING))
        listener(Logged(_told(delivery, arrival)))
        while True:
            state = watch.look(_look(delivery), asked=asked, answered=clock())
            listener(Progress(Phase.ARRIVING, int(watch.passed), int(watch.needed)))
            if state is State.COMPLETE or arrival.is_skipped():
                break
            if state is State.GIVEN_UP:
                raise FileStillGrowing(seconds=asked - begun, private=_named(delivery))
            await nap(remote, watch)
            asked, before = clock(), delivery
            found, delivery = await _now(remote, folder, pattern, arrival)
            if delivery.files != before.files and not watch.changes:
                listener(Logged("The files are still being uploaded. Waiting…"))
    for file in delivery.files:
        if file.size == 0:
            raise FileStillEmpty(private=named(file.name))
    if arrival.is_tried_again and len(delivery.files) < delivery.expected:
        raise FilesMissing(
            count=len(delivery.files), expected=delivery.expected, private=_named(delivery)
        )
    return found, delivery


async def look_at_all(
    remote: Remote, folder: str, files: tuple[RemoteFile, ...]
) -> list[RemoteFile | None]:
    """The files as they are now; None for one that is gone."""
    seen: list[RemoteFile | None] = []
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        looks = (look_at(remote, folder, name=file.name) for file in some)
        seen += await asyncio.gather(*looks)
    return seen


def refuse_changed(files: Sequence[RemoteFile], now: Sequence[RemoteFile | None]) -> None:
    """Raise FileChanged where a file of `files` is no longer as it was."""
    for file, seen in zip(files, now, strict=True):
        if seen != file:
            raise FileChanged(private=named(file.name))


async def _now(
    remote: Remote, folder: str, pattern: str, arrival: Arrival
) -> tuple[Matching, Delivery[RemoteFile]]:
    """The delivery, each of its files looked at itself: a listing may be wrong."""
    found = await matching_files(remote, folder, pattern=pattern)
    delivery = delivery_of(found.files, arrival, unseen=len(found.unseen))
    if len(delivery.files) > MOST_FILES:
        raise TooManyFiles(count=len(delivery.files), limit=MOST_FILES)
    seen: list[RemoteFile] = []
    for file, now in zip(
        delivery.files, await look_at_all(remote, folder, delivery.files), strict=True
    ):
        if now is None:
            raise FileChanged(private=named(file.name))
        seen.append(now)
    return found, replace(delivery, files=tuple(seen))


def _look(delivery: Delivery[RemoteFile]) -> Look:
    files = tuple((file.name, file.size, file.modified) for file in delivery.files)
    return Look(delivery.size, delivery.modified, files)


def _told(delivery: Delivery[RemoteFile], arrival: Arrival) -> str:
    seconds = arrival.needed(delivery.files[0].name, delivery.size)
    unit = "second" if seconds == 1 else "seconds"
    return f"All {len(delivery.files):,} files must not change for {seconds:g} {unit}."


def _named(delivery: Delivery[RemoteFile]) -> str:
    return " ".join(named(file.name) for file in delivery.files[:5])
