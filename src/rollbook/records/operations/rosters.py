"""Which feed says who is a student, handed from one feed to another."""

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.operations.feeds import update_feed
from rollbook.records.queries.feeds import locked_feed
from rollbook.records.queries.field_owners import roster_feeds


class NoRosterOf(UsageError):
    """The roster can't be handed over to {to}: {why}

    Nothing was changed.

    {advice}"""

    reason = "no_roster_of"


@translated()
@transaction.atomic
def hand_over_roster(to: str, *, from_feed: str = "", actor: str) -> str:
    """Let the feed `to` be the roster feed in place of another one; return that one's name, "" for
    none. `from_feed` may be left out where there is one at most. Raises UsageError.

    It applies from the next import. Students stay; those of the new feed's rejected rows come with
    its next import, also of the same file.
    """
    others = [name for name in roster_feeds() if name != to]
    if from_feed and from_feed not in others:
        why, advice = f"{from_feed} isn't another roster feed.", _those(others)
        raise NoRosterOf(to=to, why=why, advice=advice, field="from")
    if len(others) > 1 and not from_feed:
        why = "there are several roster feeds, and nothing says which one it replaces."
        raise NoRosterOf(to=to, why=why, advice=_those(others), field="from")
    before = from_feed or (others[0] if others else "")
    feeds = {name: locked_feed(name) for name in sorted(filter(None, (before, to)))}
    if not feeds[to].host:
        why = "it is for files imported by hand."
        raise NoRosterOf(to=to, why=why, advice="Name a feed with a server.", field="to")
    if before:
        update_feed(feeds[before], {"is_roster": False}, actor=actor, note={})
    if not feeds[to].is_roster:
        update_feed(feeds[to], {"is_roster": True}, actor=actor, note={})
    return before


def _those(others: list[str]) -> str:
    return f"Roster feeds are: {', '.join(others)}. Name one." if others else "Leave it out."
