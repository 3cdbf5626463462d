"""Every address, as nobody, a viewer, an administrator and a deactivated one."""

from collections.abc import Callable
from typing import Any

import pytest

Person = Callable[..., Any]

SAMPLES = {"number": "1", "row": "9", "name": "sis", "token": "nothing", "way": "apply",
           "what": "activate", "field": "grade", "layout": "own-aeries-query"}  # fmt: skip


RULES = ("everyone", "people", "members", "student_readers", "administrators")


def own_addresses() -> list[tuple[str, Any]]:
    """Every address of ours with sample arguments, and its view."""
    from django.urls import URLPattern, reverse

    from rollbook.project.urls import urlpatterns

    found = []
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern):
            wanted = pattern.pattern.converters
            arguments = {name: SAMPLES[name] for name in wanted}
            found.append((reverse(pattern.name or "", kwargs=arguments), pattern.callback))
    return found


@pytest.fixture
def job_and_feed(pages: None) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Feed, Job
    from rollbook.records.operations.jobs import now

    Feed.objects.create(
        name="sis", host="sftp.example.org", username="x", pattern="*.csv", required=["student_id"]
    )
    report = Report(status="completed").as_object(1)
    Job.objects.create(
        id=1,
        job_type=JOB_TYPE,
        status="completed",
        created_at=now(),
        started_at=now(),
        completed_at=now(),
        input_data={"feed": "sis", "feed_id": 2, "started_by": "test", "dry_run": False},
        output_data={"report": report, "header": ["Student ID"]},
    )


def make_first_token() -> None:
    """Make a token with the number of the samples, of the only administrator."""
    from rollbook.access.models import ApiToken, User
    from rollbook.access.operations import make_token
    from rollbook.access.scopes import Scope

    make_token("nightly", [Scope.READ], owner=User.objects.get(), actor="test")
    ApiToken.objects.update(id=1)


def make_first_student(student_id: str = "0000001") -> None:
    """Make a student with the number of the samples."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("insert into public.students (id, student_id) values (1, %s)", [student_id])
        cursor.execute("select setval(pg_get_serial_sequence('public.students', 'id'), 1)")


def make_first_layout() -> None:
    """Make a layout with the name of the samples."""
    from rollbook.records.operations.layouts import save_layout
    from rollbook.records.queries.layouts import document_to_export

    save_layout(document_to_export("aeries-query"), actor="test")


@pytest.mark.usefixtures("job_and_feed")
def test_every_view_says_who_may_see_it() -> None:
    for address, view in own_addresses():
        assert getattr(view, "rule", None) in RULES, address


@pytest.mark.usefixtures("job_and_feed")
def test_no_one_sees_nothing_without_signing_in() -> None:
    from django.test import Client

    client = Client()
    for address, view in own_addresses():
        for method in (client.get, client.post):
            answer = method(address)
            if view.rule == "everyone":
                assert answer.status_code in (200, 404, 405, 410), address
            elif answer.status_code != 405:
                assert answer.status_code == 302, address
                assert answer["Location"].startswith("/account/sign-in/?next="), address


@pytest.mark.usefixtures("job_and_feed")
def test_a_viewer_sees_imports_but_no_values_and_no_settings(person: Person) -> None:
    client = person("viewer")
    for address, view in own_addresses():
        for method in (client.get, client.post):
            answer = method(address)
            if view.rule in ("administrators", "student_readers"):
                assert answer.status_code in (403, 405), address
            else:
                assert answer.status_code in (200, 286, 302, 404, 405, 410, 503), address


@pytest.mark.usefixtures("job_and_feed")
def test_staff_see_students_and_their_own_sign_in_and_nothing_else(person: Person) -> None:
    client = person("staff")
    make_first_student()
    seen = set()
    for address, view in own_addresses():
        for method in (client.get, client.post):
            status = method(address).status_code
            if view.rule in ("administrators", "members"):
                assert status in (403, 405), address
            elif view.rule != "everyone" and status not in (405, 404):
                seen.add(address)
    assert seen == {"/", "/stay/", "/students/"}
    assert client.get("/")["Location"] == "/students/"
    assert "You are signed in as staff" in client.get("/imports/").content.decode()
    for address in ("/account/password/", "/account/second-factor/", "/account/sign-out/"):
        assert client.get(address).status_code == 200, address


@pytest.mark.usefixtures("job_and_feed")
def test_an_administrator_sees_every_page(person: Person) -> None:
    client = person()
    make_first_token()
    make_first_student()
    make_first_layout()
    for address, _ in own_addresses():
        answer = client.get(address)
        if address == "/metrics":  # a machine's, and only where it has been given a token
            assert answer.status_code == 404
        else:
            assert answer.status_code in (200, 286, 302, 405, 410), address


@pytest.mark.usefixtures("job_and_feed")
def test_a_deactivated_administrator_is_out_at_once(person: Person) -> None:
    from rollbook.access.operations import deactivate

    client = person()
    person(email="bea@example.org")
    assert client.get("/").status_code == 200
    deactivate("ada@example.org", actor="test")
    for address, view in own_addresses():
        if view.rule != "everyone":
            assert client.get(address).status_code in (302, 405), address


@pytest.mark.usefixtures("pages")
def test_the_last_administrator_stays(person: Person) -> None:
    from rollbook.access.operations import deactivate
    from rollbook.core.errors import UsageError

    person()
    with pytest.raises(UsageError, match="last administrator"):
        deactivate("ada@example.org", actor="test")


@pytest.mark.usefixtures("job_and_feed")
def test_a_viewer_reads_no_students_value_on_an_imports_page(person: Person) -> None:
    from rollbook.records.models import IssueRow

    IssueRow.objects.create(
        job_id=1,
        row_number=7,
        student_id="0007",
        column_header="Grade",
        code="BAD_GRADE",
        severity="error",
        value="marker-value",
        message="No grade.",
    )
    seen = person("viewer").get("/imports/1/").content.decode()
    assert "No grade." in seen
    assert "marker-value" not in seen
    assert "0007" not in seen
    assert "marker-value" in person(email="bea@example.org").get("/imports/1/").content.decode()


@pytest.mark.usefixtures("pages")
def test_an_expired_sign_in_never_lands_inside_a_part_of_a_page() -> None:
    from django.test import Client

    answer = Client().get(
        "/imports/1/progress/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/imports/1/"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/account/sign-in/?next=/imports/1/"
