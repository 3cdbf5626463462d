"""The texts of columns that say whose rows they are: roles, statuses, seasons, subjects."""

import re
from enum import StrEnum, auto
from typing import Final

from rollbook.core.catalogue.school_days import school_years_in, years_of_term
from rollbook.core.catalogue.students import normalize_header
from rollbook.core.catalogue.terms import names_other_term


class Person(StrEnum):
    """Whose row it is by a text; GONE are former students, and those to come."""

    STUDENT = auto()
    OTHER = auto()
    GONE = auto()


_STUDENTS: Final = frozenset(("student", "pupil", "learner", "stu", "scholar"))
_OTHERS: Final = frozenset((
    "teacher", "staff", "faculty", "employee", "parent", "guardian", "relative", "mother",
    "father", "contact", "family", "administrator", "admin", "aide", "proctor", "principal",
    "assistant", "counselor", "coach", "instructor", "educator", "nurse", "librarian",
    "paraprofessional", "para", "paraeducator", "substitute", "specialist", "coordinator",
    "observer", "sitecoordinator", "sysadmin", "superintendent", "director", "secretary", "clerk",
    "custodian", "therapist", "psychologist", "interventionist", "tutor", "mentor", "volunteer",
    "registrar", "dean", "personnel", "facilitator", "manager", "supervisor", "officer", "driver",
    "technician", "grandparent", "grandmother", "grandfather", "stepmother", "stepfather",
    "stepparent", "mom", "dad", "caregiver", "aunt", "uncle", "alumni", "alum", "alumnus",
    "visitor", "guest", "contractor", "tch", "tchr", "stf", "emp", "fac", "adm",
))  # fmt: skip
_FAMILY: Final = frozenset((
    "parent", "guardian", "relative", "mother", "father", "family", "grandparent", "grandmother",
    "grandfather", "stepmother", "stepfather", "stepparent", "mom", "dad", "caregiver", "aunt",
    "uncle",
))  # fmt: skip
_LETTERS: Final = {
    "s": Person.STUDENT, "t": Person.OTHER, "p": Person.OTHER, "a": Person.OTHER, "e": Person.OTHER,
}  # fmt: skip
_SEVERAL_ROLES: Final = re.compile(r"[,;/|&+]|\band\b|\bor\b")
_DETAIL: Final = re.compile(r"\s-\s|[:(]|\bof\b|\bfor\b")
"""What follows is no role itself: “Teacher of Record”, “Staff - Certified”."""

_GONE: Final = re.compile(
    r"(?:to ?be ?deleted|deleted|removed|withdr(?:awn|ew|awal|aw)|in ?active|"
    r"(?:not|non) (?:active|enrolled|current)|no longer|un ?enrolled|dis ?enrolled|terminated|"
    r"archived|transferred(?! in)|transfer out|exit(?:ed)?|dropped|drop ?out|drop|graduated?|"
    r"no ?show|moved|expelled|deceased|former|alum(?:ni|nus)?|left|pre ?(?:registered|enrolled)|"
    r"prospective|applicant|future|historical)\b"
)
_SURELY_GONE: Final = re.compile(
    r"(?:to ?be ?deleted|withdr(?:awn|ew)|transferred out|graduated|dropped out|no ?show|"
    r"un ?enrolled|not enrolled)\b"
)
_HERE: Final = re.compile(
    r"(?:active|(?:re ?)?enrolled|current|attending|continuing|returning|registered|new|"
    r"transferred in)\b"
)
_LETTERS_HERE: Final = frozenset("ae")
_LETTERS_GONE: Final = frozenset("iwtgdxl")

_BOOLEAN: Final = {
    "true": True, "t": True, "yes": True, "y": True, "1": True,
    "false": False, "f": False, "no": False, "n": False, "0": False,
}  # fmt: skip
_SUBJECTS: Final = {
    "math": re.compile(r"\b(?:math|maths|mathematics|numeracy)\b"),
    "reading": re.compile(r"\b(?:reading|ela|english|language arts|literacy|dibels|lectura)\b"),
}
_OTHER_SUBJECTS: Final = frozenset((
    "science", "social studies", "history", "writing", "spelling", "language", "language usage",
    "spanish", "algebra", "geometry", "biology",
    # Kinds of tests, which differ as much.
    "benchmark", "progress monitoring", "growth monitoring", "interim", "screener",
    "standards mastery",
))  # fmt: skip
_SEASONS: Final = {
    "fall": re.compile(r"\b(?:boy|beginning|begin|beg)\b"),
    "winter": re.compile(r"\b(?:moy|middle|mid)\b"),
    "spring": re.compile(r"\b(?:eoy|end)\b"),
}
_NAMES_SEASON: Final = re.compile(r"\b(fall|autumn|winter|spring|summer)\b")
_MAY_BE_SOMETHING_ELSE: Final = frozenset(("beginning", "begin", "beg", "middle", "mid", "end"))
"""A level of schools is “Middle” too."""

_AROUND: Final = re.compile(
    r"\([^)]*\)|\b(?:20\d\d|\d\d?|sy|of|the|school|year|window|term|semester|assessment|test|"
    r"testing|season|period|administration|iready|mclass|map|star|overall|grade|inform|"
    r"growth(?! monitoring)|k|\d+(?:st|nd|rd|th)|edition)\b"
)
"""What may be around a season's or a subject's name."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def person_of_role(text: str) -> Person | None:
    """Tell whether a text names students or other people (“District Admin”); None: neither.

    What counts is the last word: one who is “Parent placed” is no parent.
    """
    spoken = _CAMEL.sub(" ", text.strip()).lower().replace("_", " ")
    found = {_person_of(part) for part in _SEVERAL_ROLES.split(spoken)} - {None}
    return next((each for each in (Person.STUDENT, Person.OTHER) if each in found), None)


def person_of_letter(text: str) -> Person | None:
    """The same of a code of one letter: S, T, P, A, E."""
    return _LETTERS.get(text.strip().lower())


def is_of_family(text: str) -> bool:
    """Tell whether a text names a relative."""
    return bool(set(re.findall(r"[a-z]+", text.lower())) & _FAMILY)


def person_of_status(text: str) -> Person | None:
    """Tell whether a text says that a student is enrolled, or not (“W - Withdrawn”, “Inactive”)."""
    parts = _parts_of_status(text)
    if any(_GONE.match(part) for part in parts):
        return Person.GONE
    return Person.STUDENT if any(_HERE.match(part) for part in parts) else None


def is_surely_gone(text: str) -> bool:
    """Tell whether a text is about enrollment whatever the header is: no program is “No show”."""
    return any(_SURELY_GONE.match(part) for part in _parts_of_status(text))


def are_letters_of_gone(texts: list[str]) -> bool:
    """Tell whether codes of one letter are of enrolled and other students: A and W."""
    letters = {text.strip().lower() for text in texts}
    known = letters <= _LETTERS_HERE | _LETTERS_GONE
    return known and bool(letters & _LETTERS_HERE) and bool(letters & _LETTERS_GONE)


def boolean_of(text: str) -> bool | None:
    """Return what a yes or no says; None: it is none."""
    return _BOOLEAN.get(text.strip().lower())


def subject_of(text: str) -> str | None:
    """Return “math” or “reading” where a normalized text or a field's name speaks of one."""
    plain = text.replace("_", " ")
    found = [subject for subject, words in _SUBJECTS.items() if words.search(plain)]
    return found[0] if len(found) == 1 else None


def subject_alone_in(text: str) -> str | None:
    """Return the subject that a text says and nothing else: “Math Grade 3”, never “Mathilda”."""
    plain = " ".join(_AROUND.sub(" ", normalize_header(text)).split())
    plain = plain.removesuffix(" diagnostic")
    if plain in _OTHER_SUBJECTS:
        return plain
    subject = subject_of(plain)
    return subject if subject and not _without(plain, subject) else None


def season_alone_in(text: str, *, is_sure: bool = False) -> str | None:
    """Return the season that a text says and nothing else: “BOY”, “Fall 2025”.

    With `is_sure` a text that may be something else, such as “Middle”, is none.
    """
    bare = re.sub(r"\([^)]*\)", " ", text)
    plain = " ".join(_AROUND.sub(" ", normalize_header(bare)).split())
    plain = plain.removesuffix(" benchmark").removesuffix(" diagnostic")
    if found := _NAMES_SEASON.fullmatch(plain):
        return found[1].replace("autumn", "fall")
    if is_sure and plain in _MAY_BE_SOMETHING_ELSE and "year" not in text.lower():
        return None
    return next((name for name, words in _SEASONS.items() if words.fullmatch(plain)), None)


def names_term(text: str, term: str) -> bool:
    """Tell whether a text can mean the term with the key `term`: names no other season or year."""
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    season, _ = term.split("_")
    if not _NAMES_SEASON.search(plain):
        meant = {name for name, words in _SEASONS.items() if words.search(plain)}
        if meant and season not in meant:
            return False
    years = school_years_in(text)
    if years and not years & years_of_term(term):
        return False
    return not names_other_term(re.sub(r"20\d\d", "", plain), term)


def _person_of(text: str) -> Person | None:
    words = re.findall(r"[a-z]+", _DETAIL.split(text.strip())[0])
    if not words:
        return None
    heads = {words[-1], words[-1].removesuffix("s")}
    if heads & _STUDENTS:
        return Person.STUDENT
    return Person.OTHER if heads & _OTHERS else None


def _parts_of_status(text: str) -> list[str]:
    spoken = _CAMEL.sub(" ", text.strip())
    return [normalize_header(part) for part in re.split(r"\s-\s|[:(/]", spoken)]


def _without(text: str, subject: str) -> str:
    return re.sub(r"\b(?:language arts|el)\b", "", _SUBJECTS[subject].sub("", text)).strip()
