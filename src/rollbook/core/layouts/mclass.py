"""Exports of mCLASS (Amplify)."""

from typing import Final

from rollbook.core.layouts.layout import Layout, LayoutColumn, Meant, Role

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
)  # fmt: skip
_TEST: Final = (
    "assessment", "assessment grade", "sync date", "administration type",
    "primary student id school id", "primary id student id*", "student id district id*",
    "state studentnumber", "pathway *",
)  # fmt: skip
_OTHER_MEASURES: Final = (
    "composite *", "comp semester growth", "com year growth", "com nation norm percentile",
    "dibels composite score lexile", "* national norm percentile", "* nat norm ptile",
    "* local percentile", "* growth", "* administered remotely", "word read* wrf *",
    "error rate orf score", "read* comp* maze *", "*correct response* maze score", "vocabulary *",
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
                              "primary id primary student id state id")),
        LayoutColumn("last_name", ("student last name",)),
        LayoutColumn("first_name", ("student first name",)),
        LayoutColumn(Role.YEAR, ("school year",)),
        LayoutColumn(Role.WINDOW, ("benchmark period",)),
        LayoutColumn(Role.DATE, ("client date",)),
        LayoutColumn(Role.EDITION, ("assessment edition",)),
        *_measure("lnf", "letter names lnf", "let nam lnf"),
        *_measure("psf", "phonemic awareness psf", "phon aware psf"),
        *_measure("nwf_cls", "letter sounds nwf cls", "let sou nwfcls"),
        *_measure("nwf_wrc", "decoding nwf wrc", "decod nwfwrc"),
        *_measure("orf_acc", "reading accuracy orf accu", "read ac orfacc"),
        *_measure("orf_wc", "reading fluency orf", "read flu orf"),
    ),
    signs=(
        ("student primary id", "student primary id studentnumber"),
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
    ),
    notes=(
        "BOY is the fall, MOY the winter, and EOY the spring of the school year in the file.",
        "Where a student has several rows of one period, the one tested last counts.",
    ),
)  # fmt: skip
