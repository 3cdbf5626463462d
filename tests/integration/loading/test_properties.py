"""Whatever a file holds: its counts add up, and merging it twice equals merging it once."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.loading.district import District, Staged

NUMBERS = st.sampled_from(["1", "2", "02", "3", "33"])
SSIDS = st.sampled_from([None, "S1", "S2", "S3", "7", "07"])
ROWS = st.lists(
    st.builds(
        Staged,
        st.tuples(
            st.one_of(st.none(), NUMBERS),
            SSIDS,
            st.sampled_from([None, "Ann", "Bo"]),
            st.sampled_from([None, "3", "4"]),
            st.sampled_from([None, "K", "12"]),
        ),
        repaired=st.sampled_from([0, 0, 0, 1, 2, 3]),
    ),
    max_size=7,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=ROWS, second=ROWS, blanks=st.sampled_from(["keep", "clear"]))
def test_counts_add_up_and_merging_twice_equals_merging_once(
    district: District, first: list[Staged], second: list[Staged], blanks: str
) -> None:
    district.empty()
    for rows in (first, second):
        outcome = district.load(*rows, blanks=blanks)
        assert outcome.counts.total == len(rows)
        before = district.versions()
        again = district.load(*rows, blanks=blanks)
        assert again.counts.total == len(rows)
        if again.codes == outcome.codes:
            assert district.versions() == before
            assert (again.counts.inserted, again.counts.updated) == (0, 0)
    assert shared_ssids(district) == []


def shared_ssids(district: District) -> list[tuple[Any, ...]]:
    """Each SSID that more than one student has."""
    return district.rows(
        "SELECT ssid FROM students GROUP BY ssid HAVING count(*) > 1 AND ssid IS NOT NULL"
    )


TABLES = ("students", "student_data_snapshots", "rollbook.presence")
RECORD = (
    "SELECT c.row_number, coalesce(k.student_id, c.given_id), c.is_new, c.had_data, c.before,"
    " c.after, c.import_job_id FROM rollbook.student_changes c"
    " LEFT JOIN students k ON k.id = c.student_id WHERE c.job_id = {} ORDER BY 1"
)
PRESENCE = (
    "SELECT student_id, missing_since FROM rollbook.presence_changes WHERE job_id = {} ORDER BY 1"
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=ROWS, second=ROWS, third=ROWS, blanks=st.sampled_from(["keep", "clear"]))
def test_a_dry_run_tells_what_the_import_that_follows_changes_and_changes_nothing(
    district: District,
    first: list[Staged],
    second: list[Staged],
    third: list[Staged],
    blanks: str,
) -> None:
    district.empty()
    for rows in (first, second):
        district.load(*rows, blanks=blanks)
    before = [district.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    told = district.load(*third, blanks=blanks, is_dry_run=True)
    would = [district.rows(query.format(district.last_job)) for query in (RECORD, PRESENCE)]
    assert before == [district.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
    done = district.load(*third, blanks=blanks)
    assert (done.result, done.codes) == (told.result, told.codes)
    assert [district.rows(query.format(district.last_job)) for query in (RECORD, PRESENCE)] == would
