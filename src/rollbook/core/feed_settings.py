"""How one feed wants its file treated. Every rule has the safe choice as its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

IDENTIFIERS = ("student_id", "ssid")
"""Fields by which a student is known."""

AUTO = "auto"
"""As an encoding or a layout: each file shows it."""

NO_LAYOUT = "none"
"""As a layout: each file is one row per student, whatever its header looks like."""

ENCODINGS = (
    AUTO, "utf-8", "windows-1252", "mac-roman", "cp850", "cp437", "windows-1250", "windows-1254",
    "iso-8859-2",
)  # fmt: skip
"""What a feed may say its text files are written in."""

IGNORE = ""
"""As a target in `FeedRules.headers`: this column is ignored on purpose."""


@dataclass(frozen=True, slots=True)
class FeedRules:
    """A feed's settings as far as a file's meaning depends on them."""

    required: tuple[str, ...] = IDENTIFIERS
    """Identifier fields whose column must be there and filled in each row."""
    files: Literal["newest", "all"] = "newest"
    """`all`: the files that match are parts of one export, and so are those of an archive."""
    worksheet: str | None = None
    """The sheet's name; None: the first visible sheet with a recognizable header."""
    encoding: str = AUTO
    """One of ENCODINGS."""
    layout: str = AUTO
    """The name of the vendor's layout that its files have; AUTO or NO_LAYOUT."""
    percent_scale: Literal["auto", "100", "1"] = "auto"
    """`100`: the file writes 94.5 for 94.5 %; `1`: it writes 0.945."""
    half_days: Literal["refuse", "up", "down", "nearest"] = "refuse"
    blanks: Literal["keep", "clear"] = "keep"
    new_students: Literal["create", "reject"] = "create"
    is_roster: bool = field(default=True, repr=False)
    """Its file says who is a student, how they are called, and who is missing."""
    leading_zeros: bool = True
    """False: the district declares that its identifiers have no leading zeros to lose."""
    rejected_limit: int = 10
    """Percent of the student records that may be rejected before the job is held."""
    missing_limit: int = 100
    """Percent of the students of the last file who may be missing before the job is held."""
    names_limit: int = 5
    """Percent of the known students in the file who may get another name before it is held."""
    ssid_limit: int = 5
    """The same of the SSID."""
    school_limit: int = 25
    """The same of the school: where students move up, several grades change schools at once."""
    grade_limit: int = 25
    """The same of the grade, one that is not the next."""
    new_limit: int = 10
    """Percent of the last file's students and the new ones who may be new, without those in
    classes that start; of a first file, percent of all students there would be."""
    one_school_limit: int = 50
    """Percent of the students of one school who may be missing, new or rejected."""
    moved_limit: int = 75
    """Percent of the students of one school who may change school or grade."""
    promotion_on: str = ""
    """The day on which students go up to their next grades, such as 2027-07-01; '' for none."""
    blanked_limit: int = 50
    """Percent of a column's values, by the last files, that may be gone before it is held."""
    shifted_limit: int = 40
    """Percent of a column's values, by the last files, that may become others in one night."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The feed's own mapping: header as the file writes it -> field name, or IGNORE."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field name -> cell text -> the text to read instead."""
    blank_markers: tuple[str, ...] = ()
    """Further texts that mean blank, on top of the catalogue's."""
    other_columns: Literal["warn", "note"] = "warn"
    """`note`: only what is mapped or known is wanted, so that other columns are no warnings."""
    own_layouts: tuple[str, ...] = ()
    """The district's own layouts that its files may have, as `core/layouts/own.py` reads them."""


def rules_from_json(given: Mapping[str, Any]) -> FeedRules:
    """Return the rules that another process was sent as JSON."""
    lists = {name: tuple(given[name]) for name in ("required", "blank_markers", "own_layouts")}
    return FeedRules(**{**given, **lists})


def rules_used(kept: Mapping[str, Any]) -> FeedRules:
    """Return the settings that an import has kept; those of a later version have their defaults."""
    known = {each.name for each in fields(FeedRules)}
    return FeedRules(**{name: value for name, value in kept.items() if name in known})
