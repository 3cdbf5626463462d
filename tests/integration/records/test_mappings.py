"""A feed's mapping: what it takes, what it refuses, and that the audit holds before and after."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import SEASONS
from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.mapping import check_header, header_meanings
from rollbook.core.reading.headers import match_columns
from tests.integration.cli.commands import CommandLine

CATALOGUE = student_catalogue()
ME = "a test"
LEVEL = "fall_2025_iready_math_level"


@pytest.fixture
def do(records: str) -> Any:
    """The operations on mappings; importable only once Django is set up."""
    from rollbook.records.operations import mappings

    return mappings


def mapping() -> tuple[Any, Any, Any]:
    from rollbook.records.models import Feed

    feed = Feed.objects.get(name="files")
    return feed.headers, feed.values, feed.blank_markers


def audit() -> list[tuple[str, str, str, Any, Any]]:
    from rollbook.records.models import AuditEvent

    rows = AuditEvent.objects.order_by("id")
    assert all(row.at for row in rows)
    return [(row.actor, row.action, row.subject, row.before, row.after) for row in rows]


def test_each_change_is_audited_with_who_what_before_and_after(do: Any) -> None:
    do.map_header("files", "Days Absent", "absences_ytd", actor=ME)
    do.map_value("files", "grade", "Kinder", "K", actor=ME)
    do.add_blank_marker("files", "Absent", actor=ME)
    do.unmap_header("files", "days_absent", actor=ME)
    do.unmap_value("files", "grade", "Kinder", actor=ME)
    do.remove_blank_marker("files", "ABSENT", actor=ME)
    assert mapping() == ({}, {}, [])
    what = "feed.mapping_changed"
    header, value = {"Days Absent": "absences_ytd"}, {"grade": {"Kinder": "K"}}
    assert audit() == [
        (ME, what, "files", {"headers": {}}, {"headers": header}),
        (ME, what, "files", {"values": {}}, {"values": value}),
        (ME, what, "files", {"blank_markers": []}, {"blank_markers": ["Absent"]}),
        (ME, what, "files", {"headers": header}, {"headers": {}}),
        (ME, what, "files", {"values": value}, {"values": {}}),
        (ME, what, "files", {"blank_markers": ["Absent"]}, {"blank_markers": []}),
    ]


def test_what_changes_nothing_is_not_audited(do: Any) -> None:
    for _ in range(2):
        do.map_header("files", "Days Absent", "absences_ytd", actor=ME)
        do.add_blank_marker("files", "Absent", actor=ME)
        do.add_blank_marker("files", " absent ", actor=ME)
    assert len(audit()) == 2


def test_headers_that_read_alike_are_one(do: Any) -> None:
    do.map_header("files", "My Col", "absences_ytd", actor=ME)
    do.map_header("files", " my_col ", "tardies_ytd", actor=ME)
    assert mapping()[0] == {"my_col": "tardies_ytd"}
    do.map_header("files", "MY-COL", IGNORE, actor=ME)
    assert mapping()[0] == {"MY-COL": ""}


def test_several_headers_can_be_ignored(do: Any) -> None:
    do.map_header("files", "Bus", IGNORE, actor=ME)
    do.map_header("files", "Lunch", IGNORE, actor=ME)
    assert mapping()[0] == {"Bus": "", "Lunch": ""}


def test_a_change_is_made_as_a_whole_or_not_at_all(do: Any) -> None:
    change = do.MappingChange(headers={"Bus": IGNORE}, values=[("grade", "Kinder", "Purple")])
    with pytest.raises(UsageError):
        do.change_mapping("files", change, actor=ME)
    assert mapping() == ({}, {}, [])
    assert audit() == []


def test_a_field_moves_from_one_header_to_another_in_one_change(do: Any) -> None:
    do.map_header("files", "Old", "grade", actor=ME)
    change = do.MappingChange(forgotten_headers=["old"], headers={"New": "grade"})
    do.change_mapping("files", change, actor=ME)
    assert mapping()[0] == {"New": "grade"}


REFUSED: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "a field that is not there": (
        "absences_ytd",
        lambda do: do.map_header("files", "A", "absenses_ytd", actor=ME),
    ),
    "a field for two headers": (
        "one column",
        lambda do: (
            do.map_header("files", "A", "grade", actor=ME),
            do.map_header("files", "B", "grade", actor=ME),
        ),
    ),
    "an empty header": ("letter", lambda do: do.map_header("files", " ", "grade", actor=ME)),
    "a header of signs": ("letter", lambda do: do.map_header("files", "?!", IGNORE, actor=ME)),
    "a giant header": ("500", lambda do: do.map_header("files", "x" * 501, IGNORE, actor=ME)),
    "our own column": (
        "fix-it",
        lambda do: do.map_header("files", "Rollbook: row", "grade", actor=ME),
    ),
    "an identifier's value": (
        "kept as they are",
        lambda do: do.map_value("files", "ssid", "1", "2", actor=ME),
    ),
    "a name": (
        "kept as they are",
        lambda do: do.map_value("files", "last_name", "A", "B", actor=ME),
    ),
    "a blank cell's value": (
        "not known",
        lambda do: do.map_value("files", "grade", " ", "K", actor=ME),
    ),
    "a grade that is none": (
        "PK, TK",
        lambda do: do.map_value("files", "grade", "X", "13", actor=ME),
    ),
    "a level that is not known": (
        "known are",
        lambda do: do.map_value("files", "fall_2025_dibels_psf_level", "X", "Purple", actor=ME),
    ),
    "half a day": ("whole", lambda do: do.map_value("files", "absences_ytd", "X", "2.5", actor=ME)),
    "a percentage without its sign": (
        "sign",
        lambda do: do.map_value("files", "attendance_percentage", "Full", "1", actor=ME),
    ),
    "a value of a field that is not there": (
        "There is no field",
        lambda do: do.map_value("files", "shoe_size", "X", "1", actor=ME),
    ),
    "0 as a blank marker": (
        "in one column",
        lambda do: do.add_blank_marker("files", "0", actor=ME),
    ),
    "999 as a blank marker": ("a value", lambda do: do.add_blank_marker("files", "999", actor=ME)),
    "a grade as a blank marker": ("grade", lambda do: do.add_blank_marker("files", "tk", actor=ME)),
    "a word for yes as a blank marker": (
        "met_standard",
        lambda do: do.add_blank_marker("files", "Met", actor=ME),
    ),
    "an empty blank marker": ("visible", lambda do: do.add_blank_marker("files", " ", actor=ME)),
    "a control character": ("visible", lambda do: do.add_blank_marker("files", "a\x07", actor=ME)),
    "a marker that is one anyway": (
        "every feed",
        lambda do: do.add_blank_marker("files", "n/A", actor=ME),
    ),
    "one of its own levels as a blank marker": (
        "“Tier A” is one of your own values",
        lambda do: (
            do.map_value("files", LEVEL, "Tier A", "Tier A", actor=ME),
            do.add_blank_marker("files", "tier a", actor=ME),
        ),
    ),
    "a blank marker as one of its own levels": (
        "“Tier A” is one of your own values",
        lambda do: (
            do.add_blank_marker("files", "tier a", actor=ME),
            do.map_value("files", LEVEL, "Tier A", "Tier A", actor=ME),
        ),
    ),
    "two meanings of a value": (
        "two meanings",
        lambda do: do.change_mapping(
            "files", do.MappingChange(values=[("grade", "X", "K"), ("grade", " X", "1")]), actor=ME
        ),
    ),
    "two meanings of a column": (
        "two meanings",
        lambda do: do.change_mapping(
            "files", do.MappingChange(headers={"Days Out": IGNORE, "days_out": "grade"}), actor=ME
        ),
    ),
    "forgetting what is not there": (
        "none of this kind",
        lambda do: do.unmap_header("files", "A", actor=ME),
    ),
    "a feed that is not there": ("no feed", lambda do: do.unmap_header("sis", "A", actor=ME)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_be_silently_wrong_is_refused(do: Any, case: str) -> None:
    named, act = REFUSED[case]
    with pytest.raises(UsageError, match=named) as caught:
        act(do)
    assert "Nothing was changed" in str(caught.value)
    assert len(audit()) <= 1, "only what came before the refused step"


def test_a_marker_that_is_a_schools_name_does_not_touch_the_school(do: Any) -> None:
    do.map_value("files", "school", "Nord", "Withdrawn", actor=ME)
    do.add_blank_marker("files", "withdrawn", actor=ME)
    assert mapping()[1:] == ({"school": {"Nord": "Withdrawn"}}, ["withdrawn"])


@pytest.mark.parametrize("text", ["-1", "Not enrolled", "ungraded", "*"])
def test_a_text_that_is_no_value_anywhere_can_mean_blank(do: Any, text: str) -> None:
    do.add_blank_marker("files", text, actor=ME)
    assert mapping()[2] == [text]


@pytest.mark.parametrize(
    ("field", "text", "meant"),
    [
        ("grade", "Kinder", "K"), ("absences_ytd", "999", ""), ("absences_ytd", "none yet", "0"),
        ("attendance_percentage", "Full", "100%"), ("school", "NE", "North Elementary"),
        ("spring_2025_iready_math_met_standard", "Above", "Yes"),
    ],
)  # fmt: skip
def test_a_value_that_the_field_takes_is_mapped(do: Any, field: str, text: str, meant: str) -> None:
    do.map_value("files", field, f" {text} ", meant, actor=ME)
    assert mapping()[1] == {field: {text: meant}}


def test_the_fingerprint_of_the_settings_changes_with_the_mapping(do: Any) -> None:
    from rollbook.records.queries.feeds import feed_by_name, feed_rules, read_catalogue
    from rollbook.records.queries.meaning import settings_fingerprint

    def fingerprint() -> str:
        rules = feed_rules(feed_by_name("files"))
        return settings_fingerprint(read_catalogue(), rules, schools={})

    seen = {fingerprint()}
    acts: tuple[Callable[[], object], ...] = (
        lambda: do.map_header("files", "Bus", IGNORE, actor=ME),
        lambda: do.map_value("files", "grade", "Kinder", "K", actor=ME),
        lambda: do.add_blank_marker("files", "Absent", actor=ME),
    )
    for act in acts:
        act()
        assert fingerprint() not in seen
        seen.add(fingerprint())
    assert fingerprint() == fingerprint()


def test_each_column_of_a_header_is_explained() -> None:
    rules = FeedRules(headers={"My Col": "absences_ytd", "Bus": IGNORE, "Gone": "no_such_field"})
    found = header_meanings(
        CATALOGUE, rules, ["Student ID", "my_col", "BUS", "Tardys YTD", "Gone", "", "Zzz"]
    )
    assert [(m.field.name if m.field else None, m.how) for m in found] == [
        ("student_id", "catalogue"),
        ("absences_ytd", "mapping"),
        (None, "ignored"),
        (None, "unknown"),
        (None, "unknown"),
        (None, "unknown"),
        (None, "unknown"),
    ]
    assert found[3].nearest[0].name == "tardies_ytd"
    assert found[6].nearest == ()


def test_a_column_of_a_term_that_is_not_set_up_has_no_nearest_field_but_its_term() -> None:
    header = ["Winter 2026 i-Ready Math Overall Score", "Winter Math Overall Score"]
    complete, season = header_meanings(CATALOGUE, FeedRules(), header)
    assert (complete.unknown_term, complete.nearest) == ("Winter 2026", ())
    assert (season.unknown_term, season.nearest) == (None, ())


OF_A_TERM = [field for field in CATALOGUE.fields if field.term is not None]
SEASONS_AND_OTHERS = (*SEASONS, "Autumn")


@given(
    field=st.sampled_from(OF_A_TERM),
    season=st.sampled_from(("", *SEASONS_AND_OTHERS)),
    year=st.sampled_from(("", *map(str, range(2000, 2100)))),
    words=st.sampled_from(("i-Ready Math", "ORF", "DIBELS level", "Schülerzahl")),
    layout=st.sampled_from(("{0} {1} {2}", "{2}_{0}-{1}", "{2} ({1} {0})", "{0}{1} {2}")),
    change=st.sampled_from((str, str.lower, str.upper)),
)
def test_a_header_that_names_a_term_is_only_mapped_to_a_field_of_that_term(
    field: Any, season: str, year: str, words: str, layout: str, change: Callable[[str], str]
) -> None:
    header = change(layout.format(season, year, words))
    own_season, own_year = field.term.split("_")
    named = season.lower().replace("autumn", "fall")
    is_other = named not in ("", own_season) or year not in ("", own_year)
    assert field not in CATALOGUE.nearest(header, 99) or not is_other
    if not is_other:
        check_header(header, field.name, CATALOGUE)
        return
    with pytest.raises(UsageError, match="names a different term than"):
        check_header(header, field.name, CATALOGUE)
    rules = FeedRules(headers={header: field.name})
    assert CATALOGUE.find(header, rules) != field
    check_header(header, "absences_ytd", CATALOGUE)


@pytest.mark.parametrize(
    "header",
    ["iReadyWinterOverall", "Winter2026MathScore", "math 2026", "Math 2025-26 winter", "Math Fall"],
)
def test_a_header_that_names_its_term_in_part_is_understood(header: str) -> None:
    with pytest.raises(UsageError, match="Nothing was changed"):
        check_header(header, "spring_2025_iready_math_score", CATALOGUE)


@pytest.mark.parametrize(
    "header", ["Math 2024-25 spring", "Math 2024-2025", "Springfield Math", "springMath", "Math"]
)
def test_a_school_year_that_holds_the_field_s_year_is_no_other_term(header: str) -> None:
    check_header(header, "spring_2025_iready_math_score", CATALOGUE)


def test_a_mapping_onto_a_field_of_another_term_is_not_saved(do: Any) -> None:
    header = "Winter 2026 i-Ready Math Overall Score"
    with pytest.raises(UsageError, match="Nothing was changed"):
        do.map_header("files", header, "spring_2025_iready_math_score", actor=ME)
    assert mapping() == ({}, {}, [])


@given(st.lists(st.sampled_from(CATALOGUE.fields), unique_by=lambda field: field.name, min_size=1))
def test_mapping_a_header_to_its_own_field_changes_nothing(fields: list[Any]) -> None:
    header = [field.header for field in CATALOGUE.fields]
    rules = FeedRules(headers={field.header: field.name for field in fields})
    plain, mapped = (match_columns(header, CATALOGUE, each) for each in (FeedRules(), rules))
    assert mapped == plain
    meanings = header_meanings(CATALOGUE, rules, header)
    assert tuple(meaning.field for meaning in meanings) == plain.fields


def test_what_is_set_of_a_feed_is_all_in_the_audit(records: str, rollbook: CommandLine) -> None:
    from rollbook.records.models import Feed
    from rollbook.records.operations.feeds import add_feed, change_feed, remove_feed
    from rollbook.records.queries.feed_columns import SETTINGS

    own = {"id", "name", "created_at", "removed_at", "planned_at", "schedule_set_at"}
    own.add("webhook_salt")  # another one for each address
    own.add("muted_until")  # with an event of its own
    own.add("version")  # of the settings
    own.add("rehearsed_for")  # what was done, not what is set
    assert {column.name for column in Feed._meta.get_fields()} - own == set(SETTINGS)
    environ = {"ROLLBOOK_HOME": str(rollbook.home)}
    server = {"host": "sftp.example.org", "username": "district", "pattern": "*.csv"}
    add_feed(
        "sis", settings=server, secret={"password": "correct horse"}, environ=environ, actor=ME
    )
    change_feed(
        "sis",
        settings={"is_roster": False},
        secret={"password": "battery"},
        environ=environ,
        actor="another",
    )
    remove_feed("sis", environ=environ, actor=ME)
    added, changed, removed = audit()
    assert added[0] == ME and added[3] is None and set(SETTINGS) < added[4].keys()
    assert changed[0] == "another"
    assert changed[3:] == (
        {"is_roster": True},
        {"is_roster": False, "credentials": "changed"},
    )
    assert removed[3]["host"] == "sftp.example.org" and removed[3]["is_roster"] is False
    assert "correct" not in str(audit()) and "battery" not in str(audit())
