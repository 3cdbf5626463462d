"""Seeing a student's value leaves an audit event with the address it went to."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from tests.integration.pages.test_who_may_see_what import (
    SAMPLES,
    job_and_feed,
    make_first_student,
)

Person = Callable[..., Any]
__all__ = ["job_and_feed"]  # a fixture

MARKERS = ("marker-value", "marker-student", "marker-cell", "marker-header")


@pytest.fixture
def values(job_and_feed: None) -> None:
    from django.db import connection

    from rollbook.records.models import Feed, IssueRow, Job, RejectedRow

    feed = Feed.objects.get(name="sis")
    given = {"feed": "sis", "feed_id": feed.pk, "started_by": "test", "dry_run": False}
    header = {"header": ["marker-header"]}
    job: Any = Job.objects.get(id=1)
    Job.objects.filter(id=1).update(input_data=given, output_data=job.output_data | header)
    IssueRow.objects.create(
        job_id=1,
        row_number=7,
        student_id="marker-student",
        column_header="Grade",
        code="BAD_GRADE",
        severity="error",
        value="marker-value",
        message="No grade.",
    )
    RejectedRow.objects.create(job_id=1, row_number=7, cells=["marker-cell"])
    make_first_student("marker-student")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.import_changes (job_id, feed_id, fields, is_stored, made_at)"
            " values (1, %s, '{grade}', false, now())",
            [feed.pk],
        )
        cursor.execute(
            "insert into rollbook.protected_values (id, student_id, field, value, reason,"
            " protected_by, protected_at)"
            " values (1, 1, 'grade', 'marker-value', 'It is so', 'ada', now())"
        )
        cursor.execute(
            "insert into rollbook.student_changes"
            " (job_id, row_number, given_id, is_new, had_data, after)"
            " values (1, 7, 'marker-student', true, false, '{4}')"
        )


def named_addresses() -> Iterator[tuple[str, str]]:
    """Every address of ours with its name."""
    from django.urls import URLPattern, reverse

    from rollbook.project.urls import urlpatterns

    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern):
            arguments = {name: SAMPLES[name] for name in pattern.pattern.converters}
            yield pattern.name or "", reverse(pattern.name or "", kwargs=arguments)


def seen() -> list[tuple[str, str, str, str, str]]:
    from rollbook.records.models import AuditEvent

    found: Any = AuditEvent.objects.filter(action__startswith="students.").order_by("id")
    return [
        (event.actor, event.action, event.subject, event.after["what"], event.origin)
        for event in found
    ]


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def has_marker(answer: Any) -> bool:
    text = body(answer)
    return any(each in text for each in MARKERS)


def test_every_address_says_whether_it_shows_values(django_ready: None) -> None:
    from rollbook.web.middleware.disclosure import (
        ACCOUNT_PAGES,
        RECORD_THEMSELVES,
        SHOWS,
        SHOWS_NONE,
    )

    names = {name for name, _ in named_addresses()}
    assert names == SHOWS_NONE | RECORD_THEMSELVES | set(SHOWS)
    assert not any(name.startswith(ACCOUNT_PAGES) for name in names)


def test_an_address_that_says_nothing_counts_as_showing_values(django_ready: None) -> None:
    from rollbook.web.middleware.disclosure import shown_by

    assert shown_by("a_new_page") is not None


@pytest.mark.usefixtures("values")
def test_a_page_shows_values_exactly_where_it_leaves_an_event(person: Person) -> None:
    client = person()
    shows = set()
    for name, address in named_addresses():
        before = len(seen())
        answer = client.get(address)
        has_values = answer.status_code < 300 and has_marker(answer)
        assert (len(seen()) > before) == has_values, name
        shows |= {name} if has_values else set()
    assert shows == {
        "feed_inbox", "job", "job_rows", "job_changes", "job_changes_csv", "job_problems_csv",
        "job_fix_it", "mapping", "protect", "protected", "protected_release", "student",
        "student_record",
    }  # fmt: skip
    assert {event[4] for event in seen()} == {"127.0.0.1"}


@pytest.mark.usefixtures("values")
def test_a_viewer_is_shown_no_value_anywhere(person: Person) -> None:
    client = person("viewer")
    for name, address in named_addresses():
        answer = client.get(address)
        assert not has_marker(answer), name
    assert seen() == []


@pytest.mark.usefixtures("values")
def test_searching_and_paging_are_one_look_and_each_download_is_one(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    client = person()
    for question in ("", "?q=marker-student", "?page=2"):
        client.get(f"/imports/1/rows/{question}")
    client.head("/imports/1/rows/")
    ada = ("ada@example.org", "students.viewed", "job 1", "rows with problems", "127.0.0.1")
    assert seen() == [ada]
    for _ in range(2):
        body(client.get("/imports/1/fix-it.csv"))
    assert [event[1] for event in seen()[1:]] == ["students.downloaded"] * 2

    client.get("/imports/1/rows/", REMOTE_ADDR="198.51.100.7")
    assert seen()[-1] == (*ada[:4], "198.51.100.7")

    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)
    client.get("/imports/1/rows/")
    assert seen()[-1] == ada
    assert len(seen()) == 5


@pytest.mark.usefixtures("values")
def test_values_that_cannot_be_recorded_are_not_shown(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.records.operations import audit

    def fail(*_: object, **__: object) -> None:
        raise OSError

    client = person()
    client.raise_request_exception = False
    monkeypatch.setattr(audit, "record", fail)
    answer = client.get("/imports/1/rows/")
    assert answer.status_code == 500
    assert "marker" not in body(answer)


@pytest.mark.usefixtures("values")
def test_the_address_is_the_one_that_declared_proxies_vouch_for(person: Person) -> None:
    from django.test import override_settings

    client = person()
    claimed = {"X-Forwarded-For": "192.0.2.1, 203.0.113.9"}
    body(client.get("/imports/1/fix-it.csv", headers=claimed))
    with override_settings(TRUSTED_PROXIES=[ip_network("127.0.0.0/8")]):
        body(client.get("/imports/1/fix-it.csv", headers=claimed))
    assert [event[4] for event in seen()] == ["127.0.0.1", "203.0.113.9"]
    page = body(client.get("/audit/?q=203.0.113"))
    assert "From where" in page
    assert "203.0.113.9" in page
    lines = body(client.get("/audit/audit.csv?q=203.0.113")).splitlines()
    assert lines[0].endswith(",from where")
    assert lines[1].endswith(",203.0.113.9")


def test_only_a_declared_proxy_can_say_that_tls_was_spoken(pages: None) -> None:
    from django.test import Client, override_settings

    with override_settings(
        SECURE_SSL_REDIRECT=True,
        IS_BEHIND_PROXY=True,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        TRUSTED_PROXIES=[ip_network("10.0.0.5")],
    ):
        for peer, status in (("10.0.0.5", 200), ("203.0.113.9", 301)):
            client = Client(REMOTE_ADDR=peer, headers={"X-Forwarded-Proto": "https"})
            assert client.get("/account/sign-in/").status_code == status
