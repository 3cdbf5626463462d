"""The district's tests as their vendors export them: the same students, scores and levels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term

Row = Sequence[str]

RETESTED: Final = 7
"""One student in so many has an earlier test in the same window, which does not count."""

DAYS: Final = {"fall": "9/16", "winter": "1/20", "spring": "5/5", "summer": "6/20"}
EARLIER: Final = {"fall": "9/2", "winter": "1/6", "spring": "4/21", "summer": "6/5"}
_WINDOWS: Final = {
    "fall": "Fall (Beginning of Year - November 15)", "winter": "Winter (November 16 - March 1)",
    "spring": "Spring (March 2 - End of Year)", "summer": "Summer",
}  # fmt: skip
_PERIODS: Final = {"fall": "BOY", "winter": "MOY", "spring": "EOY", "summer": "EOY"}

_IREADY: Final = (
    "Last Name", "First Name", "Student ID", "Student Grade", "Academic Year", "School",
    "Enrolled", "Student State ID", "User Name", "Sex", "Race", "Class(es)", "Class Teacher(s)",
    "Start Date", "Completion Date", "Norming Window", "Most Recent Diagnostic YTD (Y/N)",
    "Duration (min)", "Rush Flag", "Overall Scale Score", "Overall Placement",
    "Overall Relative Placement", "Percentile", "Grouping",
)  # fmt: skip
DOMAINS: Final[Mapping[str, Row]] = {
    "reading": ("Lexile Measure", "Phonics Scale Score", "Vocabulary Scale Score",
                "Comprehension: Overall Scale Score"),
    "math": ("Quantile Measure", "Number and Operations Scale Score", "Geometry Scale Score"),
}  # fmt: skip
_MCLASS: Final = (
    "School Year", "State", "District Name", "School Name", "Student Last Name",
    "Student First Name", "Enrollment Grade", "Date of Birth", "Classed", "Assessment",
    "Assessment Edition", "Assessment Grade", "Benchmark Period", "Client Date", "Sync Date",
    "Student Primary ID", "Primary ID - Student ID (State ID)",
)  # fmt: skip
_SKILLS: Final[Mapping[str, str]] = {
    "lnf": "Letter Names (LNF)", "psf": "Phonemic Awareness (PSF)",
    "nwf_cls": "Letter Sounds (NWF-CLS)", "nwf_wrc": "Decoding (NWF-WRC)",
    "orf_acc": "Reading Accuracy (ORF-Accu)", "orf_wc": "Reading Fluency (ORF)",
}  # fmt: skip
_BY_WINDOW: Final = (
    "DISTRICT_NAME", "SCHOOL_NAME", "TEACHER_NAME", "STUDENT_ID", "STUDENT_LNAME", "STUDENT_FNAME",
    "GRADE", "SCHOOL_YEAR", "ASSESSMENT_DATE", "ASSESS_WINDOW", "LNF", "PSF", "NWF_CLS", "NWF_WRC",
    "WRF", "ORF_WORDS_CORRECT", "ORF_WORDS_INCORRECT", "MAZE_CORRECT", "MAZE_INCORRECT",
)  # fmt: skip
_SCORES: Final[Mapping[str, str]] = {
    "lnf": "LNF", "psf": "PSF", "nwf_cls": "NWF_CLS", "nwf_wrc": "NWF_WRC",
    "orf_wc": "ORF_WORDS_CORRECT",
}  # fmt: skip


_OLDER: Final[Mapping[str, str]] = {
    "lnf": "LNF", "psf": "PSF", "nwf_cls": "NWF (CLS)", "nwf_wrc": "NWF (WRC)",
    "orf_acc": "ORF (Accuracy)", "orf_wc": "ORF (Fluency)",
}  # fmt: skip
_RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "2020": {
        "Enrollment Grade": "Grade",
        "Primary ID - Student ID (State ID)": "Student ID (State ID)",
        **{f"{_SKILLS[name]} - Level": f"Assessment Measure-{older}-Levels"
           for name, older in _OLDER.items()},
        **{f"{_SKILLS[name]} - Score": f"Assessment Measure-{older}-Score"
           for name, older in _OLDER.items()},
    },
    "2025": {
        "Client Date": "Device Date",
        "Student Primary ID": "Student Primary ID (StudentNumber)",
        "Primary ID - Student ID (State ID)": "Secondary Student ID (StateID)",
    },
    "2026": {
        "Client Date": "Device Date",
        "Primary ID - Student ID (State ID)": "Secondary Student ID",
    },
}  # fmt: skip
"""Year of an edition of mCLASS's export -> what it calls columns of the others."""


@dataclass(frozen=True, slots=True)
class VendorFile:
    """One export: its name, and its rows with the header in front."""

    name: str
    rows: Sequence[Row]


def vendor_files(catalogue: Catalogue, students: Iterable[Row]) -> list[VendorFile]:
    """Return what i-Ready and mCLASS export of `students`, rows as `district.students` gives."""
    found = [Student(catalogue, row) for row in students]
    of_iready = [
        VendorFile(f"diagnostic_results_{short}.csv", [*_iready(catalogue, found, subject)])
        for subject, short in (("reading", "ela"), ("math", "math"))
    ]
    of_mclass = [
        VendorFile(
            f"dibels8_BM_{school_year_of(term)}_{period_of(term)}.csv", [*_mclass(found, term)]
        )
        for term in catalogue.terms
    ]
    return [*of_iready, *of_mclass]


def iready_rows(catalogue: Catalogue, students: Iterable[Row], subject: str) -> Iterator[Row]:
    """Yield an i-Ready file of a subject, header first, without holding all students."""
    return _iready(catalogue, (Student(catalogue, row) for row in students), subject)


def mclass_rows(catalogue: Catalogue, students: Iterable[Row], term: Term) -> Iterator[Row]:
    """Yield mCLASS's file of a term, header first."""
    return _mclass([Student(catalogue, row) for row in students], term)


def dibels_file(catalogue: Catalogue, students: Iterable[Row]) -> VendorFile:
    """Return the scores of DIBELS 8 of all terms in one table, a row for each window."""
    found = [Student(catalogue, row) for row in students]
    return VendorFile("dibels8_by_window.csv", [*_by_window(catalogue, found)])


def mclass_editions(catalogue: Catalogue, students: Iterable[Row]) -> list[VendorFile]:
    """Return what mCLASS exports of all terms in one file, as it did in other years."""
    found = [Student(catalogue, row) for row in students]
    rows = [row for term in catalogue.terms for row in [*_mclass(found, term)][1:]]
    header = next(_mclass(found, catalogue.terms[0]))
    return [
        VendorFile(f"dibels8_BM_{year}.csv", [[names.get(text, text) for text in header], *rows])
        for year, names in _RENAMED.items()
    ]


class Student:
    """A student's cells by the names of their fields."""

    def __init__(self, catalogue: Catalogue, row: Row) -> None:
        names = (field.name for field in catalogue.fields)
        self._cells = dict(zip(names, row, strict=True))

    def __getitem__(self, name: str) -> str:
        return self._cells[name]

    @property
    def is_retested(self) -> bool:
        """Whether there is an earlier test in each window."""
        return self["student_id"].isdigit() and int(self["student_id"]) % RETESTED == 0


def _iready(catalogue: Catalogue, students: Iterable[Student], subject: str) -> Iterator[Row]:
    header = (*_IREADY, *DOMAINS[subject])
    yield header
    for student in students:
        for term in catalogue.terms:
            name = f"{term.key}_iready_{subject}"
            score, level = student[f"{name}_score"], student[f"{name}_level"]
            if not score and not level:
                continue
            cells = named(student) | {
                "Academic Year": school_year_of(term),
                "Norming Window": _WINDOWS[season_of(term)],
                "Overall Relative Placement": level,
                "Rush Flag": "Off",
            }
            if student.is_retested:
                yield row_of(header, cells | _test(term, "200", "N", EARLIER))
            yield row_of(header, cells | _test(term, score, "Y", DAYS))


def _test(term: Term, score: str, latest: str, days: Mapping[str, str]) -> dict[str, str]:
    day = day_of(term, days)
    return {
        "Overall Scale Score": score,
        "Most Recent Diagnostic YTD (Y/N)": latest,
        "Start Date": day,
        "Completion Date": day,
    }


def _mclass(students: Sequence[Student], term: Term) -> Iterator[Row]:
    header = (
        *_MCLASS,
        *(f"{skill} - {what}" for skill in _SKILLS.values() for what in ("Level", "Score")),
    )
    yield header
    for student in students:
        results = {
            f"{skill} - {what}": student[f"{term.key}_dibels_{name}_{what.lower()}"]
            for name, skill in _SKILLS.items()
            for what in ("Level", "Score")
        }
        if not any(results.values()):
            continue
        about = {
            "School Year": school_year_of(term),
            "School Name": student["school"],
            "Student Last Name": student["last_name"],
            "Student First Name": student["first_name"],
            "Enrollment Grade": student["grade"],
            "Assessment Edition": "DIBELS 8th Edition",
            "Benchmark Period": period_of(term),
            "Client Date": day_of(term, DAYS),
            "Student Primary ID": student["student_id"],
            "Primary ID - Student ID (State ID)": student["ssid"],
        }
        yield row_of(header, results | about)


def _by_window(catalogue: Catalogue, students: Sequence[Student]) -> Iterator[Row]:
    yield _BY_WINDOW
    for student in students:
        for term in catalogue.terms:
            scores = {
                header: student[f"{term.key}_dibels_{name}_score"]
                for name, header in _SCORES.items()
            }
            if not any(scores.values()):
                continue
            about = {
                "SCHOOL_NAME": student["school"],
                "STUDENT_ID": student["student_id"],
                "STUDENT_LNAME": student["last_name"],
                "STUDENT_FNAME": student["first_name"],
                "GRADE": student["grade"],
                "SCHOOL_YEAR": school_year_of(term),
                "ASSESS_WINDOW": period_of(term),
            }
            if student.is_retested:
                earlier = dict.fromkeys(_SCORES.values(), "0")
                day = day_of(term, EARLIER)
                yield row_of(_BY_WINDOW, earlier | about | {"ASSESSMENT_DATE": day})
            day = day_of(term, DAYS)
            yield row_of(_BY_WINDOW, scores | about | {"ASSESSMENT_DATE": day})


def named(student: Student) -> dict[str, str]:
    """Return what i-Ready's exports say of a student."""
    return {
        "Last Name": student["last_name"],
        "First Name": student["first_name"],
        "Student ID": student["student_id"],
        "Student State ID": student["ssid"],
        "Student Grade": student["grade"],
        "School": student["school"],
        "Enrolled": "Enrolled",
    }


def row_of(header: Row, cells: Mapping[str, str]) -> Row:
    """Return the cells in the order of `header`; blank where there are none."""
    return [cells.get(name, "") for name in header]


def season_of(term: Term) -> str:
    """Return “fall” of Fall 2025."""
    return term.key.split("_")[0]


def period_of(term: Term) -> str:
    """Return the period of a term, as DIBELS calls it."""
    return _PERIODS[season_of(term)]


def school_year_of(term: Term) -> str:
    """Return “2025-2026”."""
    begins = int(term.name[-4:]) - (season_of(term) != "fall")
    return f"{begins}-{begins + 1}"


def day_of(term: Term, days: Mapping[str, str]) -> str:
    """Return the day of a term's tests: one of `DAYS`, or of `EARLIER`."""
    return f"{days[season_of(term)]}/{term.name[-4:]}"
