"""The database columns of the specification's table, with their types."""

from rollbook.core.catalogue.field import Field
from tests.spec.judging import CATALOGUE

TERMS = ("spring_2025", "fall_2025")
DIBELS = ("orf_wc", "orf_acc", "nwf_wrc", "nwf_cls", "psf", "lnf")


def specified() -> dict[str, str]:
    names = ("first_name", "last_name", "preferred_name")
    counts = (
        "absences_ytd",
        "tardies_ytd",
        "absences_last_30_days",
        "tardies_last_30_days",
        "unexcused_absences_ytd",
        "excused_absences_ytd",
        "unexcused_absences_last_30_days",
        "excused_absences_last_30_days",
        "incident_count_ytd",
        "incident_count_last_30_days",
    )
    columns = {"ssid": "varchar(50)", "school": "varchar(255)", "grade": "varchar(10)"}
    columns |= dict.fromkeys(names, "varchar(100)")
    columns |= dict.fromkeys(counts, "integer")
    columns |= dict.fromkeys(("attendance_percentage", "absence_percentage"), "numeric(5,2)")
    for term in TERMS:
        for subject in ("reading", "math"):
            columns[f"{term}_iready_{subject}_score"] = "integer"
            columns[f"{term}_iready_{subject}_level"] = "varchar(50)"
            columns[f"{term}_iready_{subject}_met_standard"] = "boolean"
        for measure in DIBELS:
            columns[f"{term}_dibels_{measure}_score"] = "integer"
            columns[f"{term}_dibels_{measure}_level"] = "varchar(50)"
    return columns


def test_the_snapshot_has_the_specified_columns_and_types() -> None:
    assert {field.name: field.type.sql for field in CATALOGUE.snapshot_fields} == specified()


def test_fields_come_in_the_order_of_the_specifications_headers() -> None:
    headers = [field.header for field in CATALOGUE.fields]
    assert headers[:5] == ["Student ID", "SSID", "Last Name", "First Name", "Preferred Name"]
    assert headers[-2:] == ["School", "Grade"]
    assert headers[17:20] == [
        "Spring 2025 i-Ready Reading Overall Score",
        "Spring 2025 i-Ready Reading Overall Performance Level",
        "Spring 2025 i-Ready Reading Overall Met Standard",
    ]


def test_a_field_knows_its_term_and_area() -> None:
    field: Field = CATALOGUE.by_name["fall_2025_dibels_lnf_level"]
    assert (field.term, field.area) == ("fall_2025", "dibels")
    assert CATALOGUE.by_name["grade"].term is None
