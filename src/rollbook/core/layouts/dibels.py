"""Exports of DIBELS 8th Edition that name its measures as the University of Oregon does."""

from typing import Final

from rollbook.core.layouts.layout import Layout, LayoutColumn, Role

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
    sources=("https://github.com/PowerSchool-ETL-Assistant-Tool/ETL-Assistant-Tool",),
    notes=(
        "Levels and the accuracy of ORF are not in this export, so they stay as they are.",
        "Where a student has several rows of one window, the one assessed last counts.",
    ),
)  # fmt: skip
