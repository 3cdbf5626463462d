"""Which feed says who is a student: without one, nobody is added."""

from django.utils import timezone

from rollbook.core.roster_texts import roster_sentence, tests_sentence, to_the_sis
from rollbook.doctor.finding import Finding, State
from rollbook.records.queries.field_owners import roster_feeds, with_servers
from rollbook.records.queries.standings import feed_standings


def roster() -> Finding:
    """Name the roster feeds; warn where there is none, or one whose files are tests."""
    found = roster_feeds()
    if not with_servers():
        return Finding(
            "roster", State.OK, "Files uploaded by hand are the roster: no feed has a server."
        )
    if not found:
        return Finding("roster", State.WARNING, roster_sentence(found), to_the_sis(found))
    of_tests = [
        each.feed.name
        for each in feed_standings(timezone.now())
        if each.is_roster_of_tests and each.feed.name in found
    ]
    if of_tests:
        told = tests_sentence(of_tests[0])
        return Finding("roster", State.WARNING, told, to_the_sis(found), of_tests[0])
    return Finding("roster", State.OK, roster_sentence(found))
