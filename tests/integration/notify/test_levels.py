"""Which of the district's recipients get which email."""

import pytest

from rollbook.notify.messages import Kind, Notice

BY_LIST = {
    "import.notification_emails": "all@example.org",
    "import.problem_emails": "problems@example.org",
    "import.decision_emails": "reviews@example.org",
}
REVIEWS = {Kind.HELD, Kind.UNDECIDED, Kind.REHEARSAL_HELD}


@pytest.fixture
def _lists(records: str) -> None:
    from rollbook.records.operations.district import change_settings

    change_settings(BY_LIST, actor="test")


@pytest.mark.usefixtures("_lists")
def test_who_asked_for_reviews_only_gets_what_waits_for_a_decision_and_nothing_else() -> None:
    from rollbook.automation.mailing import recipients_of

    told = {kind: recipients_of(Notice(kind, "", "", "", "")) for kind in Kind}
    assert {kind for kind, to in told.items() if "reviews@example.org" in to} == REVIEWS
    assert all("all@example.org" in to for to in told.values())
    without = {kind for kind, to in told.items() if "problems@example.org" not in to}
    assert without == {Kind.RECOVERED}, "the all-clear goes to those who asked for everything"
