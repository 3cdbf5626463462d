"""Whatever a file holds: its counts add up, and merging it twice equals merging it once."""

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
    assert (
        district.rows(
            "SELECT 1 FROM students GROUP BY ssid HAVING count(*) > 1 AND ssid IS NOT NULL"
        )
        == []
    )
