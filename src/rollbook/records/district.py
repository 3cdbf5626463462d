"""The district's settings, each declared once: rows of the table `settings`, checked by kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.catalogue.instruments import INSTRUMENTS, Instrument, grades_in
from rollbook.core.scheduling.zone import zone_fault
from rollbook.records.addresses import ADDRESS, addresses, addresses_fault, letters_fault
from rollbook.records.models import Setting
from rollbook.records.setting_faults import (
    calendar_fault,
    day_fault,
    days_from,
    grades_fault,
    kept_day,
    name_fault,
)

CATEGORY: Final = "rollbook"
"""Where another application lists our settings among its own."""


@dataclass(frozen=True, slots=True)
class DistrictSetting:
    """One setting: `fault` returns what is wrong with a text, '' for a good one."""

    key: str
    title: str
    help: str
    default: str
    fault: Callable[[str], str]
    unit: str = ""
    kept: Callable[[str], str] = str
    """How a text that a person typed is kept."""
    new_fault: Callable[[str], str] = lambda _: ""
    """What else is wrong with a text that is set now; what is stored already stays good."""

    @property
    def heading(self) -> str:
        """The title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def description(self) -> str:
        """What another application may show beside the value."""
        return f"Rollbook: {self.heading}. {self.help}"


def grades_setting(instrument: Instrument) -> DistrictSetting:
    """Return the setting of which grades take an assessment."""
    return DistrictSetting(
        f"quality.{instrument.key}_grades",
        f"Grades that take {instrument.title}",
        "Data quality counts only these grades. Like “K-5, 8”, or “none”.",
        instrument.grades,
        grades_fault,
    )


RECIPIENTS: Final = DistrictSetting(
    "import.notification_emails",
    "Recipients",
    "They get email when an import fails or needs review. A feed can have its own.",
    "",
    addresses_fault,
    new_fault=letters_fault,
)
PROBLEMS_ONLY: Final = DistrictSetting(
    "import.problem_emails",
    "Problems only",
    "They don't get the all-clear when something works again.",
    "",
    addresses_fault,
    new_fault=letters_fault,
)
DECISIONS_ONLY: Final = DistrictSetting(
    "import.decision_emails",
    "Reviews only",
    "They get email only when an import needs review.",
    "",
    addresses_fault,
    new_fault=letters_fault,
)
UNCHANGED_DAYS: Final = DistrictSetting(
    "import.unchanged_days",
    "Alert us if the file hasn't changed for",
    "Counts days when an import was due and found no new file. 0 = never.",
    "3",
    days_from(0),
    "days",
)
REPORT: Final = DistrictSetting(
    "quality.report_emails",
    "Monthly report",
    "Who gets the Data quality numbers at the start of each month. No student or school names."
    " Leave blank for no report.",
    "",
    addresses_fault,
    new_fault=letters_fault,
)
NAME: Final = DistrictSetting(
    "district.name",
    "District name",
    "Shown on every page, and at the top of student records you print.",
    "",
    name_fault,
)
TIME_ZONE: Final = DistrictSetting(
    "district.time_zone",
    "Time zone",
    "For every time shown and every schedule.",
    "America/Los_Angeles",
    zone_fault,
)
SCHOOL_WEEK: Final = DistrictSetting(
    "calendar.weekdays",
    "School days of the week",
    "Like mon-fri. Leave blank for no calendar: every day then counts as a school day.",
    "",
    calendar_fault,
)
DAYS_OFF: Final = DistrictSetting(
    "calendar.days_off",
    "Holidays and breaks",
    "One per line, like 12/21/2026 to 1/3/2027 Winter break.",
    "",
    lambda text: calendar_fault(days_off=text),
)
FIRST_SCHOOL_DAY: Final = DistrictSetting(
    "school_year.first_day",
    "First day of the school year",
    "Like 8/11/2027. Leave blank if you don't track the school year here.",
    "",
    day_fault,
    kept=kept_day,
)
LAST_SCHOOL_DAY: Final = DistrictSetting(
    "school_year.last_day",
    "Last day of the school year",
    "Like 6/2/2028.",
    "",
    day_fault,
    kept=kept_day,
)
FILES_DAYS: Final = DistrictSetting(
    "retention.files_days",
    "Files of checks, failed and held imports",
    "Kept encrypted so you can review or import them. Files of successful"
    " imports are deleted right away.",
    "14",
    days_from(1),
    "days",
)
ISSUES_DAYS: Final = DistrictSetting(
    "retention.issues_days",
    "Problems and rejected rows",
    "They contain student data. The totals of each import are kept.",
    "90",
    days_from(1),
    "days",
)
CHANGES_DAYS: Final = DistrictSetting(
    "retention.changes_days",
    "Change record",
    "What each import changed, with the values before. You can undo an import while its change"
    " record is kept. After that, we still know which import each current value came from.",
    "400",
    days_from(1),
    "days",
)
JOBS_DAYS: Final = DistrictSetting(
    "retention.jobs_days",
    "Import history, logs and email",
    "Imports behind current data are always kept.",
    "730",
    days_from(30),
    "days",
)
AUDIT_DAYS: Final = DistrictSetting(
    "retention.audit_days",
    "Audit log",
    "At least one year.",
    "2555",
    days_from(365),
    "days",
)
OLD_DAYS: Final = DistrictSetting(
    "quality.old_days",
    "Show attendance and behavior as old after",
    "School days since an import last included the value. 0 = never.",
    "14",
    days_from(0),
    "school days",
)
TESTED_GRADES: Final = {each: grades_setting(each) for each in INSTRUMENTS}
SETTINGS: Final = (
    RECIPIENTS, PROBLEMS_ONLY, DECISIONS_ONLY, UNCHANGED_DAYS, NAME, TIME_ZONE, FILES_DAYS,
    ISSUES_DAYS, CHANGES_DAYS, JOBS_DAYS, AUDIT_DAYS, SCHOOL_WEEK, DAYS_OFF,
    FIRST_SCHOOL_DAY, LAST_SCHOOL_DAY,
    REPORT, OLD_DAYS, *TESTED_GRADES.values(),
)  # fmt: skip


def value_of(setting: DistrictSetting) -> str:
    """Return the setting, or its default where it is not set or makes no sense."""
    return values((setting,))[setting.key]


def values(of: Sequence[DistrictSetting] = SETTINGS) -> Mapping[str, str]:
    """Return these settings by their keys, in one statement: each, or its default where it is not
    set or makes no sense."""
    rows = _stored(of)
    return {
        each.key: each.default
        if each.key not in rows or each.fault(rows[each.key])
        else rows[each.key]
        for each in of
    }


def unusable() -> list[DistrictSetting]:
    """Return the settings that another hand has written so that they cannot be used.

    For each of them its default applies, and of recipients those that are addresses.
    """
    rows = _stored(SETTINGS)
    return [each for each in SETTINGS if each.key in rows and each.fault(rows[each.key])]


class Level(IntEnum):
    """What a recipient is written to for: of mails that tell of this, and of all below it."""

    DECISIONS = 0
    PROBLEMS = 1
    EVERYTHING = 2


def levels() -> dict[str, Level]:
    """Return who is written to, by address, and for what.

    Who is in the list of everything and in a shorter one too gets what the shorter one says; of
    the two shorter ones, that of problems. What is no address takes no one else's mails away.
    """
    lists = {
        RECIPIENTS.key: Level.EVERYTHING,
        DECISIONS_ONLY.key: Level.DECISIONS,
        PROBLEMS_ONLY.key: Level.PROBLEMS,
    }
    rows = dict(Setting.objects.filter(key__in=lists).values_list("key", "value"))
    return {
        address: level
        for key, level in lists.items()
        for address in addresses(rows.get(key, ""))
        if ADDRESS.fullmatch(address)
    }


def recipients(
    of: Level, own: Sequence[str] = (), *, known: Mapping[str, Level] | None = None
) -> list[str]:
    """Return who gets a mail that tells of this: a feed's `own` recipients, or the district's.

    `known`: what `levels` has returned, for who asks often.
    """
    known = levels() if known is None else known
    return [each for each in own or known if of <= known.get(each, Level.EVERYTHING)]


def tested_grades() -> dict[str, tuple[str, ...]]:
    """Return which grades take each assessment, by its key."""
    now = values()
    return {each.key: grades_in(now[of.key]) or () for each, of in TESTED_GRADES.items()}


def days_of(setting: DistrictSetting) -> int:
    """Return a setting that counts days."""
    return int(value_of(setting))


def district_zone() -> ZoneInfo:
    """Return the time zone in which pages show every time and schedules are meant."""
    return ZoneInfo(value_of(TIME_ZONE))


def _stored(of: Sequence[DistrictSetting]) -> dict[str, str]:
    found = Setting.objects.filter(key__in=[each.key for each in of])
    return dict(found.values_list("key", "value"))
