"""The school year on the pages: its days, the switch in numbers, and its undo."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.integration.cli.commands import CommandLine, student, write_csv

Person = Callable[..., Any]


def test_the_year_is_set_rehearsed_switched_and_taken_back(person: Person) -> None:
    admin = person()
    first = datetime.now(UTC).date() + timedelta(days=20)
    days = {"first_day": f"{first}", "last_day": f"{first + timedelta(days=290)}"}
    wrong = admin.post("/settings/school-year/", days | {"last_day": f"{first}"})
    assert "must be after its first" in wrong.content.decode()
    assert admin.post("/settings/school-year/", days).status_code == 302
    shown = admin.get("/settings/school-year/").content.decode()
    assert f"Add Fall {first.year}" in shown
    rehearsed = admin.get("/settings/school-year/switch/").content.decode()
    assert "Absences YTD" in rehearsed
    assert "Which files would be held after the switch isn't known yet" in rehearsed
    refused = admin.post("/settings/school-year/switch/", {"reason": ""})
    assert refused.status_code == 200
    switched = admin.post("/settings/school-year/switch/", {"reason": "it begins"})
    assert switched.status_code == 302
    after = admin.get("/settings/school-year/").content.decode()
    assert "Undo the switch" in after
    assert "No students have left the roster" in after
    assert "/settings/school-year/switch/" not in after
    assert "already switched" in admin.get("/settings/school-year/switch/").content.decode()
    assert admin.post("/settings/school-year/undo/", {"reason": "wrong"}).status_code == 302
    assert "There is no switch to undo" in admin.get("/settings/school-year/undo/").content.decode()


def test_its_days_are_typed_the_american_way_and_kept_as_one(person: Any) -> None:
    from rollbook.records import district

    client = person()
    client.post("/settings/school-year/", {"first_day": "8/11/2027", "last_day": "06/02/2028"})
    assert district.value_of(district.FIRST_SCHOOL_DAY) == "2027-08-11"
    assert district.value_of(district.LAST_SCHOOL_DAY) == "2028-06-02"


def test_the_dashboard_says_that_the_switch_cleared_last_years_counts(
    rollbook: CommandLine, tmp_path: Path, person: Person
) -> None:
    rollbook.json("import", write_csv(tmp_path / "june.csv", *map(student, range(1, 31))))
    admin = person()
    first = datetime.now(UTC).date() + timedelta(days=20)
    days = {"first_day": f"{first}", "last_day": f"{first + timedelta(days=290)}"}
    assert admin.post("/settings/school-year/", days).status_code == 302
    switch = " ".join(admin.get("/settings/school-year/switch/").content.decode().split())
    assert "This clears 90 values of 30 students." in switch
    admin.post("/settings/school-year/switch/", {"reason": "it begins"})
    said = "cleared last year&#x27;s counts of 30 students today. No file has been imported since."
    assert said in admin.get("/").content.decode()
    assert "Cleared at the switch" in admin.get("/settings/school-year/").content.decode()
    undo = " ".join(admin.get("/settings/school-year/undo/").content.decode().split())
    assert "90 values of last year come back." in undo
    rollbook.json("import", write_csv(tmp_path / "fall.csv", *map(student, range(1, 32))))
    assert said not in admin.get("/").content.decode()
