"""An import's page quotes the value to administrators; all others read the sentence without it."""

from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.pages.test_who_may_see_what import job_and_feed
from tests.integration.pages.test_who_saw_values import body

__all__ = ["job_and_feed"]  # a fixture
SENTENCE = "This value isn't a number. Fix it in your SIS."
VALUE = '<b>\u202e"12\n  or 13"</b>' + "9" * 60
QUOTED = "“<b>[U+202E]"


@pytest.fixture
def planted(job_and_feed: None) -> None:
    from rollbook.records.models import IssueRow

    IssueRow.objects.create(
        job_id=1,
        row_number=7,
        student_id="1",
        column_header="Absences",
        field="absences_ytd",
        code="NOT_A_NUMBER",
        severity="error",
        value=VALUE,
        message=SENTENCE,
    )


@pytest.mark.usefixtures("planted")
def test_an_administrators_page_quotes_the_value_in_one_short_line(
    person: Callable[..., Any],
) -> None:
    page = body(person().get("/imports/1/"))
    text = " ".join(unescape(page).split())
    assert QUOTED + '"12 or 13"</b>' + "9" * 40 in text
    assert "…” isn't a number. Fix it in your SIS." in text
    assert "This value" not in text
    assert "<b>[U+202E]" not in page  # escaped
    assert "9" * 60 not in page


@pytest.mark.usefixtures("planted")
def test_a_viewers_page_and_each_other_place_say_it_without(person: Callable[..., Any]) -> None:
    viewer = unescape(body(person("viewer", "vi@example.org").get("/imports/1/")))
    assert SENTENCE in viewer
    assert "or 13" not in viewer
    assert "999" not in viewer
    administrator = person()
    assert SENTENCE in unescape(body(administrator.get("/imports/1/rows/")))
    assert SENTENCE in body(administrator.get("/imports/1/problems.csv"))
    (issue,) = [
        each
        for each in administrator.get("/api/admin/import/jobs/1/issues").json()["items"]
        if each["code"] == "NOT_A_NUMBER"
    ]
    assert (issue["message"], issue["value"]) == (SENTENCE, VALUE)


@pytest.mark.parametrize("role", ["administrator", "viewer"])
def test_what_is_said_of_one_value_is_not_said_of_another(
    rollbook: CommandLine, tmp_path: Path, person: Callable[..., Any], role: str
) -> None:
    rows = (student(number, grade=grade) for number, grade in enumerate(("KD", "KD", "PK3"), 1))
    file = write_csv(tmp_path / "students.csv", *rows)
    checked = rollbook("check", file).out
    assert "2 × BAD_GRADE" in checked
    assert "1 × BAD_GRADE" in checked
    rollbook.json("import", file)
    text = " ".join(unescape(body(person(role, "x@example.org").get("/imports/1/"))).split())
    told = "“KD” isn't a grade", "“PK3” means PK in some"
    if role == "viewer":
        told = "This value isn't a grade", "This value means PK in some"
    assert all(text.count(each) == 1 for each in told)
