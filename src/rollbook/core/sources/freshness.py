"""Whether the newest file is the only one that has come, and whether its date can be right.

Pure. All times are a server's: they are compared with each other, never with our clock.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Protocol

from rollbook.core.sources.arrival import Arrival, Served, packing_of
from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.source import Remark
from rollbook.core.sources.suggestions import some_of

DAY: Final = 24 * 3600
ONE_NIGHT: Final = 12 * 3600
"""Seconds between the first and the last file of one night."""
FAR_AHEAD: Final = 30 * DAY
FORGOTTEN: Final = 5 * 366 * DAY
MORE_THAN_USUAL: Final = 3
"""So many times the longest pause between two files before it."""

SEVERAL: Final = "SEVERAL_NEW_FILES"
AHEAD: Final = "FILE_DATED_AHEAD"
PASSED_OVER: Final = "NEWER_FILE_PASSED_OVER"


class ServerFile(Protocol):
    """A file as a server describes it; `modified` is the server's time in seconds."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def modified(self) -> int: ...


def served_of(files: Sequence[ServerFile], arrival: Arrival) -> Served:
    """Return the newest file as it is kept; `files` are those that match, the newest first."""
    newest = files[0]
    others = files[1].modified if len(files) > 1 else None
    fresh = len(fresh_files(files, arrival.before))
    return Served(packing_of(newest.name), newest.size, newest.modified, others, fresh)


def newest_beside(others: Iterable[NamedFile], newest: int) -> int:
    """Return the time of the newest of the files under other names that came with the one that
    was taken, or before it; 0 without any. Such a file is no later name of it."""
    times = [file.modified or 0 for file in others]
    return max((time for time in times if time <= newest + ONE_NIGHT), default=0)


def fresh_files(files: Sequence[ServerFile], before: Iterable[int]) -> list[ServerFile]:
    """Return the files that have come at about the same time as the newest one, which is first.

    What was there when an earlier file was imported is not fresh: a folder may keep its old files.
    A link to the newest file counts as that file. Where there are no times, nothing can be said.
    """
    newest = files[0].modified
    if not newest:
        return [*files[:1]]
    different = {(file.size, file.modified): file for file in reversed(files)}
    earlier = max((modified for modified in before if modified < newest), default=None)
    return [
        file
        for file in reversed(different.values())
        if newest - file.modified <= ONE_NIGHT and (earlier is None or file.modified > earlier)
    ]


def days_ahead(newest: int, others: Iterable[int], before: Iterable[int]) -> int:
    """Return by how many days the newest file is dated after all others; 0 where that is usual.

    `before` are the times of files that were imported. Where there are none, one other file tells
    little: it may have been forgotten there.
    """
    imported = {time for time in before if time < newest}
    times = sorted(imported | {time for time in others if time < newest})
    if not times:
        return 0
    usual = max((later - earlier for earlier, later in pairwise(times)), default=0)
    gap = newest - times[-1]
    least = FAR_AHEAD if imported or usual else FORGOTTEN
    return gap // DAY if gap > max(least, MORE_THAN_USUAL * usual) else 0


def passed_over(files: Sequence[ServerFile], served: Served, last: Served | None) -> int:
    """Return how many files have come since the last import, and lost against that import's file.

    They are dated before it: its date is perhaps in the future.
    """
    if last is None or not served.is_same(last):
        return 0
    known = -1 if last.others is None else last.others
    return sum(file.modified > known for file in files[1:])


def choice_remarks(
    files: Sequence[ServerFile], served: Served, arrival: Arrival
) -> tuple[Remark, ...]:
    """Return what speaks against the choice of the newest file."""
    remarks = []
    fresh = fresh_files(files, arrival.before)
    if len(fresh) > 1:
        names = some_of([file.name for file in fresh])
        remarks.append(Remark(SEVERAL, several_sentence(len(fresh)), names, is_warning=True))
    others = [file.modified for file in files[1:]]
    name = some_of([files[0].name])
    if days := days_ahead(files[0].modified, others, arrival.before):
        remarks.append(Remark(AHEAD, _ahead_sentence(days), name, is_warning=True))
    if late := passed_over(files, served, arrival.last):
        remarks.append(Remark(PASSED_OVER, _passed_over_sentence(late), name, is_warning=True))
    return tuple(remarks)


def several_sentence(count: int) -> str:
    """Return what is said where several files have come together."""
    return (
        f"{count:,} matching files arrived at about the same time, and only the newest is "
        "imported. The others aren't saved. If they are parts of one export, have the feed "
        "import all matching files together. If not, give each its own feed."
    )


def _ahead_sentence(days: int) -> str:
    return (
        f"The file is dated {days:,} days after every other matching file and after those "
        "imported before. Check that date: a file dated in the future is imported again each "
        "time, and newer ones are skipped."
    )


def _passed_over_sentence(count: int) -> str:
    files = "1 matching file" if count == 1 else f"{count:,} matching files"
    return (
        f"{files} arrived since the last import, but with an earlier date than the file imported "
        "then, so that one was imported again. Check whether its date is wrong, for example in "
        "the future. If so, remove the file or correct its date."
    )
