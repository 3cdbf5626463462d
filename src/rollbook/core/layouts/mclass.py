"""Exports of mCLASS (Amplify)."""

from dataclasses import replace
from typing import Final

from rollbook.core.layouts.layout import MEASURED, Layout, LayoutColumn, Meant, Role

_ROSTER: Final = (
    "enrollment grade", "grade", "school name",
    "state", "roster option", "account name", "municipality *", "district name",
    "district primary id", "internal program", "external program", "primary school id",
    "secondary school id", "rf school", "student middle name", "enrollment date",
    "date of birth", "gender", "race", "hispanic *", "special ed*", "disability",
    "specific disability", "spec disab", "section 504", "sec 504", "iep status",
    "economically disadvantaged", "econ disadv", "meal status", "free lunch", "title 1", "title1",
    "migrant", "english proficiency", "engprof", "ell status", "esl", "home language",
    "language", "alternate assessment", "alt assmt", "approved accommodations", "appd accom",
    "classed", "reporting class *", "official teacher *", "assessing teacher *",
    # From 2024 on.
    "multi district organization name", "reporting group name", "school primary id",
    "enrollment teacher *", "enrollment class *", "assessment class *", "title i",
    "additional student id*", "secondary student id", "dpi course code", "reading retained",
    "readingretained", "birthdate", "cldcid", "clsourcedid", "homeroom", "sex",
)  # fmt: skip
_TEST: Final = (
    "assessment", "assessment grade", "sync date", "administration type",
    "primary student id school id", "primary id student id*", "student id district id*",
    "state studentnumber", "pathway *", "completion status",
)  # fmt: skip
_OTHER_MEASURES: Final = (
    "composite *", "comp semester growth", "com year growth", "com nation norm percentile",
    "dibels composite score lexile", "* national norm percentile", "* nat norm ptile",
    "* local percentile", "* growth", "* administered remotely", "word read* wrf *",
    "error rate orf score", "read* comp* maze *", "basic comp* maze *",
    "*correct response* maze score", "vocabulary *",
    "spelling *", "ran *", "risk indicator*", "oral language *", "met growth", "no", "yes",
    "percent met", "teacher",
)  # fmt: skip


def _measure(name: str, *headers: str) -> tuple[LayoutColumn, LayoutColumn]:
    return (
        LayoutColumn(f"dibels_{name}_score", tuple(f"{header} score" for header in headers)),
        LayoutColumn(f"dibels_{name}_level", tuple(f"{header} level" for header in headers)),
    )


BENCHMARK: Final = Layout(
    name="mclass-dibels8-benchmark",
    vendor="mclass",
    title="mCLASS DIBELS 8th Edition benchmark (a row is a student's benchmark of one period)",
    columns=(
        LayoutColumn("student_id", ("student primary id", "student primary id studentnumber")),
        LayoutColumn("ssid", ("student id state id", "primary id student id state id",
                              "primary id primary student id state id",
                              "secondary student id stateid",
                              "student primary id primary student id state id")),
        LayoutColumn("last_name", ("student last name",)),
        LayoutColumn("first_name", ("student first name",)),
        LayoutColumn(Role.YEAR, ("school year",)),
        LayoutColumn(Role.WINDOW, ("benchmark period",)),
        LayoutColumn(Role.DATE, ("client date", "device date")),
        LayoutColumn(Role.EDITION, ("assessment edition",)),
        *_measure("lnf", "letter names lnf", "let nam lnf"),
        *_measure("psf", "phonemic awareness psf", "phon aware psf"),
        *_measure("nwf_cls", "letter sounds nwf cls", "let sou nwfcls"),
        *_measure("nwf_wrc", "decoding nwf wrc", "decod nwfwrc"),
        *_measure("orf_acc", "reading accuracy orf accu", "read ac orfacc"),
        *_measure("orf_wc", "reading fluency orf", "read flu orf"),
    ),
    signs=(
        ("student primary id", "student primary id studentnumber",
         "student primary id primary student id state id"),
        ("benchmark period",),
        ("assessment edition",),
        ("school year",),
        ("letter names lnf score", "let nam lnf score"),
        ("reading fluency orf score", "read flu orf score"),
        ("decoding nwf wrc score", "decod nwfwrc score"),
    ),
    ignored=(*_ROSTER, *_TEST, *_OTHER_MEASURES),
    others=(
        "pm period", "probe number", "measure", "score change", "assessment measure *",
        "*lectura*", "*espanol*", "*trc *", "book *", "*fonolog*",
        "*fsf*", "*wwr*", "*retell*", "*daze*",
    ),
    meant=(Meant(Role.EDITION, r".*dibels\D*8(th)?\b.*", "tests of another edition"),),
    sources=(
        "https://github.com/edanalytics/earthmover_edfi_bundles/tree/main/assessments/"
        "Dibels_8_Benchmark",
        "https://github.com/PowerSchool-ETL-Assistant-Tool/ETL-Assistant-Tool",
        "https://github.com/TEAMSchools/teamster",
    ),
    notes=(
        "BOY is the fall, MOY the winter, and EOY the spring of the school year in the file.",
        "If a student has several rows in one period, the one tested last counts.",
    ),
)  # fmt: skip


def _older(name: str, header: str) -> tuple[LayoutColumn, LayoutColumn]:
    return (
        LayoutColumn(f"dibels_{name}_score", (f"assessment measure {header} score",)),
        LayoutColumn(f"dibels_{name}_level", (f"assessment measure {header} levels",)),
    )


BENCHMARK_UNTIL_2020: Final = replace(
    BENCHMARK,
    name="mclass-dibels8-benchmark-until-2020",
    title="mCLASS DIBELS 8th Edition benchmark, with “Assessment Measure” in each header",
    columns=(
        *(column for column in BENCHMARK.columns if column.holds not in MEASURED),
        *_older("lnf", "lnf"),
        *_older("psf", "psf"),
        *_older("nwf_cls", "nwf cls"),
        *_older("nwf_wrc", "nwf wrc"),
        *_older("orf_acc", "orf accuracy"),
        *_older("orf_wc", "orf fluency"),
    ),
    signs=(
        ("student primary id",), ("benchmark period",), ("assessment edition",), ("school year",),
        ("assessment measure lnf score",), ("assessment measure orf fluency score",),
        ("assessment measure nwf wrc score",),
    ),
    ignored=(
        *_ROSTER, *_TEST,
        *(f"assessment measure {each} *" for each in (
            "composite", "wrf", "orf errors", "maze", "vocabulary", "spelling", "ran",
            "risk indicator",
        )),
    ),
    others=(
        *(each for each in BENCHMARK.others if each != "assessment measure *"),
        "letter names *", "assessment measure dorf *",
    ),
    sources=(),
)  # fmt: skip
