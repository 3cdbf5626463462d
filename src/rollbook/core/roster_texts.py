"""What is said of the roster feed: the same by commands, pages, doctor and health."""

from collections.abc import Sequence
from typing import Final

from rollbook.core.quantities import listed

NO_ROSTER: Final = "No feed is the roster feed, so no students are added."
_OF_TESTS: Final = "its file has tests{title}, so it adds no students"


def roster_sentence(rosters: Sequence[str]) -> str:
    """Return which feeds say who is a student."""
    if not rosters:
        return NO_ROSTER
    if len(rosters) == 1:
        return f"{rosters[0]} is the roster feed: its file lists your students."
    return f"{listed(rosters)} are roster feeds: their files list your students."


def sentence_of_feed(feed: str, rosters: Sequence[str]) -> str:
    """Return the same as `feed` sees it, which has a server."""
    said = roster_sentence(rosters)
    return said if feed in rosters or not rosters else f"{said} {feed} adds no students."


def tests_sentence(feed: str = "it", title: str = "") -> str:
    """Return what is wrong with a roster feed whose file holds tests, of the layout `title`."""
    said = _OF_TESTS.format(title=f" (“{title}”)" if title else "")
    return f"{feed} is the roster feed, but {said}."


def hand_over(to: str, rosters: Sequence[str]) -> str:
    """Return how a feed becomes the roster feed in place of another one."""
    whose = "" if not rosters else f" --from {rosters[0] if len(rosters) == 1 else 'FEED'}"
    page = f"Feeds, {to}, Fields" if to != "FEED" else "its page Fields"
    return f"{page}, or `rollbook feeds hand-over --roster{whose} --to {to}`"


def to_the_sis(rosters: Sequence[str]) -> str:
    """Return what to do where the roster is with the wrong feed, or with none."""
    return f"Hand the roster over to your SIS's feed: {hand_over('FEED', rosters)}."
