"""One line about each section of a feed's settings."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("pages")


def feed(**settings: Any) -> Any:
    from rollbook.records.models import Feed

    return Feed(**settings)


def test_only_what_differs_from_the_standard_is_named() -> None:
    from rollbook.web.pages.feeds.form_sections import limits_words, reading_words

    assert limits_words(feed()) == reading_words(feed()) == "Standard"
    assert limits_words(feed(rejected_limit=15)) == "Standard, except Rows rejected 15%"
    said = "Standard, except Rows rejected 15% and New students 100%"
    assert limits_words(feed(rejected_limit=15, new_limit=100)) == said
    said = "Standard, except Half-day absences and Student IDs can start with zeros"
    assert reading_words(feed(half_days="up", leading_zeros=False)) == said


def test_server_file_and_recipients_are_one_line_each() -> None:
    from rollbook.core.file_set import ALL
    from rollbook.web.pages.feeds.form_sections import alerts_words, connection_words, file_words

    sis = feed(host="sftp.example.org", port=2222, username="u", pattern="*.csv")
    assert connection_words(sis) == "u at sftp.example.org, port 2222"
    assert connection_words(sis, means="password").endswith(", with a password")
    assert connection_words(feed()) == ""
    assert file_words(sis) == "Newest file that matches *.csv in the login folder"
    sis.files, sis.folder = ALL, "/out"
    assert file_words(sis) == "All files of a night that match *.csv in /out"
    assert alerts_words(sis) == "The district's recipients"
    sis.recipients, sis.webhook = ["a@example.org", "b@example.org"], "https://example.org/"
    assert alerts_words(sis) == "a@example.org, b@example.org, and a webhook"


def test_every_field_of_the_form_is_in_one_section() -> None:
    from rollbook.web.pages.feeds.form import FeedForm
    from rollbook.web.pages.feeds.form_sections import FIELDS
    from rollbook.web.pages.feeds.limits_form import LIMITS

    fields = [name for names in FIELDS.values() for name in names]
    assert len(fields) == len(set(fields))
    outside = {"reason", "offered_key", "accept_key"}
    assert {*fields} == {*FeedForm.base_fields, *LIMITS} - outside
