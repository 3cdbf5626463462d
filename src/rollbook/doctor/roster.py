"""Which feed says who is a student: without one, nobody is added."""

from django.utils import timezone

from rollbook.doctor.finding import Finding, State
from rollbook.records.queries.field_owners import roster_feeds, with_servers
from rollbook.records.queries.standings import feed_standings

_HAND_OVER = (
    "Hand the roster over to the SIS's feed: its page Fields, or `rollbook feeds hand-over "
    "--roster --to FEED`."
)


def roster() -> Finding:
    """Name the roster feeds; warn where there is none, or one whose files are tests."""
    found = roster_feeds()
    if not with_servers():
        return Finding(
            "roster", State.OK, "Files by hand say who is a student: no feed has a server."
        )
    if not found:
        told = "No feed is the roster feed, so no new student is added."
        return Finding("roster", State.WARNING, told, _HAND_OVER)
    of_tests = [
        each.feed.name
        for each in feed_standings(timezone.now())
        if each.is_roster_of_tests and each.feed.name in found
    ]
    if of_tests:
        told = f"{of_tests[0]} is the roster feed, and its file holds tests: it adds no student."
        return Finding("roster", State.WARNING, told, _HAND_OVER, of_tests[0])
    if len(found) == 1:
        told = f"{found[0]} is the roster feed: its file says who is a student."
    else:
        told = f"{', '.join(found)} are roster feeds: their files say who is a student."
    return Finding("roster", State.OK, told)
