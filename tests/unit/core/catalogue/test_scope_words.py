"""What single texts say of a row: whose it is, whether the student is here, of which test."""

import pytest

from rollbook.core.catalogue.scope_words import (
    Person,
    are_letters_of_gone,
    boolean_of,
    is_of_family,
    names_term,
    person_of_letter,
    person_of_role,
    person_of_status,
    season_alone_in,
    subject_alone_in,
    subject_of,
)

FAMILY = """
    parent guardian relative mother father family grandparent grandmother grandfather stepmother
    stepfather stepparent mom dad caregiver aunt uncle
"""
OTHERS = """
    teacher staff faculty employee contact administrator admin aide proctor principal assistant
    counselor coach instructor educator nurse librarian paraprofessional para paraeducator
    substitute specialist coordinator observer sitecoordinator sysadmin superintendent director
    secretary clerk custodian therapist psychologist interventionist tutor mentor volunteer
    registrar dean personnel facilitator manager supervisor officer driver technician alumni alum
    alumnus visitor guest contractor tch tchr stf emp fac adm
"""
STUDENTS = ("student", "pupil", "learner", "stu", "scholar")


@pytest.mark.parametrize("word", [*OTHERS.split(), *FAMILY.split()])
def test_one_and_several_of_these_are_other_people(word: str) -> None:
    assert person_of_role(word) is Person.OTHER
    assert person_of_role(f"Our {word.upper()}S") is Person.OTHER


@pytest.mark.parametrize("word", STUDENTS)
def test_one_and_several_of_these_are_students(word: str) -> None:
    assert person_of_role(word) is Person.STUDENT
    assert person_of_role(f"{word}s") is Person.STUDENT


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Teacher of Record", Person.OTHER),
        ("teacher_of_record", Person.OTHER),
        ("Staff - Certified", Person.OTHER),
        ("Student (new)", Person.STUDENT),
        ("districtAdministrator", Person.OTHER),
        ("Teacher, Room 7", Person.OTHER),
        ("Parent and neighbor", Person.OTHER),
        ("Teacher/Student", Person.STUDENT),
        ("Parent placed", None),
        ("Lead Math Teacher", Person.OTHER),
        ("Coach Lee", None),
        ("", None),
        ("7", None),
    ],
)
def test_the_last_word_of_a_role_says_who_it_is(text: str, person: Person | None) -> None:
    assert person_of_role(text) is person


def test_codes_of_one_letter_are_students_and_other_people() -> None:
    assert person_of_letter(" S ") is Person.STUDENT
    assert {person_of_letter(letter) for letter in "tpae"} == {Person.OTHER}
    assert person_of_letter("x") is None


@pytest.mark.parametrize("word", FAMILY.split())
def test_relatives_are_known_in_a_longer_text(word: str) -> None:
    assert is_of_family(f"The {word.capitalize()} (legal)")


@pytest.mark.parametrize("text", ["Friend", "Teacher", "Godparents", ""])
def test_others_are_no_relatives(text: str) -> None:
    assert not is_of_family(text)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Active", Person.STUDENT),
        ("A - Active", Person.STUDENT),
        ("7: re-enrolled", Person.STUDENT),
        ("Transferred In", Person.STUDENT),
        ("W - Withdrawn", Person.GONE),
        ("toBeDeleted", Person.GONE),
        ("inActive", Person.GONE),
        ("Active/Transferred", Person.GONE),
        ("Complete", None),
    ],
)
def test_a_status_says_whether_the_student_is_here(text: str, person: Person | None) -> None:
    assert person_of_status(text) is person


@pytest.mark.parametrize(
    ("letters", "are_gone"),
    [("aeiwtgdxl", True), ("AW", True), ("AE", False), ("IW", False), ("QAW", False),
     ("QW", False), ("QA", False)],
)  # fmt: skip
def test_letters_tell_where_some_are_of_enrolled_and_some_of_former_students(
    letters: str, are_gone: bool
) -> None:
    assert are_letters_of_gone(list(letters)) is are_gone


def test_what_yes_and_no_are() -> None:
    assert {boolean_of(text) for text in ("True", " t ", "YES", "y", "1")} == {True}
    assert {boolean_of(text) for text in ("False", "f", " No", "N", "0")} == {False}
    assert boolean_of("2") is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("math", "math"), ("maths", "math"), ("mathematics", "math"), ("numeracy", "math"),
        ("reading", "reading"), ("ela", "reading"), ("english", "reading"),
        ("language arts", "reading"), ("literacy", "reading"), ("dibels", "reading"),
        ("lectura", "reading"), ("fall_2025_iready_math_score", "math"),
        ("math and reading", None), ("mathilda", None),
    ],
)  # fmt: skip
def test_a_subject_is_told_where_a_text_speaks_of_one(text: str, subject: str | None) -> None:
    assert subject_of(text) == subject


OTHER_SUBJECTS = (
    "science", "social studies", "history", "writing", "spelling", "language", "language usage",
    "spanish", "algebra", "geometry", "biology", "benchmark", "progress monitoring",
    "growth monitoring", "interim", "screener", "standards mastery",
)  # fmt: skip


@pytest.mark.parametrize("subject", OTHER_SUBJECTS)
def test_other_subjects_and_kinds_of_tests_are_subjects(subject: str) -> None:
    assert subject_alone_in(f"{subject.title()} 2025") == subject


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("i-Ready Math", "math"),
        ("Math Diagnostic", "math"),
        ("Math Grade 3", "math"),
        ("English Language Arts", "reading"),
        ("EL English", "reading"),
        ("Math with Ms. Lee", None),
        ("Lee", None),
    ],
)
def test_a_text_is_of_a_subject_where_it_says_nothing_else(text: str, subject: str | None) -> None:
    assert subject_alone_in(text) == subject


@pytest.mark.parametrize(
    ("text", "season", "sure"),
    [
        ("BOY", "fall", "fall"), ("MOY", "winter", "winter"), ("EOY", "spring", "spring"),
        ("Beginning", "fall", None), ("Begin", "fall", None), ("Beg", "fall", None),
        ("Middle", "winter", None), ("Mid", "winter", None), ("End", "spring", None),
        ("Beginning of Year", "fall", "fall"), ("Middle of the School Year", "winter", "winter"),
        ("Fall 2025", "fall", "fall"), ("Autumn", "fall", "fall"), ("summer", "summer", "summer"),
        ("Winter Benchmark", "winter", "winter"), ("Spring Diagnostic", "spring", "spring"),
        ("Fall (Beginning of Year)", "fall", "fall"), ("Fall and Winter", None, None),
        ("Lakeside", None, None),
    ],
)  # fmt: skip
def test_a_season_is_told_where_a_text_says_nothing_else(
    text: str, season: str | None, sure: str | None
) -> None:
    assert season_alone_in(text) == season
    assert season_alone_in(text, is_sure=True) == sure


@pytest.mark.parametrize(
    ("text", "term", "can_be"),
    [
        ("BOY", "fall_2025", True),
        ("BOY-Window", "fall_2025", True),
        ("MOY_2025", "fall_2025", False),
        ("Round 1", "fall_2025", True),
        ("Fall 2025", "fall_2025", True),
        ("Fall 2025-2026", "fall_2025", True),
        ("Fall 2024-2025", "fall_2025", False),
        ("Winter", "fall_2025", False),
        ("Winter, end of it", "winter_2026", True),
        ("Winter 2025-2026", "winter_2026", True),
        ("Spring 2024", "spring_2025", True),  # perhaps of the school year that began in 2024
    ],
)
def test_a_text_can_be_of_a_term_unless_it_names_another_season_or_year(
    text: str, term: str, can_be: bool
) -> None:
    assert names_term(text, term) is can_be
