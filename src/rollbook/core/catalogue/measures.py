"""The assessments' measures, declared once; every term has each of them."""

from typing import Final

from rollbook.core.catalogue.field import Field, FieldType, Level, Score, YesNo
from rollbook.core.catalogue.terms import Term

IREADY_SCORE: Final = Score(100, 800)
"""i-Ready Diagnostic scale scores lie between 100 and 800 (Curriculum Associates)."""

IREADY_LEVEL: Final = Level((
    "Mid or Above Grade Level", "Early On Grade Level", "1 Grade Level Below",
    "2 Grade Levels Below", "3 or More Grade Levels Below",
    "Mid On-Grade or Above", "Early On-Grade", "One Grade Below", "Two Grades Below",
    "Three or More Grades Below", "One Grade Level Below", "Two Grade Levels Below",
    "Three or More Grade Levels Below", "On Grade Level", "Above Grade Level",
    "On Level", "Above Level", "1 Level Below", "2 or More Levels Below",
    "On Grade Level, Mid, Late, or Above", "Tested Out", "Max Score", "Not Assessed",
))  # fmt: skip
"""Relative placements as i-Ready's exports of different years write them."""

DIBELS_COUNT: Final = Score(0, 400)
"""Counts of words, sounds or letters in a minute; no published form has more than 400."""

DIBELS_ACCURACY: Final = Score(0, 100, percent_sign=True)
"""ORF accuracy is the percentage of words read correctly (University of Oregon, DIBELS 8)."""

DIBELS_LEVEL: Final = Level((
    "Well Below Benchmark", "Below Benchmark", "At Benchmark", "Above Benchmark", "Benchmark",
    "At or Above Benchmark", "Intensive", "Strategic", "Core", "Intensive Support",
    "Strategic Support", "Core Support", "Negligible Risk", "Minimal Risk", "Low Risk",
    "Some Risk", "At Risk", "High Risk", "Not Determined", "Tested Out", "Discontinued",
))  # fmt: skip
"""Levels of DIBELS 8, DIBELS Next, IDEL and mCLASS exports."""

MEASURES: Final[tuple[tuple[str, str, str, FieldType], ...]] = (
    # area, column after the term, header after the term, type
    ("iready", "iready_reading_score", "i-Ready Reading Overall Score", IREADY_SCORE),
    ("iready", "iready_reading_level", "i-Ready Reading Overall Performance Level", IREADY_LEVEL),
    ("iready", "iready_reading_met_standard", "i-Ready Reading Overall Met Standard", YesNo()),
    ("iready", "iready_math_score", "i-Ready Math Overall Score", IREADY_SCORE),
    ("iready", "iready_math_level", "i-Ready Math Overall Performance Level", IREADY_LEVEL),
    ("iready", "iready_math_met_standard", "i-Ready Math Overall Met Standard", YesNo()),
    ("dibels", "dibels_orf_wc_score", "DIBELS ORF WC Score", DIBELS_COUNT),
    ("dibels", "dibels_orf_wc_level", "DIBELS ORF WC Performance Level", DIBELS_LEVEL),
    ("dibels", "dibels_orf_acc_score", "DIBELS ORF Acc Score", DIBELS_ACCURACY),
    ("dibels", "dibels_orf_acc_level", "DIBELS ORF Acc Performance Level", DIBELS_LEVEL),
    ("dibels", "dibels_nwf_wrc_score", "DIBELS NWF WRC Score", DIBELS_COUNT),
    ("dibels", "dibels_nwf_wrc_level", "DIBELS NWF WRC Performance Level", DIBELS_LEVEL),
    ("dibels", "dibels_nwf_cls_score", "DIBELS NWF CLS Score", DIBELS_COUNT),
    ("dibels", "dibels_nwf_cls_level", "DIBELS NWF CLS Performance Level", DIBELS_LEVEL),
    ("dibels", "dibels_psf_score", "DIBELS PSF Score", DIBELS_COUNT),
    ("dibels", "dibels_psf_level", "DIBELS PSF Performance Level", DIBELS_LEVEL),
    ("dibels", "dibels_lnf_score", "DIBELS LNF Score", DIBELS_COUNT),
    ("dibels", "dibels_lnf_level", "DIBELS LNF Performance Level", DIBELS_LEVEL),
)


def measures_of(term: Term) -> tuple[Field, ...]:
    """Return the 18 fields of `term`."""
    return tuple(
        Field(
            f"{term.key}_{column}",
            f"{term.name} {header}",
            type_,
            area,
            _aliases(term.name, header),
            term.key,
        )
        for area, column, header, type_ in MEASURES
    )


def _aliases(term: str, header: str) -> tuple[str, ...]:
    """The header without "Overall" or "Performance", and with the term at the end."""
    shorter = {
        header,
        header.replace("Overall ", ""),
        header.replace("Performance ", ""),
        header.replace("Overall ", "").replace("Performance ", ""),
    }
    return tuple(
        sorted(
            {f"{term} {name}" for name in shorter}
            | {f"{name} {term}" for name in shorter} - {f"{term} {header}"}
        )
    )
