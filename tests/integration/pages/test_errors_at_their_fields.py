"""What is wrong with a field is said at that field, under the page's own name for it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_decisions import held  # noqa: F401 - a fixture

Person = Callable[..., Any]

FEED = {
    "name": "sis", "host": "sftp.example.org", "port": "22", "username": "ada",
    "sign_in": "password", "password": "x", "folder": "", "pattern": "*.csv", "worksheet": "",
    "required": "student_id,ssid", "percent_scale": "auto", "half_days": "refuse",
    "blanks": "keep", "new_students": "create", "leading_zeros": "on", "is_roster": "on",
    "rejected_limit": "10", "missing_limit": "20", "recipients": "",
}  # fmt: skip
SCHEDULE = {"is_on": "on", "times": "2:00 AM", "days": ["0", "1"], "pauses": ""}
TERM = {"season": "Winter", "year": "2026", "starts_on": "2026-01-05", "ends_on": "2026-03-20"}
SETTINGS = {
    "import.notification_emails": "", "import.unchanged_days": "3",
    "district.time_zone": "America/New_York", "retention.files_days": "14",
    "retention.issues_days": "90", "retention.changes_days": "400",
    "retention.jobs_days": "730", "retention.audit_days": "2555",
    "quality.iready_reading_grades": "K-8", "quality.iready_math_grades": "K-8",
    "quality.dibels_grades": "K-3", "quality.old_days": "14",
}  # fmt: skip


@pytest.fixture
def feed(pages: None) -> str:
    add_feed(username="ada")
    return "sis"


def error_at(page: str, field: str) -> str:
    """Return what the page says at a field; the control has to point to it."""
    found = re.search(
        rf'(?s)<p class="err" id="{re.escape(field)}_error">.*?<span>(.*?)</span>', page
    )
    assert found, (field, re.findall(r'class="err" id="([^"]*)"', page))
    assert re.search(rf'aria-describedby="[^"]*{re.escape(field)}_error', page), field
    return html.unescape(found[1])


def value(field: str, text: str, meant: str = "") -> dict[str, str]:
    """What the page of columns sends of a value that was typed."""
    named = {"typed_value_field": field, "typed_value_text": text}
    return named | {"typed_value_meant": meant}


def is_of_a_page(text: str) -> bool:
    return not re.search(r"`|(?<![\w-])--[a-z]|docs/|rollbook [a-z]", text)


def said(page: str) -> str:
    """Return what a person reads of a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style).*?</\1>", "", page)))


@pytest.mark.parametrize(
    ("field", "given", "label"),
    [
        ("name", "a b", "Name"),
        ("host", "sftp://x/y", "SFTP server"),
        ("port", "0", "Port"),
        ("username", "", "User name"),
        ("password", "", "Password"),
        ("sign_in", "eyes", "Sign in with"),
        ("pattern", "", "File name"),
        ("required", "name", "Each row must have"),
        ("percent_scale", "7", "Percentages"),
        ("half_days", "sideways", "Half-day absences"),
        ("blanks", "x", "Blank cells"),
        ("new_students", "x", "New students"),
        ("rejected_limit", "101", "Rows rejected"),
        ("legacy_algorithms", "rot13", "Outdated encryption (only if the test asks for it)"),
        ("recipients", "nobody", "Recipients"),
    ],
)
def test_feed(person: Person, field: str, given: str, label: str) -> None:
    page = person().post("/feeds/new/", FEED | {field: given}).content.decode()
    assert error_at(page, f"id_{field}")
    assert f'<a href="#id_{field}">{label}</a>: ' in page
    assert is_of_a_page(said(page))


@pytest.mark.parametrize(
    ("setting", "given", "field"),
    [
        ("host_key", "no key", "host"),
        ("half_days", "sideways", "half_days"),
        ("required", [], "required"),
        ("legacy_algorithms", ["rot13"], "legacy_algorithms"),
        ("recipients", ["nobody"], "recipients"),
        ("host", "a/b", "host"),
        ("pattern", " ", "pattern"),
        ("username", " ", "username"),
    ],
)
def test_what_only_the_operation_refuses_is_reported_at_the_field_too(
    person: Person, monkeypatch: pytest.MonkeyPatch, setting: str, given: object, field: str
) -> None:
    from rollbook.web.pages.feeds.form import FeedForm

    asked = FeedForm.settings
    monkeypatch.setattr(FeedForm, "settings", lambda form: asked(form) | {setting: given})
    page = person().post("/feeds/new/", FEED).content.decode()
    assert is_of_a_page(error_at(page, f"id_{field}"))
    assert is_of_a_page(said(page))


@pytest.mark.parametrize(
    ("field", "given", "label"),
    [
        ("times", "noon", "Times"),
        ("times", ", ".join(["2:00 AM"] * 2), "Times"),
        ("days", [], "Days"),
        ("pauses", "Christmas", "Pauses"),
        ("pauses", "2027-01-03 to 2026-12-21", "Pauses"),
    ],
)
def test_schedule(person: Person, feed: str, field: str, given: object, label: str) -> None:
    page = person().post(f"/feeds/{feed}/schedule/", SCHEDULE | {field: given}).content.decode()
    assert error_at(page, f"id_{field}")
    assert f'<a href="#id_{field}">{label}</a>: ' in page
    assert is_of_a_page(said(page))


@pytest.mark.parametrize(
    ("key", "given"),
    [(key, "nowhere") for key in SETTINGS] + [("retention.audit_days", "7")],
)
def test_settings(person: Person, key: str, given: str) -> None:
    page = person().post("/settings/", SETTINGS | {key: given}).content.decode()
    assert error_at(page, f"id_{key}")
    assert key not in said(page)
    assert is_of_a_page(said(page))


@pytest.mark.parametrize(
    ("field", "given"),
    [("season", "Monsoon"), ("year", "26"), ("starts_on", "soon"), ("ends_on", "2026-01-01")],
)
def test_terms(person: Person, field: str, given: str) -> None:
    page = person().post("/settings/terms/", TERM | {field: given}).content.decode()
    assert error_at(page, f"id_{field}")
    assert is_of_a_page(said(page))


@pytest.mark.parametrize("way", ["apply", "discard"])
@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "one\ntwo\x07"])
def test_decisions(held: int, person: Person, way: str, reason: str) -> None:  # noqa: F811
    page = person().post(f"/imports/{held}/decide/{way}/", {"reason": reason}).content.decode()
    assert "Say why, in one line" in error_at(page, "id_reason")
    assert is_of_a_page(said(page))


def test_another_import_that_runs_is_spoken_of_in_words_of_the_pages(
    held: int,  # noqa: F811
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.records.operations.jobs import ImportRunning
    from rollbook.web.pages.imports import decisions

    def refuse(*_: object, **__: object) -> None:
        raise ImportRunning(7)

    monkeypatch.setattr(decisions, "approve_import", refuse)
    answer = person().post(f"/imports/{held}/decide/apply/", {"reason": "Visitors"})
    page = said(answer.content.decode())
    assert "This feed is already importing (job 7)." in page
    assert "See Import history." in page
    assert is_of_a_page(page)


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        (value("", "x"), "typed-value-field", "There is no field"),
        (value("nickname", "x"), "typed-value-field", "no field nickname"),
        (value("ssid", "x"), "typed-value-field", "kept as they are"),
        (value("grade", ""), "typed-value-text", "1 to 255"),
        (value("grade", "a", "Zebra"), "typed-value-meant", "doesn't accept “Zebra”"),
        (value("grade", "K", "1") | {"typed_blank": "0"}, "typed-blank", "Do that under Values"),
        ({"typed_blank": " "}, "typed-blank", "1 to 100 visible"),
        ({"typed_blank": "N/A"}, "typed-blank", "in every feed"),
        ({"header": "Bus", "field": "nickname"}, "id_field", "no field"),
        ({"typed_header": "Other", "typed_field": "nickname"}, "id_field", "no field"),
        ({"header": "Fall 2025 Score",
          "field": "spring_2025_iready_reading_score"}, "id_field",
         "Add terms under Settings, Terms"),
    ],
)  # fmt: skip
def test_columns(
    person: Person,
    feed: str,
    sent: dict[str, str],
    field: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.web.pages.feeds import columns

    monkeypatch.setattr(columns, "last_header", lambda _: ("Student ID", "Bus", "Fall 2025 Score"))
    page = person().post(f"/feeds/{feed}/columns/", {"change": "all"} | sent).content.decode()
    assert words in error_at(page, field)
    assert f'href="#{field}"' in page
    assert "<title>Error: " in page
    assert is_of_a_page(said(page))


def test_what_was_typed_stays_beside_the_error(person: Person, feed: str) -> None:
    sent = {"change": "all"} | value("grade", "Kinder", "Zebra") | {"typed_blank": "Not enrolled"}
    page = person().post(f"/feeds/{feed}/columns/", sent).content.decode()
    assert 'value="Kinder"' in page
    assert 'value="Zebra"' in page
    assert 'value="Not enrolled"' in page
    assert re.search(r'<option value="grade"[^>]* selected', page)


def test_people(person: Person) -> None:
    from rollbook.access.models import User

    client = person()
    number = User.objects.get().pk
    page = said(client.post(f"/people/{number}/deactivate/", follow=True).content.decode())
    assert (
        "is the last administrator, and someone has to be one. Nothing was changed. "
        "Add another administrator first." in page
    )
    assert is_of_a_page(page)


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"email": "ada@example.org"}, "email", "reset its sign-in"),
        ({"password": "short"}, "password", "12 characters"),
    ],
)
def test_welcome(person: Person, sent: dict[str, str], field: str, words: str) -> None:
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations import make_link

    person()
    token = make_link(role=Role.VIEWER, actor="ada@example.org")
    given = {"email": "bo@example.org", "password": "a long enough sentence"} | sent
    page = Client().post(f"/welcome/{token}/", given).content.decode()
    assert words in error_at(page, f"id_{field}")
    assert is_of_a_page(said(page))
