"""The wait until a file on a server is complete: a step of the import that a person may skip."""

from dataclasses import replace

from rollbook.core.events import Listener, Logged, Phase, PhaseStarted, Progress
from rollbook.core.sources.arrival import Arrival, Look, State, Watch
from rollbook.core.sources.arrival_errors import FileChanged, FileStillEmpty, FileStillGrowing
from rollbook.core.sources.errors import FileNotFound
from rollbook.core.sources.folder import RemoteFile, look_at, named
from rollbook.core.sources.matching import Matching, matching_files
from rollbook.core.sources.remote import Remote

LOOK_EVERY = 3.0
"""Seconds between two looks at a file."""
NAP = 0.25
"""Seconds within which a person's wish to skip the wait is heard."""


async def newest_when_complete(
    remote: Remote, folder: str, *, pattern: str, arrival: Arrival, listener: Listener
) -> Matching:
    """The matching files once the newest of them has stayed the same for long enough.

    The folder is read again after the wait: where a newer file has come meanwhile, that one is
    waited for too. Raises FileChanged, FileStillEmpty, FileStillGrowing, and as `matching_files`.
    """
    found = await matching_files(remote, folder, pattern=pattern)
    if arrival.unchanged_for > 0:
        listener(PhaseStarted(Phase.ARRIVING))
        seconds = arrival.needed(found.newest.name, found.newest.size)
        unit = "second" if seconds == 1 else "seconds"
        listener(Logged(f"The file must not change for {seconds:g} {unit}."))
        begun, is_settled = remote.patience.clock(), False
        while not is_settled:
            watch = Watch(arrival, found.newest.name, begun)
            file = await until_complete(
                remote, folder, file=found.newest, watch=watch, listener=listener
            )
            if watch.left > 0:  # a person does not wish to wait
                found = replace(found, files=[file, *found.files[1:]])
                break
            found = await _again(remote, folder, pattern=pattern, file=file)
            is_settled = file == found.newest
    if found.newest.size == 0:
        raise FileStillEmpty(private=named(found.newest.name))
    return found


async def _again(remote: Remote, folder: str, *, pattern: str, file: RemoteFile) -> Matching:
    """The matching files after `file` was waited for. Raises FileChanged where it is gone."""
    gone = FileChanged(private=named(file.name))
    try:
        found = await matching_files(remote, folder, pattern=pattern)
    except FileNotFound as error:
        raise gone from error
    if file.name not in {each.name for each in found.files}:
        raise gone
    return found


async def until_complete(
    remote: Remote, folder: str, *, file: RemoteFile, watch: Watch, listener: Listener
) -> RemoteFile:
    """The file as it is once `watch` finds it complete, or a person does not wish to wait longer.

    Raises FileChanged where it is gone, FileStillGrowing, and as `look_at`.
    """
    clock = remote.patience.clock
    asked = clock()
    while True:
        state = watch.look(Look(file.size, file.modified), asked=asked, answered=clock())
        listener(Progress(Phase.ARRIVING, int(watch.passed), int(watch.needed)))
        if state is State.COMPLETE or watch.arrival.is_skipped():
            return file
        if state is State.GIVEN_UP:
            raise FileStillGrowing(seconds=asked - watch.begun, private=named(file.name))
        await nap(remote, watch)
        asked, before = clock(), file
        now = await look_at(remote, folder, name=file.name)
        if now is None:
            raise FileChanged(private=named(file.name))
        file = now
        if file != before and not watch.changes:
            listener(Logged("The file is still being uploaded. Waiting…"))


async def nap(remote: Remote, watch: Watch) -> None:
    """Sleep until the next look, or until a person does not wish to wait."""
    patience = remote.patience
    until = patience.clock() + min(LOOK_EVERY, watch.left)
    while not watch.arrival.is_skipped() and (left := until - patience.clock()) > 0:
        await patience.sleep(min(NAP, left))
