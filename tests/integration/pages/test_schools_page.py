"""Schools of the file are mapped to the neighbor's on a page, which only a neighbor has."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

Person = Callable[..., Any]


@pytest.fixture
def neighbor(pages: None) -> None:
    """Schools of an application, and students whose file named theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create table public.schools (id serial primary key, name varchar(255) not null);"
            "insert into public.schools (name)"
            " values ('North Elementary'), ('South <b>Middle</b>');"
            "insert into public.students (id, student_id, created_at, updated_at)"
            " select n, n, now(), now() from generate_series(1, 5) n;"
            "insert into public.student_data_snapshots (student_id, school)"
            " select n, case when n < 4 then 'North Elem.' else 'Annex \"A\"' end"
            " from generate_series(1, 5) n"
        )


def saved(client: Any, *lines: tuple[str, str]) -> str:
    given = {"name": [name for name, _ in lines], "school": [key for _, key in lines]}
    return str(client.post("/settings/schools/", given, follow=True).content.decode())


@pytest.mark.usefixtures("neighbor")
def test_a_suggestion_counts_once_it_is_confirmed(person: Person) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.queries.schools import confirmed_schools

    client = person()
    assert "/settings/schools/" in client.get("/settings/").content.decode()
    page = client.get("/settings/schools/").content.decode()
    assert page.index("North Elem.") < page.index("Annex &quot;A&quot;")
    assert "Suggested" in page
    assert "South &lt;b&gt;Middle" in page
    assert confirmed_schools() == {}
    assert "Saved." in saved(client, ("North Elem.", "1"), ('Annex "A"', ""))
    assert {name: each.key for name, each in confirmed_schools().items()} == {"North Elem.": "1"}
    event = AuditEvent.objects.get(action="schools.mapped")
    assert (event.actor, event.after) == (
        "ada@example.org",
        {"North Elem.": "North Elementary (1)"},
    )
    assert "Schools matched" in client.get("/audit/").content.decode()


@pytest.mark.usefixtures("neighbor")
def test_an_older_page_of_schools_saves_nothing_and_keeps_what_was_chosen(
    person: Person,
) -> None:
    from rollbook.records.queries.schools import confirmed_schools

    client = person()
    saved(client, ("North Elem.", "1"))
    page = client.get("/settings/schools/").content.decode()
    seen = re.search(r'name="seen"\s+value="(\w+)"', page)
    assert seen is not None
    saved(client, ('Annex "A"', "1"))
    sent = {"name": ["North Elem.", 'Annex "A"'], "school": ["2", ""], "seen": seen[1]}
    page = client.post("/settings/schools/", sent).content.decode()
    assert "since you opened this page" in page
    assert re.search(r'value="2"\s+selected', page)
    assert {name: each.key for name, each in confirmed_schools().items()} == {
        "North Elem.": "1", 'Annex "A"': "1",
    }  # fmt: skip


@pytest.mark.usefixtures("neighbor")
def test_a_school_is_mapped_again_forgotten_and_told_where_it_is_gone(person: Person) -> None:
    from rollbook.records.queries.schools import confirmed_schools

    client = person()
    saved(client, ("North Elem.", "1"), ('Annex "A"', "2"))
    saved(client, ("North Elem.", "2"), ('Annex "A"', "2"))
    assert {each.key for each in confirmed_schools().values()} == {"2"}
    with connection.cursor() as cursor:
        cursor.execute("delete from public.schools where id = 2")
    assert (
        "South &lt;b&gt;Middle&lt;/b&gt; (gone)"
        in client.get("/settings/schools/").content.decode()
    )
    assert "2 of 2 mapped schools are gone" in client.get("/settings/").content.decode()
    saved(client, ("North Elem.", "as it is"), ('Annex "A"', "as it is"))
    assert {each.key for each in confirmed_schools().values()} == {"2"}
    assert "no such school" in saved(client, ("North Elem.", "1"), ('Annex "A"', "99"))
    assert confirmed_schools()["North Elem."].key == "2"
    page = saved(client, ("North Elem.", ""), ('Annex "A"', "not in the application"))
    assert {name: each.is_absent for name, each in confirmed_schools().items()} == {
        'Annex "A"': True
    }
    assert "Not there" in page
    saved(client, ("North Elem.", ""), ('Annex "A"', ""))
    assert confirmed_schools() == {}


@pytest.mark.usefixtures("neighbor")
def test_a_renamed_school_is_confirmed_under_its_new_name(person: Person) -> None:
    from rollbook.records.queries.schools import school_lines

    client = person()
    saved(client, ("North Elem.", "1"))
    with connection.cursor() as cursor:
        cursor.execute("update public.schools set name = 'North Elem of Arts' where id = 1")
    page = client.get("/settings/schools/").content.decode()
    assert page.count("selected") == 1
    assert "Gone" in page
    saved(client, ("North Elem.", "1"))
    assert [each.state for each in school_lines()] == ["confirmed", "not_mapped"]


def test_standing_alone_nothing_of_it_shows(person: Person) -> None:
    client = person()
    assert client.get("/settings/schools/").status_code == 302
    assert "/settings/schools/" not in client.get("/settings/").content.decode()
    assert client.post("/settings/schools/", {"name": "x", "school": "1"}).status_code == 302
