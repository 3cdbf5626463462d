"""The numbers that an import keeps with its change record are those that the record has."""

import json
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.loading.district import District

FIELDS = ("student_id", "last_name", "school", "absences_ytd")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4"]),
        st.sampled_from([None, "Ann", "Bo"]),
        st.sampled_from([None, "Oak", "Elm", "<b>\u202e"]),
        st.sampled_from([None, "3", "4"]),
    ),
    max_size=5,
    unique_by=lambda row: row[0],
)
RECORD = (
    "SELECT c.is_new, coalesce(CASE WHEN c.before[i.school] IS DISTINCT FROM c.after[i.school]"
    "  THEN c.after[i.school] ELSE n.school END, ''),"
    " (SELECT json_object_agg(f.name, json_build_array(f.before, f.after))::text"
    "  FROM unnest(i.fields, c.before, c.after) AS f(name, before, after)"
    "  WHERE f.before IS DISTINCT FROM f.after)"
    " FROM rollbook.student_changes c "
    " JOIN (SELECT job_id, fields, array_position(fields, 'school') AS school"
    "  FROM rollbook.import_changes) i USING (job_id)"
    " LEFT JOIN student_data_snapshots n USING (student_id) WHERE c.job_id = {job}"
)


def counted(district: District) -> dict[Any, Any]:
    """Count the last import's record, student by student."""
    found: Counter[Any] = Counter()
    for is_new, name, values in district.rows(RECORD.format(job=district.last_job)):
        if is_new:
            found["new", name] += 1
            continue
        changed = {
            key.removeprefix("students."): value for key, value in json.loads(values).items()
        }
        for field, (before, after) in changed.items():
            kind = "filled" if before is None else "cleared" if after is None else "changed"
            found[field, name, kind] += 1
    return dict(found)


def kept(district: District) -> dict[Any, Any]:
    """What the last import kept, in the same form."""
    query = f"SELECT numbers FROM rollbook.import_changes WHERE job_id = {district.last_job}"
    [(numbers,)] = district.rows(query)
    schools = numbers["schools"]
    found: dict[Any, Any] = {
        ("new", schools[int(at)]): count for at, count in numbers["new"].items()
    }
    for field, of_schools in numbers["fields"].items():
        for at, counts in of_schools.items():
            for kind, count in zip(("filled", "changed", "cleared"), counts, strict=True):
                found |= {(field, schools[int(at)], kind): count} if count else {}
    return found


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=ROWS, second=ROWS, blanks=st.sampled_from(["keep", "clear"]), is_dry_run=st.booleans())
def test_they_are_those_of_the_record_also_of_a_dry_run(
    district: District, first: Any, second: Any, blanks: str, is_dry_run: bool
) -> None:
    district.empty()
    district.load(*first, fields=FIELDS, blanks=blanks)
    assert kept(district) == counted(district)
    told = district.load(*second, fields=FIELDS, blanks=blanks, is_dry_run=is_dry_run)
    assert kept(district) == counted(district)
    sums: Counter[str] = Counter()
    for (field, *_), count in kept(district).items():
        sums[field] += count
    assert told.result.changes.fields == {key: sums[key] for key in sums if key != "new"}


def test_without_a_school_in_the_file_new_students_count_at_none_and_others_at_theirs(
    district: District,
) -> None:
    district.load(("1", "Ann", "Oak", "3"), fields=FIELDS)
    district.load(("1", "4"), ("2", "5"), fields=("student_id", "absences_ytd"))
    assert kept(district) == {("new", ""): 1, ("absences_ytd", "Oak", "changed"): 1}


def test_schools_beyond_two_hundred_are_counted_together(district: District) -> None:
    for absences in ("3", "4"):
        rows = [(str(each), "Ann", f"School {each}", absences) for each in range(205)]
        rows += [(str(each), "Ann", "Oak", absences) for each in range(300, 303)]
        district.load(*rows, fields=FIELDS)
        found = kept(district)
        assert len(found) == 201
        if absences == "3":
            assert (found["new", "Oak"], found["new", None]) == (3, 6)
    assert found["absences_ytd", "Oak", "changed"] == 3
    assert found["absences_ytd", None, "changed"] == 6
    assert sum(found.values()) == 208
