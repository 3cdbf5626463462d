"""Which of the files that match are one delivery, where a feed takes all of one.

Pure. All times are a server's: they are compared with each other, never with our clock.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from rollbook.core.errors import SourceError
from rollbook.core.sources.arrival import Arrival, Served, packing_of
from rollbook.core.sources.freshness import ONE_NIGHT, PASSED_OVER, ServerFile
from rollbook.core.sources.source import Remark
from rollbook.core.sources.suggestions import some_of

FEWER: Final = "FEWER_FILES"
MORE: Final = "MORE_FILES"
OLDER: Final = "OLDER_FILES"

DATE: Final = re.compile(
    r"(?<!\d)(?:(?P<year>20\d\d)(?P<sep>[-_.]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)"
    r"|(?P<one>\d\d)(?P<mark>[-_.]?)(?P<two>\d\d)(?P=mark)(?P<later>20\d\d))(?:\d{4}|\d{6})?(?!\d)"
)
"""2026-11-26, 20261126, 11-26-2026, 11262026; right after it there may be a time."""

F = TypeVar("F", bound=ServerFile)


class DeliveryUnclear(SourceError):
    """Several files match, but the server gives no times and their names have no date, so we can't
    tell which belong together.

    Nothing was changed.

    Put the date in their names, such as students_g1_2026-11-26.csv, or have the feed import only
    the newest file."""

    reason = "delivery_unclear"


class FilesMissing(SourceError):
    """Only {count:,} of {expected:,} expected files have arrived.

    Nothing was changed.

    Try again once the export is finished. If that doesn't help, run the export again."""

    reason = "files_missing"
    is_transient = True


@dataclass(frozen=True, slots=True)
class Delivery(Generic[F]):
    """Files that belong together, by name; and how many were expected."""

    files: tuple[F, ...]
    expected: int
    older: int = 0
    """How many files match and belong to earlier deliveries."""
    later: tuple[F, ...] = ()
    """Files that came after all of them, but with an earlier date in their names."""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def modified(self) -> int:
        return max(file.modified for file in self.files)


def delivery_of(files: Sequence[F], arrival: Arrival, *, unseen: int = 0) -> Delivery[F]:
    """Return the newest delivery of the files that match; they are one at least.

    `unseen` is how many more match, but cannot be looked at. Raises DeliveryUnclear.
    """
    dates = {file.name: date_in(file.name) for file in files}
    is_dated = None not in dates.values()
    if not is_dated and len(files) > 1 and not any(file.modified for file in files):
        raise DeliveryUnclear(private=f"They are {some_of([file.name for file in files])}.")
    if is_dated:
        latest = max(day for day in dates.values() if day is not None)
        together = [file for file in files if dates[file.name] == latest]
    else:
        newest = max(file.modified for file in files)
        together = [file for file in files if newest - file.modified <= ONE_NIGHT]
    chosen = _since_the_last(together, arrival.before)
    newest = max(file.modified for file in chosen)
    rest = [file for file in files if file not in chosen]
    return Delivery(
        tuple(sorted(chosen, key=lambda file: file.name)),
        _expected(files, dates.values() if is_dated else None, arrival.last, unseen),
        older=len(rest),
        later=tuple(file for file in rest if file.modified > newest),
    )


def date_in(name: str) -> date | None:
    """Return the last date in a file's name. Month comes before day, unless it cannot be."""
    found = None
    for match in DATE.finditer(name):
        year = int(match["year"] or match["later"])
        one, two = int(match["month"] or match["one"]), int(match["day"] or match["two"])
        if match["one"] and one > 12:
            one, two = two, one
        try:
            found = date(year, one, two)
        except ValueError:
            continue
    return found


def _since_the_last(files: Sequence[F], before: Iterable[int]) -> list[F]:
    """Return those that came after the last import of earlier files; a first export of the same
    day is not mixed with a second."""
    newest = max(file.modified for file in files)
    earlier = max((time for time in before if time < newest), default=None)
    return [file for file in files if earlier is None or file.modified > earlier]


def _expected(
    files: Sequence[F],
    dates: Iterable[date | None] | None,
    last: Served | None,
    unseen: int,
) -> int:
    """Return how many files a delivery has: by the last import, or else by what the folder shows.

    A first import cannot know better than that each earlier date, or each name, was as whole.
    """
    if last is not None and last.files:
        return last.files
    return unseen + (max(Counter(dates).values()) if dates is not None else len(files))


def served_delivery(delivery: Delivery[F]) -> Served:
    """Return the delivery as it is kept."""
    return Served(
        packing_of(delivery.files[0].name),
        delivery.size,
        delivery.modified,
        files=len(delivery.files),
        files_expected=delivery.expected,
    )


def delivery_remarks(delivery: Delivery[F]) -> tuple[Remark, ...]:
    """Return what is worth knowing of the choice."""
    count, expected = len(delivery.files), delivery.expected
    names = some_of([file.name for file in delivery.files])
    remarks = []
    if count < expected:
        remarks.append(Remark(FEWER, _fewer(count, expected), names, is_warning=True))
    if count > expected:
        remarks.append(Remark(MORE, _more(count, expected), names, is_warning=True))
    if delivery.later:
        late = some_of([file.name for file in delivery.later])
        remarks.append(Remark(PASSED_OVER, _later(len(delivery.later)), late, is_warning=True))
    if delivery.older:
        remarks.append(Remark(OLDER, _older(delivery.older), "", is_warning=False))
    return tuple(remarks)


def _fewer(count: int, expected: int) -> str:
    files = "1 file" if count == 1 else f"{count:,} files"
    return f"{files} arrived, and {expected:,} were expected: some may be missing."


def _more(count: int, expected: int) -> str:
    return (
        f"{count:,} files arrived together, and {expected:,} were expected. Check whether all of "
        "them belong to one export."
    )


def _later(count: int) -> str:
    files = "1 matching file" if count == 1 else f"{count:,} matching files"
    return (
        f"{files} arrived later than those that were imported, but with an earlier date. Check "
        "whether the date in the imported files' names is wrong, for example in the future."
    )


def _older(count: int) -> str:
    if count == 1:
        return "1 more matching file belongs to an earlier delivery, so it was skipped."
    return f"{count:,} more matching files belong to earlier deliveries, so they were skipped."
