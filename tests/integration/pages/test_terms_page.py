"""Terms are looked at and added on a page."""

from collections.abc import Callable
from typing import Any

from django.db import connection

Person = Callable[..., Any]

WINTER = {"season": "Winter", "year": "2026", "starts_on": "2026-01-05", "ends_on": "2026-03-20"}


def columns(prefix: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = 'student_data_snapshots' AND column_name LIKE %s",
            [f"{prefix}%"],
        )
        (count,) = cursor.fetchall()[0]
    return int(count)


def test_a_term_is_added_with_its_columns_and_shown(person: Person) -> None:
    from rollbook.records.models import AuditEvent

    client = person()
    page = client.post("/settings/terms/", WINTER, follow=True).content.decode()
    assert "Winter 2026 is set up: 18 columns were added" in page
    assert "Winter 2026 i-Ready Reading Overall Score" in page
    assert "Jan 5, 2026" in page
    assert columns("winter_2026_") == 18
    assert AuditEvent.objects.filter(action="term.added", subject="Winter 2026").count() == 1
    assert "Winter 2026" in client.get("/settings/").content.decode()


def test_a_term_that_is_there_gets_the_days_that_are_given(person: Person) -> None:
    client = person()
    given = WINTER | {"season": "Spring", "year": "2025"}
    page = client.post("/settings/terms/", given, follow=True).content.decode()
    assert "Spring 2025 was already set up" in page
    assert "Mar 20, 2026" in page
    assert columns("spring_2025_") == 18


def test_a_term_that_cannot_be_is_refused_beside_what_was_typed(person: Person) -> None:
    client = person()
    backwards = WINTER | {"starts_on": "2026-03-20", "ends_on": "2026-01-05"}
    page = client.post("/settings/terms/", backwards).content.decode()
    assert "would end before it starts" in page
    assert 'value="2026-03-20"' in page
    page = client.post("/settings/terms/", WINTER | {"year": "26"}).content.decode()
    assert "2000" in page
    assert columns("winter_") == 0


def test_a_name_that_is_long_past_is_asked_about_with_the_days_that_would_count(
    person: Person,
) -> None:
    from django.utils import timezone

    from rollbook.core.catalogue.meant_terms import nearest

    client, likely = person(), nearest("Winter", timezone.now().date())
    before = {"season": "Winter", "year": str(int(likely.name[-4:]) - 1)}
    name = f"Winter {before['year']}"
    page = client.post("/settings/terms/", before).content.decode()
    assert f"Did you mean {name}?" in page
    assert f"it counts from November 16, {int(before['year']) - 1}" in page
    assert f"{likely.name} is the winter of the school year" in page
    assert columns("winter_") == 0
    page = client.post("/settings/terms/", before | {"meant": name}, follow=True).content.decode()
    assert f"{name} is set up" in page
    assert columns("winter_") == 18


def test_the_page_offers_the_nearest_term_with_its_days(person: Person) -> None:
    from django.utils import timezone

    from rollbook.core.catalogue.meant_terms import assumed, nearest, next_to_add
    from rollbook.records.queries.feeds import read_terms

    today = timezone.now().date()
    page = person().get("/settings/terms/").content.decode()
    offered = next_to_add([term.name for term in read_terms()], today)
    season, year = offered.name.split()
    assert f'value="{season}" selected' in page
    assert f'value="{year}"' in page
    assert assumed(nearest("Fall", today)) in page


def test_terms_are_for_administrators(person: Person) -> None:
    assert person(role="viewer").get("/settings/terms/").status_code == 403
