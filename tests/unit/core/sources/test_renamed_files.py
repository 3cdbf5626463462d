"""A name is proposed where it is alike, new and no other feed's; its pattern takes both names."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.sources.named_file import NamedFile
from rollbook.core.sources.renamed_files import newer_names, newest_files, renamed_files
from rollbook.core.sources.widening import literals, widened

NIGHT = 86_400
LAST = NamedFile("student_data_2026-11-26.csv", 10 * NIGHT)

letters = st.text(st.sampled_from("abAB_-. 019é\n[]!?*\udce9"), max_size=12)
patterns = st.lists(
    st.one_of(letters, st.sampled_from(["*", "?", "[ab]", "[!a]", "**", "[", "[]a]"])), max_size=6
).map("".join)
parts = st.one_of(
    st.sampled_from("abAB_-.019").map(lambda each: (each, each)),
    letters.map(lambda text: ("*", text)),
    st.sampled_from("ab1").map(lambda each: ("?", each)),
    st.sampled_from("ab").map(lambda each: ("[ab]", each)),
    st.sampled_from("b1").map(lambda each: ("[!a]", each)),
)
"""A part of a pattern, and a text that it takes."""


def proposed(
    pattern: str, *files: NamedFile, last: NamedFile | None = LAST, others: str = ""
) -> list[tuple[str, str]]:
    found = renamed_files(
        pattern,
        files,
        last=last,
        is_of_other_feed=lambda name: bool(others) and fnmatchcase(name, others),
    )
    return [(each.name, each.pattern) for each in found]


@pytest.mark.parametrize(
    ("pattern", "name", "wider"),
    [
        ("student_data_*.csv", "student_data-2026.csv", "student_data*.csv"),
        ("students.csv", "Students.csv", "[sS]tudents.csv"),
        ("students_*.csv", "students_2026.csv.zip", "students_*.csv*"),
        ("students_*.csv", "students_2026.xlsx", "students_*"),
        ("student_2025_*.csv", "student_2026_x.csv", "student_*_*.csv"),
        ("student_????.csv", "student-2026.csv", "student*????.csv"),
        ("students.csv", "student.csv", "student*.csv"),
        ("StudentData*.csv", "student_data_1.csv", "[Ss]tudent*[Dd]ata*.csv"),
    ],
)
def test_a_similar_name_is_proposed_with_a_pattern_that_takes_both(
    pattern: str, name: str, wider: str
) -> None:
    assert proposed(pattern, NamedFile(name, 11 * NIGHT)) == [(name, wider)]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("student_data.csv", "attendance_data.csv"),
        ("student_data*.csv", "student_grades.csv"),
        ("students.csv", "schools.csv"),
        ("students*.csv", "students.pdf"),
        ("*.csv", "students.xlsx"),
        ("2025*.csv", "2026.xlsx"),
    ],
)
def test_a_name_of_something_else_is_not_proposed(pattern: str, name: str) -> None:
    assert proposed(pattern, NamedFile(name, 11 * NIGHT)) == []


def test_only_a_file_that_came_after_the_last_one_is_proposed() -> None:
    at = {"student_data-2026-11-27.csv": 10 * NIGHT + 1, "student_data-2026-11-25.csv": 9 * NIGHT}
    files = [NamedFile(name, time) for name, time in at.items()]
    assert [name for name, _ in proposed("student_data_*.csv", *files)] == [files[0].name]
    assert proposed("student_data_*.csv", NamedFile(files[0].name, 10 * NIGHT)) == []


def test_without_times_the_dates_in_the_names_decide() -> None:
    later = NamedFile("student_data-2026-11-27.csv", None)
    for name in ("student_data-2026-11-26.csv", "student_data-new.csv"):
        assert proposed("student_data_*.csv", NamedFile(name, None)) == []
    assert [name for name, _ in proposed("student_data_*.csv", later)] == [later.name]


def test_what_another_feed_takes_is_not_proposed_nor_would_a_pattern_take_it() -> None:
    new, other = (NamedFile(f"student_data{mark}1.csv", 11 * NIGHT) for mark in "-+")
    assert proposed("student_data_*.csv", new, others="student_data-*") == []
    assert proposed("student_data_*.csv", new, other, others="student_data+*") == []
    assert len(proposed("student_data_*.csv", new, other)) == 2


def test_names_that_differ_in_numbers_are_one_and_few_are_proposed() -> None:
    days = [NamedFile(f"students-{day}.csv", 11 * NIGHT) for day in range(10, 30)]
    assert proposed("students_*.csv", *days) == [("students-29.csv", "students*.csv")]
    many = [NamedFile(f"students-{each}.csv", 11 * NIGHT) for each in "abcdefghij"]
    assert len(proposed("students_*.csv", *many)) == 5


def test_a_hostile_name_is_made_safe_and_no_character_of_it_gets_into_the_pattern() -> None:
    name = "students\x1b[31m\n\u202e*?[x]\udce9.csv"
    ((shown, wider),) = proposed("students_*.csv", NamedFile(name, 11 * NIGHT))
    assert shown.isprintable() and wider == "students*.csv" and fnmatchcase(name, wider)


@given(patterns, letters)
def test_a_wider_pattern_takes_the_new_name_and_the_text_that_stays_is_in_both(
    pattern: str, name: str
) -> None:
    wider = widened(pattern, name)
    assert fnmatchcase(name, wider)
    assert not fnmatchcase(name, pattern) or wider == pattern
    rest = iter(literals(pattern).casefold())
    kept = literals(wider).replace("*", "").casefold()
    assert all(each in rest for each in kept)


@given(st.lists(parts), letters)
def test_a_wider_pattern_takes_all_that_the_pattern_took(
    pairs: list[tuple[str, str]], name: str
) -> None:
    pattern, taken = ("".join(each) for each in zip(*pairs, strict=True)) if pairs else ("", "")
    assert fnmatchcase(taken, pattern) and fnmatchcase(taken, widened(pattern, name))


@given(st.text("abc", min_size=2, max_size=8), st.text("xyz"), st.text("def", min_size=2))
def test_no_more_of_the_text_is_given_up_than_differs(begin: str, mid: str, end: str) -> None:
    assert widened(f"{begin}_{end}", f"{begin}{mid}{end}") == f"{begin}*{end}"


def newest(
    pattern: str, *files: NamedFile, last: NamedFile | None = LAST, others: str = ""
) -> list[tuple[str, str, str]]:
    found = newest_files(
        pattern,
        files,
        last=last,
        is_of_other_feed=lambda name: bool(others) and fnmatchcase(name, others),
    )
    return [(each.name, each.why_not or "", each.pattern) for each in found]


def test_the_newest_files_are_told_with_why_they_are_not_proposed() -> None:
    files = [
        NamedFile("student_data-2026-11-27.csv", 11 * NIGHT),
        NamedFile("student_data-old.csv", 9 * NIGHT),
        NamedFile("iready_1.csv", 13 * NIGHT),
        NamedFile("nightly_20261128.csv", 12 * NIGHT),
        NamedFile("photo.jpg", 14 * NIGHT),
    ]
    assert newest("student_data_*.csv", *files, others="iready_*") == [
        ("iready_1.csv", "other_feed", ""),
        ("nightly_20261128.csv", "unlike", "nightly_*.csv"),
        ("student_data-2026-11-27.csv", "", "student_data*.csv"),
    ]
    assert newest("student_data_*.csv", *files[:2])[1] == (
        "student_data-old.csv", "older", "student_data*.csv",
    )  # fmt: skip


def test_where_a_wider_pattern_would_take_another_feeds_files_its_own_name_is_offered() -> None:
    new, other = (NamedFile(f"student_data{mark}1.csv", 11 * NIGHT) for mark in "-+")
    told = newest("student_data_*.csv", new, other, others="student_data+*")
    assert told == [
        ("student_data-1.csv", "too_wide", "student_data-*.csv"),
        ("student_data+1.csv", "other_feed", ""),
    ]


def test_one_line_for_names_that_differ_in_numbers_and_no_more_than_three() -> None:
    days = [NamedFile(f"export{day}.csv", day * NIGHT) for day in range(10, 30)]
    assert [name for name, _, _ in newest("students_*.csv", *days)] == ["export29.csv"]
    many = [NamedFile(f"export-{each}.csv", 11 * NIGHT) for each in "abcdefghij"]
    assert len(newest("students_*.csv", *many)) == 3


@pytest.mark.parametrize("name", ["2026-11-28.csv", "1.csv", "ex\x1bport.csv", "*.csv", "a/b.csv"])
def test_no_pattern_is_offered_that_takes_everything_or_is_not_safe(name: str) -> None:
    assert newest("students_*.csv", NamedFile(name, None))[0][2] == ""


@given(letters, st.lists(letters, max_size=4))
def test_a_pattern_of_its_own_takes_the_name_and_no_other_feeds_file(
    name: str, others: list[str]
) -> None:
    files = [NamedFile(each, 11 * NIGHT) for each in (f"{name}.csv", *others)]
    found = newest_files(
        "student_data_*.csv", files, last=None, is_of_other_feed=others.__contains__
    )
    for each in found:
        assert not each.pattern or fnmatchcase(each.name, each.pattern)
        assert not each.pattern or not any(fnmatchcase(other, each.pattern) for other in others)


@pytest.mark.parametrize(
    ("modified", "is_known", "beside", "is_proposed"),
    [
        (11 * NIGHT, True, 0, True),
        (10 * NIGHT + 60, True, 0, True),
        (10 * NIGHT, True, 0, False),
        (10 * NIGHT + 60, True, 10 * NIGHT + 60, False),
        (10 * NIGHT + 61, True, 10 * NIGHT + 60, True),
        (10 * NIGHT + 60, False, 0, False),
        (10 * NIGHT + NIGHT // 2, False, 0, False),
        (10 * NIGHT + NIGHT // 2 + 1, False, 0, True),
    ],
)
def test_beside_an_old_file_what_came_after_it_is_proposed_and_beside_a_new_one_of_a_later_night(
    modified: int, is_known: bool, beside: int, is_proposed: bool
) -> None:
    found = newer_names(
        "student_data_*.csv",
        [NamedFile("StudentData-2026.csv", modified), NamedFile("schools.csv", 99 * NIGHT)],
        taken=LAST,
        is_known=is_known,
        beside=beside,
        is_of_other_feed=lambda _: False,
    )
    assert [each.name for each in found] == ["StudentData-2026.csv"] * is_proposed


@pytest.mark.parametrize(("day", "is_proposed"), [("25", False), ("26", False), ("27", True)])
@pytest.mark.parametrize("is_known", [True, False])
def test_without_times_the_dates_in_the_names_tell_which_is_newer(
    day: str, is_proposed: bool, is_known: bool
) -> None:
    name = f"StudentData-202611{day}.csv"
    found = newer_names(
        "student_data_*.csv",
        [NamedFile(name, None)],
        taken=NamedFile(LAST.name, None),
        is_known=is_known,
        beside=0,
        is_of_other_feed=lambda _: False,
    )
    assert [each.name for each in found] == [name] * is_proposed
