"""Exports of i-Ready (Curriculum Associates)."""

from collections.abc import Iterable
from typing import Final

from rollbook.core.layouts.layout import SUBJECT, Layout, LayoutColumn, Meant, Role

_DEMOGRAPHICS: Final = (
    "student grade", "grade", "school", "school name",
    "user name", "username", "sex", "gender", "hispanic or latino", "race", "ethnicity",
    "english language *", "special education", "economic* disadvantage*", "migrant", "homeless*",
    "foster*", "military *", "millitary", "gifted *", "student with disabilities", "504 *",
    "plan 504", "early intervention *", "transitional kindergarten", "district state id",
    "account state id", "school state id", "external account id", "state", "district name",
    "enrolled", "class es", "classes", "class teacher*", "teacher s", "report group*",
    "instructional group*", "ui instance code", "instance code", "school id",
)  # fmt: skip
_OF_READING: Final = (
    "lexile *", "phonics *", "phono* aware*", "high freq* word*", "vocabulary *",
    "*comprehension *", "comp lit *", "comp info* *", "comp overall *", "*reading difficulty *",
    "mean comprehension *", "*dyslexia*", "task administration recommended *",
)  # fmt: skip
_OF_MATH: Final = (
    "quantile *", "number and operations *", "algebra *", "measurement and data *", "geometry *",
)  # fmt: skip
_OF_DIAGNOSTIC: Final = (
    "start date", "baseline diag*", "baseline assessment *", "diagnostic used to establish *",
    "duration *", "time on task *", "rush flag", "read aloud", "overall place*",
    "percentile", "grouping", "tier", "*diagnostic gain*", "diag gain", "assessment gain",
    "ann* typical growth *", "ann* stretch growth *", "per* prog* *growth*", "mid *grade level *",
    "profic* *growth", "prof std *growth", "proj* *growth", "domain differential", "tactile *",
    "cut score applied *", "activity id", "diagnostic activity id", "location", "date",
    "time of data pull", "diagnostic completion time *", "student grade at time of diagnostic",
)  # fmt: skip

_SEASONS: Final = (("fall", (11, 15)), ("winter", (3, 1)), ("spring", (6, 30)))
_ENGLISH: Final = (Meant(Role.LANGUAGE, "eng.*|en(-us)?", "tests in another language"),)
_SOURCES: Final = (
    "https://github.com/edanalytics/earthmover_edfi_bundles/tree/main/assessments/i-Ready",
    "https://github.com/PowerSchool-ETL-Assistant-Tool/ETL-Assistant-Tool",
)


def _in_instruction(headers: Iterable[str]) -> tuple[str, ...]:
    """Return headers as the diagnostic and instruction export writes them."""
    return tuple(header if header.startswith("*") else f"diagnostic {header}" for header in headers)


DIAGNOSTIC_RESULTS: Final = Layout(
    name="iready-diagnostic-results",
    vendor="iready",
    title="i-Ready Diagnostic results (a row is a test)",
    columns=(
        LayoutColumn("student_id", ("student id",)),
        LayoutColumn("ssid", ("student state id",)),
        LayoutColumn("last_name", ("last name",)),
        LayoutColumn("first_name", ("first name",)),
        LayoutColumn(Role.YEAR, ("academic year",)),
        LayoutColumn(Role.WINDOW, ("norming window", "window")),
        LayoutColumn(Role.DATE, ("completion date", "diagnostic completion date")),
        LayoutColumn(Role.OFFICIAL, ("most recent diag*", "most recent assessment*")),
        LayoutColumn(Role.SUBJECT, ("subject",)),
        LayoutColumn(Role.LANGUAGE, ("diagnostic language", "diag language", "language")),
        LayoutColumn(f"iready_{SUBJECT}_score", ("overall scale score",)),
        LayoutColumn(f"iready_{SUBJECT}_level",
                     ("overall relative placement", "overall rel place")),
    ),
    signs=(
        ("overall scale score",),
        ("completion date", "diagnostic completion date"),
        ("academic year",),
        ("student id",),
        ("rush flag", "duration *", "grouping"),
    ),
    ignored=(*_DEMOGRAPHICS, *_OF_DIAGNOSTIC, *_OF_READING, *_OF_MATH),
    others=(
        "instruction *", "lesson *", "*lessons passed", "*spanish*", "task type", "score",
        "diagnostic overall scale score *", "score type", "standards mastery *", "form name",
    ),
    subjects={"reading": _OF_READING, "math": _OF_MATH},
    seasons=_SEASONS,
    meant=_ENGLISH,
    sources=_SOURCES,
    notes=(
        "If a student has several tests in one window, the one that i-Ready marks as most recent "
        "counts, otherwise the one completed last.",
        "This export has no Met Standard, so the saved values stay.",
    ),
)  # fmt: skip

DIAGNOSTIC_AND_INSTRUCTION: Final = Layout(
    name="iready-diagnostic-and-instruction",
    vendor="iready",
    title="i-Ready Diagnostic and Instruction (a row is a student with several tests)",
    columns=(
        LayoutColumn("student_id", ("student id",)),
        LayoutColumn("last_name", ("last name",)),
        LayoutColumn("first_name", ("first name",)),
        LayoutColumn(Role.YEAR, ("academic year",)),
        LayoutColumn(Role.SUBJECT, ("subject",)),
        LayoutColumn(Role.DATE, ("diagnostic completion date {test}",)),
        LayoutColumn(Role.LANGUAGE, ("diagnostic language {test}",)),
        LayoutColumn(f"iready_{SUBJECT}_score", ("diagnostic overall scale score {test}",)),
        LayoutColumn(f"iready_{SUBJECT}_level", ("diagnostic overall relative placement {test}",)),
    ),
    parts=(("test", ("most recent", "1", "2", "3", "4", "5")),),
    signs=(
        ("diagnostic overall scale score most recent", "diagnostic overall scale score 1"),
        ("diagnostic completion date most recent", "diagnostic completion date 1"),
        ("academic year",),
        ("student id",),
        ("diagnostic rush flag *", "diagnostic time on task *", "diagnostic tier *"),
    ),
    ignored=(
        *_DEMOGRAPHICS, "active", "filipino", *_in_instruction(_OF_READING),
        *_in_instruction(_OF_MATH), "diagnostic start date *", "diagnostic time on task *",
        "diagnostic rush flag *", "diagnostic overall placement *", "diagnostic percentile *",
        "diagnostic tier *", "diagnostic grouping *", "diagnostic probability *",
        "diagnostic gain *", "number of *diagnostics *", "annual * growth measure",
        "instruction *", "date", "time of data pull",
    ),
    others=(
        "overall scale score", "*spanish*", "task type", "score type", "standards mastery *",
        "form name",
    ),
    subjects={
        "reading": _in_instruction(_OF_READING), "math": _in_instruction(_OF_MATH),
    },
    seasons=_SEASONS,
    meant=_ENGLISH,
    sources=_SOURCES,
    notes=(
        "If a student has several tests in one window, the one completed last counts.",
        "A test that is there as the most recent and with its number is one test.",
        "This export has no Met Standard, so the saved values stay.",
    ),
)  # fmt: skip
