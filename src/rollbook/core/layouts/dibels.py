"""Exports of DIBELS 8th Edition that name its measures as the University of Oregon does."""

from typing import Final

from rollbook.core.layouts.layout import Layout, LayoutColumn, Role

_SOURCES: Final = ("https://github.com/PowerSchool-ETL-Assistant-Tool/ETL-Assistant-Tool",)
_TEST: Final = "{grade} {window}"
_GRADES: Final = ("k", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th")


def _measure(name: str, header: str) -> tuple[LayoutColumn, LayoutColumn]:
    return (
        LayoutColumn(f"dibels_{name}_score", (f"{header} {_TEST}",)),
        LayoutColumn(f"dibels_{name}_level", (f"benchmark status {header} {_TEST}",)),
    )


BY_WINDOW: Final = Layout(
    name="dibels8-by-window",
    vendor="dibels",
    title="DIBELS 8th Edition scores (a row is a student's assessment of one window)",
    columns=(
        LayoutColumn("student_id", ("student id",)),
        LayoutColumn("last_name", ("student lname",)),
        LayoutColumn("first_name", ("student fname",)),
        LayoutColumn(Role.YEAR, ("school year",)),
        LayoutColumn(Role.WINDOW, ("assess window",)),
        LayoutColumn(Role.DATE, ("assessment date",)),
        LayoutColumn("dibels_lnf_score", ("lnf",)),
        LayoutColumn("dibels_psf_score", ("psf",)),
        LayoutColumn("dibels_nwf_cls_score", ("nwf cls",)),
        LayoutColumn("dibels_nwf_wrc_score", ("nwf wrc",)),
        LayoutColumn("dibels_orf_wc_score", ("orf words correct",)),
    ),
    signs=(
        ("student id",), ("school year",), ("assess window",), ("assessment date",),
        ("nwf wrc",), ("orf words correct",),
    ),
    ignored=(
        "district name", "school name", "teacher id", "teacher name", "teacher email", "grade",
        "wrf", "orf words incorrect", "maze correct", "maze incorrect",
    ),
    others=(
        "fsf*", "*wwr*", "*daze*", "*retell*", "*composite*", "*lectura*", "*idel*",
        "benchmark period", "probe number", "pm *", "*status*",
    ),
    sources=_SOURCES,
    notes=(
        "This export has no levels and no ORF accuracy, so the saved ones stay.",
        "If a student has several rows in one window, the one assessed last counts.",
    ),
)  # fmt: skip

DATA_SYSTEM: Final = Layout(
    name="dibels8-data-system",
    vendor="dibels",
    title="DIBELS 8th Edition of the University of Oregon's data system (a row is a student)",
    columns=(
        LayoutColumn("student_id", ("student id",)),
        LayoutColumn("last_name", ("last",)),
        LayoutColumn("first_name", ("first",)),
        LayoutColumn(Role.YEAR, ("year {grade}",)),
        LayoutColumn(Role.DATE, tuple(f"date {test} {_TEST}" for test in
                                      ("lnf", "psf", "nwf", "orf"))),
        *_measure("lnf", "lnf"),
        *_measure("psf", "psf"),
        *_measure("nwf_cls", "nwf cls"),
        *_measure("nwf_wrc", "nwf wrc"),
        *_measure("orf_wc", "orf wordscorrect"),
        *_measure("orf_acc", "orf accuracy"),
    ),
    parts=(("grade", _GRADES), ("window", ("beginning", "middle", "end"))),
    signs=(
        ("student id",), ("last",), ("first",), tuple(f"year {grade}" for grade in _GRADES),
        # DIBELS Next has WWR and DORF in their places, and no edition before 8 has WRF or Maze.
        ("nwf wrc *", "orf wordscorrect *"), ("wrf *", "maze *"),
    ),
    ignored=(
        "district uid", "district name", "district institutional id", "uid", "secondary id",
        "birth date", "race ethnicity", "gender", "free reduced lunch", "special education",
        "disability status *", "additional codes", "dibels approved accommodations", "movedout *",
        "school *", "class *", "teacher *", "secondary class *", "wrf *", "orf errors *", "maze *",
        "composite *", "benchmark status wrf *", "benchmark status maze *",
        "benchmark status composite *", "benchmark status orf errors *",
        "national dds percentile *", "district percentile *", "date wrf *", "date maze *",
        "date composite *", "form *", "remote *", "growth *", "months of growth *",
        "outcome score *", "instr rec *",
    ),
    others=(
        "isf *", "wuf *", "rtf *", "*fsf*", "*wwr*", "*daze*", "*retell*", "*dorf*", "*lectura*",
        "*idel*", "benchmark period", "probe number", "pm *", "*need for support*", "assessment",
        "measure", "phase *", "month", "week", "score",
    ),
    sources=_SOURCES,
    notes=(
        "The grade and the window of a score are in its header, the school year of a grade in a "
        "column of its own: Beginning is the fall, Middle the winter, and End the spring of it.",
    ),
)  # fmt: skip
