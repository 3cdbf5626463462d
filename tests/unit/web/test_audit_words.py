"""The audit log is written for people."""

import re
from pathlib import Path

from rollbook.web.pages.audit_words import (
    LONGEST,
    WORDS,
    action_words,
    begun,
    changes,
    changes_text,
)

PACKAGE = Path(__file__).parents[3] / "src" / "rollbook"
AREAS = (
    "backup|feed|identity_provider|import|installation|key|layout|link|person|records|rehearsal|schools"
    "|second_factor|settings|sign_in|students|term|token|value|year"
)


def test_every_action_that_is_written_has_words() -> None:
    text = "".join(path.read_text() for path in sorted(PACKAGE.rglob("*.py")))
    written = set(re.findall(rf'"((?:{AREAS})\.[a-z_]+)"', text))
    written -= set(re.findall(r'DistrictSetting\(\s+"([a-z_.]+)"', text))
    written -= {"records.storedfile", "records.job", "records.auditevent", "records.feed"}  # models
    written -= {"import.stopped", "rehearsal.held", "rehearsal.failed"}  # events of webhooks
    written = {each for each in written if not each.endswith((".csv", ".sql"))}
    statuses = {f"import.{status}" for status in ("completed", "failed", "held")}
    assert written | statuses == set(WORDS)


def test_an_action_of_a_newer_version_is_shown_as_it_is() -> None:
    assert action_words("moon.landed") == "moon.landed"


def test_what_changed_is_reported_thing_by_thing() -> None:
    before = {"time_zone": "UTC", "is_on": True, "gone": "x", "same": ""}
    after = {"time_zone": "America/New_York", "is_on": False, "days": [1, 2], "same": None}
    assert changes(before, after) == [
        ("time zone", "UTC", "America/New_York"),
        ("is on", "yes", "no"),
        ("gone", "x", ""),
        ("days", "", "1, 2"),
    ]
    assert changes(None, {"rules": {"scale": "auto"}}) == [("rules", "", "scale: auto")]
    assert changes(None, ["a"]) == [("", "", "a")]
    assert changes(None, None) == []


def test_the_csv_says_what_changed_in_words() -> None:
    before = {"time_zone": "UTC", "is_on": True, "gone": "x", "same": ""}
    after = {"time_zone": "America/New_York", "is_on": False, "days": [1, 2], "same": None}
    assert changes_text(before, after) == (
        "time zone: UTC → America/New_York; is on: yes → no; gone: x → (nothing); days: 1, 2"
    )
    assert changes_text(None, ["a"]) == "a"
    assert changes_text(None, None) == ""


def test_a_very_wide_mapping_only_begins_on_the_page_and_says_where_the_rest_is() -> None:
    assert begun("x" * LONGEST) == "x" * LONGEST
    assert begun("x" * 90_000) == "x" * LONGEST + "… The CSV file has the rest."
