"""What a file does to one school holds the import, however large the district is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.feed_settings import FeedRules
from rollbook.core.limits.by_school import compare_schools, expects_promotion, is_between_years
from rollbook.core.limits.table import NOTHING, Accepted, hold_schools
from rollbook.core.loading.identities import STEPS_UP
from rollbook.core.report import Report
from scripts.guard.roster_counts import Roster, counts_of, newcomers

RULES = FeedRules()
NEXT = dict(STEPS_UP) | {"PK": "K"}


def district(
    schools: int = 30, of_each: int = 5, grades: tuple[str, ...] = GRADES
) -> dict[str, tuple[str, str]]:
    """So many students of each grade in each school."""
    return {
        f"{school}-{grade}-{at}": (f"School {school}", grade)
        for school in range(schools)
        for grade in grades
        for at in range(of_each)
    }


def without(roster: Roster, gone: str, part: float = 1.0) -> Roster:
    """Leave out so many of one school."""
    of_it = [student for student, (school, _) in roster.items() if school == gone]
    left = {*of_it[: round(len(of_it) * part)]}
    return {student: place for student, place in roster.items() if student not in left}


def _without_some(roster: Roster, prefix: str, count: int) -> Roster:
    gone = {*sorted(student for student in roster if student.startswith(prefix))[:count]}
    return {student: place for student, place in roster.items() if student not in gone}


def held(
    before: Roster,
    now: Roster,
    *,
    is_promotion: bool = False,
    is_turn: bool = True,
    rejected: tuple[str, ...] = (),
    rules: FeedRules = RULES,
    accepted: Accepted = NOTHING,
) -> Report:
    counts, report = counts_of(before, now, rejected=rejected), Report()
    compared = compare_schools(
        counts, new=newcomers(counts), is_promotion=is_promotion, is_turn=is_turn
    )
    hold_schools(report, rules, measured=compared.measures(), accepted=accepted)
    return report


def reasons(*rosters: Roster, **more: object) -> set[str]:
    report = held(*rosters, **more)  # type: ignore[arg-type]
    found = {kind for kind, _, school in map(_parts, report.measures) if school}
    assert (report.status == "held") == bool(found)
    return found


def _parts(key: str) -> tuple[str, str, str]:
    return key.partition(" ")


def new_share(before: Roster, now: Roster, *, is_turn: bool = True) -> float:
    counts = counts_of(before, now)
    new = newcomers(counts)
    compared = compare_schools(counts, new=new, is_promotion=False, is_turn=is_turn)
    return compared.new / (len(before) + new)


def promoted(roster: Roster) -> Roster:
    """Everybody goes up; 12th graders leave, kindergartners and 4-year-olds come."""
    up = {
        student: (school, NEXT[grade])
        for student, (school, grade) in roster.items()
        if grade != "12"
    }
    first = {
        f"new-{student}": (school, grade)
        for student, (school, grade) in roster.items()
        if grade in ("PK", "K")
    }
    return up | first


def test_the_same_roster_holds_nothing() -> None:
    assert reasons(district(), district()) == set()


def test_one_school_of_thirty_that_vanishes_holds() -> None:
    before = district()
    report = held(before, without(before, "School 7"), is_turn=False)
    assert "1 school of the last file, with 75 students, would have none left." in str(
        report.message
    )
    assert "School 7" not in str(report.message)


def test_one_school_of_thirty_that_loses_most_holds() -> None:
    before = district()
    assert reasons(before, without(before, "School 7", 0.6)) == {"schools_missing"}
    assert reasons(before, without(before, "School 7", 0.4)) == set()


def test_a_small_school_raises_no_alarm_for_a_few() -> None:
    large = dict(district(10))
    small = {f"small-{at}": ("Alternative", "9") for at in range(9)}
    for gone in range(10):
        left = {each: small[each] for each in list(small)[gone:]}
        assert reasons(large | small, large | left) == set()


def test_new_identifiers_of_one_school_hold() -> None:
    before = district()
    others = {
        f"0{student}" if school == "School 3" else student: (school, grade)
        for student, (school, grade) in before.items()
    }
    assert reasons(before, others) == {"schools_missing", "schools_new"}


def test_rejected_rows_of_one_school_hold() -> None:
    before = district()
    rejected = tuple(each for each, (school, _) in before.items() if school == "School 3")
    now = {each: place for each, place in before.items() if each not in rejected}
    assert reasons(before, now, rejected=rejected) == {"schools_rejected"}
    assert reasons(before, before, rejected=rejected[:30]) == set()


def test_a_school_under_another_name_is_gone_and_opened() -> None:
    before = district()
    renamed = {
        student: ("Lincoln" if school == "School 3" else school, grade)
        for student, (school, grade) in before.items()
    }
    assert reasons(before, renamed) == {"schools_gone", "schools_opened"}


def test_another_writing_of_all_schools_is_the_same_schools() -> None:
    before = district()
    loud = {student: (school.upper(), grade) for student, (school, grade) in before.items()}
    assert reasons(before, loud) == set()


def test_most_students_of_a_school_in_another_one_hold() -> None:
    before = district()
    moved = [student for student, (school, _) in before.items() if school == "School 3"][:60]
    now = {**before, **{student: ("School 4", before[student][1]) for student in moved}}
    assert reasons(before, now) == {"schools_moved"}


def test_a_promotion_holds_unless_it_is_expected() -> None:
    before = district()
    assert reasons(before, promoted(before), is_promotion=True) == set()
    assert reasons(before, promoted(before)) == {"schools_promoted"}


def test_a_new_school_that_opens_with_a_promotion_holds_nothing_and_one_that_opens_else_does() -> (
    None
):
    before = district(10)
    up = promoted(before)
    opened = {
        student: ("New Middle", grade) if grade in ("6", "7") else (school, grade)
        for student, (school, grade) in up.items()
    }
    assert reasons(before, opened, is_promotion=True) == set()
    now = {
        student: ("New Middle", grade) if grade in ("6", "7") else (school, grade)
        for student, (school, grade) in before.items()
    }
    assert reasons(before, now, is_promotion=True) == {"schools_opened"}


def test_a_building_of_kindergartners_is_empty_between_a_promotion_and_the_enrollments() -> None:
    older = {f"{at}-{grade}": ("Main", grade) for grade in GRADES[2:] for at in range(20)}
    small = {f"k-{at}": ("Kindergarten Center", "K") for at in range(60)}
    july = {student: ("Main", NEXT[grade]) for student, (_, grade) in {**older, **small}.items()
            if grade != "12"}  # fmt: skip
    assert reasons(older | small, july, is_promotion=True) == set()
    august = july | {f"new-{at}": ("Kindergarten Center", "K") for at in range(60)}
    assert reasons(july, august, is_promotion=True) == set()


def test_graduates_who_leave_hold_nothing_and_neither_does_the_end_of_a_middle_school() -> None:
    high = {f"h{at}-{grade}": ("High", grade) for grade in GRADES[11:] for at in range(50)}
    only_seniors = {f"s{at}": ("Senior Academy", "12") for at in range(30)}
    lower = {f"l{at}-{grade}": ("Lower", grade) for grade in GRADES[2:11] for at in range(50)}
    before = high | only_seniors | lower
    left = {student: place for student, place in before.items() if place[1] != "12"}
    assert reasons(before, left) == set()
    to_eight = {
        f"{grade}-{at}": ("Middle" if grade in ("7", "8") else "Lower", grade)
        for grade in GRADES[2:11]
        for at in range(40)
    }
    stay = {student: place for student, place in to_eight.items() if place[1] != "8"}
    fewer = {student: place for at, (student, place) in enumerate(stay.items()) if at % 12}
    assert reasons(to_eight, fewer) == set()


def test_a_class_that_ends_may_be_a_small_part_of_the_district() -> None:
    junior = {f"{grade}-{at}": ("Junior", grade) for grade in ("7", "8") for at in range(50)}
    before = district(5, 28, GRADES[2:9]) | junior
    stay = {student: place for student, place in before.items() if place[1] != "8"}
    assert reasons(before, _without_some(stay, "7-", 4)) == set()


def test_no_schools_no_reasons() -> None:
    nowhere = {student: ("", grade) for student, (_, grade) in district(3).items()}
    assert reasons(nowhere, district(3)) == set(), "a column that comes opens no school"
    assert reasons(nowhere, {}) == set()


def test_limits_of_100_are_off() -> None:
    before = district()
    rules = FeedRules(one_school_limit=100, moved_limit=100)
    assert reasons(before, without(before, "School 7"), rules=rules) == set()
    assert reasons(before, promoted(before), rules=rules) == set()


def test_what_is_accepted_is_accepted_of_one_school_and_no_more() -> None:
    before = district()
    seen = held(before, without(before, "School 7", 0.6))
    accepted = {kind: each.part for kind, each in seen.measures.items()}
    assert held(before, without(before, "School 7", 0.6), accepted=accepted).status == "running"
    assert held(before, without(before, "School 8", 0.6), accepted=accepted).status == "held"
    assert held(before, without(before, "School 7", 0.7), accepted=accepted).status == "held"


def test_new_classes_are_no_new_students_and_others_are() -> None:
    before = district()
    assert new_share(before, promoted(before)) == 0.0
    others = {f"0{student}": place for student, place in before.items()}
    assert new_share(before, others) > 0.35


@pytest.mark.parametrize("lowest", ["9", "6", "7"])
def test_in_a_district_of_older_students_the_lowest_grade_starts(lowest: str) -> None:
    grades = GRADES[GRADES.index(lowest) :]
    before = district(3, 40, grades)
    stays = {
        student: (school, NEXT[grade])
        for student, (school, grade) in before.items()
        if grade != "12"
    }
    few: dict[str, tuple[str, str]] = {f"visitor-{at}": ("School 1", "5") for at in range(3)}
    first = {f"new-{at}": (f"School {at % 3}", lowest) for at in range(120)}
    assert new_share({**before, **few}, {**stays, **few, **first}) == 0.0
    assert reasons(before, stays | first, is_promotion=True) == set()


def test_where_most_students_are_of_the_first_grades_all_count() -> None:
    before = district(2, 40, ("K", "1"))
    others = {f"0{student}": place for student, place in before.items()}
    assert new_share(before, others) == 0.5


DAYS = {
    "": [("2026-05-31", False), ("2026-06-01", True), ("2026-09-30", True), ("2026-10-01", False)],
    "2026-08-10": [
        ("2026-07-26", False),
        ("2026-07-27", True),
        ("2026-08-24", True),
        ("2026-08-25", True),
        ("2026-10-01", False),
        ("2027-07-01", True),
    ],
    "2027-01-04": [("2026-09-01", False), ("2026-12-21", True), ("2027-01-18", True)],
}


@pytest.mark.parametrize(
    ("on", "today", "is_expected"),
    [(on, *each) for on, days in DAYS.items() for each in days],
)
def test_a_promotion_is_expected_around_its_day_or_while_years_turn(
    on: str, today: str, is_expected: bool
) -> None:
    assert expects_promotion(on, date.fromisoformat(today), None) is is_expected


PLACES = st.tuples(st.sampled_from(["A", "a", "B", "C", ""]), st.sampled_from(["K", "1", "2", ""]))
ROSTERS = st.dictionaries(st.integers(0, 40).map(str), PLACES, max_size=40)


@given(ROSTERS, ROSTERS, st.booleans())
def test_the_numbers_add_up_and_no_share_is_over_all(
    before: Roster, now: Roster, is_promotion: bool
) -> None:
    counts = counts_of(before, now)
    compared = compare_schools(
        counts, new=newcomers(counts), is_promotion=is_promotion, is_turn=True
    )
    schools = compared.schools
    assert sum(each.before for each in schools) == len(before)
    assert sum(each.now for each in schools) == len(now)
    assert sum(each.missing for each in schools) == len({*before} - {*now})
    assert sum(each.new for each in schools) == len({*now} - {*before})
    assert 0 <= compared.new <= len({*now} - {*before})
    for by_school in compared.measures().values():
        for measure in by_school.values():
            assert 0 <= measure.part <= measure.whole


def of_school(school: str, grade: str, students: int, first: int = 0) -> Roster:
    return {f"{school}{number + first}": (school, grade) for number in range(students)}


CLASSES: Roster = {
    student: place
    for grade in ("K", "1", "2", "3", "4", "5")
    for student, place in of_school(f"Elementary {grade}", grade, 300).items()
}


def test_a_school_of_one_class_that_vanishes_in_november_holds_and_in_june_does_not() -> None:
    before = {**CLASSES, **of_school("Grade 6 Center", "6", 280)}
    assert reasons(before, CLASSES, is_turn=False) == {"schools_gone"}
    assert reasons(before, CLASSES, is_turn=True) == set()


def test_kindergartners_of_an_unknown_school_hold_in_november_and_not_in_august() -> None:
    now = {**CLASSES, **of_school("Of another district", "K", 400)}
    assert reasons(CLASSES, now, is_turn=False) == {"schools_opened"}
    assert new_share(CLASSES, now, is_turn=False) > 0.10
    assert reasons(CLASSES, now, is_turn=True) == set()
    assert new_share(CLASSES, now, is_turn=True) == 0


def test_a_building_of_the_youngest_is_empty_in_summer() -> None:
    before = {**CLASSES, **of_school("Early Learning", "PK", 120)}
    assert reasons(before, CLASSES, is_turn=True) == set()
    assert reasons(before, CLASSES, is_turn=False) == {"schools_gone"}


@pytest.mark.parametrize(
    ("today", "promotion_on", "is_turn"),
    [
        ("2026-04-30", "", False),
        ("2026-05-01", "", True),
        ("2026-09-30", "", True),
        ("2026-10-01", "", False),
        ("2027-01-04", "2027-01-10", True),
        ("2026-06-04", "2027-01-10", True),
    ],
)
def test_classes_end_and_start_from_may_to_september_and_around_a_promotion(
    today: str, promotion_on: str, is_turn: bool
) -> None:
    assert is_between_years(promotion_on, date.fromisoformat(today), None) is is_turn


def test_a_school_that_opens_with_a_promotion_may_have_some_who_are_new_and_not_mostly() -> None:
    moved = {f"Elementary 3{at}": ("New School", "4") for at in range(60)}
    before, now = CLASSES, {**CLASSES, **moved}
    some = {**now, **of_school("New School", "4", 25, first=500)}
    most = {**now, **of_school("New School", "4", 61, first=500)}
    assert reasons(before, some, is_promotion=True, is_turn=True) == set()
    assert reasons(before, most, is_promotion=True, is_turn=True) == {"schools_opened"}
