"""Why a file that was found is not proposed as the feed's, in words."""

from collections.abc import Mapping
from typing import Final

from rollbook.core.sources.renamed_files import WhyNot

WHY_NOT: Final[Mapping[WhyNot, str]] = {
    WhyNot.OTHER_FEED: "It belongs to another feed.",
    WhyNot.UNLIKE: "Its name isn't like this feed's files.",
    WhyNot.OLDER: "It's no newer than the last imported file.",
    WhyNot.TOO_WIDE: "A pattern that matches both names would match too many files.",
}


def why_not_proposed(why: str) -> str:
    """Return the sentence for a reason, as it is stored."""
    return WHY_NOT[WhyNot(why)]
