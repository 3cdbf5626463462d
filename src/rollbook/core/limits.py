"""The limits of a feed beyond which an import is held, because the export has probably failed."""

from dataclasses import dataclass
from typing import Final

from rollbook.core.feed_settings import FeedRules
from rollbook.core.report import Report

LEAST_TO_HOLD: Final = 5
"""Below this number of rejected rows, or of students newly missing, no share holds a job."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an administrator has seen of a held import and accepted: as many, and no more."""

    rejected: int = 0
    missing: int = 0


NOTHING: Final = Accepted()


def hold_many_rejected(report: Report, rules: FeedRules, accepted: Accepted) -> None:
    """Hold where more rows were rejected than the feed allows."""
    counts = report.counts
    if counts.rejected > accepted.rejected and _is_over(
        counts.rejected, counts.total, percent=rules.rejected_limit
    ):
        report.hold(
            f"{counts.rejected:,} of {counts.total:,} rows were rejected, more than the "
            f"{rules.rejected_limit} % that this feed allows.",
            advice="See what is wrong below, have the file corrected and import it again; or "
            "decide to apply it as it is.",
        )


def hold_many_missing(report: Report, rules: FeedRules, accepted: Accepted, *, before: int) -> None:
    """Hold where more of the last file's students (`before`) are gone than the feed allows.

    A file that was cut at a line's end, or written for one school, looks like this.
    """
    gone = report.newly_missing
    if gone > accepted.missing and _is_over(gone, before, percent=rules.missing_limit):
        report.hold(
            f"{gone:,} of the {before:,} students of the last file are not in this one, more than "
            f"the {rules.missing_limit} % that this feed allows.",
            advice="See whether the export is complete, and have it run again. If so many have "
            "really left, decide to apply it as it is.",
        )


def _is_over(part: int, whole: int, *, percent: int) -> bool:
    return part >= LEAST_TO_HOLD and part * 100 > whole * percent
