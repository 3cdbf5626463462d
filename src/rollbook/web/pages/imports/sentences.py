"""The sentences of pages about a job. None of them holds a student's value."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from rollbook.core.quantities import counted, listed
from rollbook.core.reading.encodings import SPOKEN
from rollbook.core.report import Report
from rollbook.records.outcome import Outcome
from rollbook.records.queries.change_lines import NO_SCHOOL
from rollbook.records.queries.issues import Effect
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.layouts import title_of
from rollbook.records.unusual import Unusual
from rollbook.web.pages.feeds.mending import MENDS
from rollbook.web.pages.result_words import kind_words

EFFECTS: Mapping[Effect, tuple[str, str]] = {
    Effect.ROW_REFUSED: ("bad", "Row not imported"),
    Effect.VALUE_REFUSED: ("warn", "Imported without this value"),
    Effect.COLUMN_SKIPPED: ("warn", "About the whole file"),
    Effect.KEPT: ("info", "Imported, but check it"),
}
"""Tone and words for what an issue means for the data."""

WOULD_BE: Mapping[Effect, tuple[str, str]] = {
    **EFFECTS,
    Effect.ROW_REFUSED: ("bad", "Row wouldn't be imported"),
    Effect.VALUE_REFUSED: ("warn", "Would be imported without this value"),
    Effect.KEPT: ("info", "Would be imported, but check it"),
}
"""The same where nothing was stored."""

PAGES_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "Feeds, Columns": ("mapping", "Columns of"),
    "missing_columns": ("mapping", "Columns of"),
    "repeated_columns": ("mapping", "Columns of"),
    "in the feed": ("feed_settings", "Settings of"),
    "layout_unsure": ("feed_settings", "Settings of"),
    "layout_unfit": ("feed_settings", "Settings of"),
    **{reason: ("feed_settings", f"{mend.words}:", mend.anchor) for reason, mend in MENDS.items()},
}
"""Where an administrator does what the core says: words of an issue, or the reason why a file was
failed -> the feed's page, a link, and where it is on that page."""

MOST_UNUSUAL: Final = 10

PHASES: Mapping[str, str] = {
    "connecting": "Connect",
    "downloading": "Download",
    "parsing": "Find the table",
    "validating": "Read and check",
    "importing": "Save",
}
"""The steps of an import, in their order, as people see them."""

PHASES_OF_A_SERVER: Mapping[str, str] = {
    "connecting": PHASES["connecting"], "arriving": "Wait for the upload to finish", **PHASES
}  # fmt: skip
"""The steps where a file on a server is waited for."""

PHASES_OF_A_STORED_FILE: Mapping[str, str] = {
    **PHASES, "connecting": "Open the file", "downloading": "Read the file"
}  # fmt: skip
"""The steps where the file was uploaded: nothing is connected to."""

PHASES_AND_WAITING: Mapping[str, str] = {
    **PHASES_OF_A_SERVER, "waiting": "Wait for other imports"
}  # fmt: skip
"""Waiting is not a step: it comes before “Find the table”, and only on a busy worker."""


def page_told(said: str | None) -> tuple[str, ...] | None:
    """Return the page of a feed that an issue or a reason speaks of, with the words of a link."""
    return next((page for words, page in PAGES_TOLD.items() if words in (said or "")), None)


def phases_shown(job: JobView) -> Mapping[str, str]:
    """Return the name of each step that the job can have, and of waiting for others."""
    ours = PHASES_OF_A_STORED_FILE if job.is_of_stored_file else PHASES_OF_A_SERVER
    if job.report.dry_run:
        ours = {**ours, "importing": "Compare with saved data"}
    return {**ours, "waiting": PHASES_AND_WAITING["waiting"]}


def outcome_sentence(report: Report, *, missing: int = 0) -> str:
    """Return in one sentence or two what became of the data; `missing`: students that the import
    marked so."""
    counts = report.counts
    if report.status != "completed":
        return "Nothing was changed."
    if report.reason == "file_unchanged":
        return "No new file. It's the same as last time."
    if report.dry_run:
        return "This was a check, so nothing was saved. Below is what an import would do."
    told = (counts.inserted, "new"), (counts.updated, "updated"), (counts.unchanged, "unchanged")
    parts = [f"{count:,} {words}" for count, words in told if count]
    saved = f"{listed(parts) or 'No students'} of {counted(counts.total, 'student')} in the file."
    if missing:
        saved += f" {counted(missing, 'student was', 'students were')} marked missing."
    if counts.rejected:
        saved += f" {counted(counts.rejected, 'row')} couldn't be imported."
    elif values := report.errors - report.by_code.get("COLUMN_SET_ASIDE", 0):
        saved += f" {counted(values, 'value')} couldn't be imported."
    return saved


def effects(report: Report) -> Mapping[Effect, tuple[str, str]]:
    """Return tone and words for what an issue means for the data, or would mean."""
    return EFFECTS if report.stored else WOULD_BE


def time_left(seconds: float | None) -> str:
    """Return how long it will still take, in words; nothing where that is unknown."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"about {round(seconds, -1):.0f} seconds left"
    return f"about {round(seconds / 60):.0f} minutes left"


SETTINGS: Mapping[str, tuple[str, Mapping[Any, str]]] = {
    "encoding": ("Encoding", {"auto": "automatic", **SPOKEN}),
    "layout": ("Layout", {"auto": "automatic", "none": "one row per student"}),
    "files": ("Files", {"newest": "only the newest",
                        "all": "all files of a delivery as one export"}),
    "other_columns": ("Other columns", {"warn": "reported", "note": "not wanted"}),
    "percent_scale": ("Percentages", {"auto": "automatic", "100": "written as 94.5",
                                      "1": "written as 0.945"}),
    "half_days": ("Half days", {"refuse": "not imported", "up": "rounded up",
                                "down": "rounded down", "nearest": "rounded to the nearest"}),
    "blanks": ("Blank cells", {"keep": "keep the saved value", "clear": "clear the saved value"}),
    "new_students": ("Unknown students", {"create": "added", "reject": "reported, not added"}),
    "leading_zeros": ("Student IDs", {True: "may start with zeros",
                                      False: "have no leading zeros"}),
}  # fmt: skip
"""What a setting is called, and what its values mean; a layout's name is known elsewhere."""


HELD_AT: Mapping[str, str] = {
    "rejected_limit": "of rows rejected",
    "missing_limit": "of students missing",
    "names_limit": "with another name",
    "ssid_limit": "with another SSID",
    "school_limit": "in another school",
    "grade_limit": "in another grade",
    "new_limit": "new",
    "one_school_limit": "of one school missing, new or rejected",
    "moved_limit": "of one school in another school or grade",
    "blanked_limit": "of a column's values lost",
    "shifted_limit": "of a column's values changed",
}
"""Limit -> what of."""

OF_COLUMNS: Final = ("blanked_limit", "shifted_limit")
"""Limits of columns that are compared with a server's last files."""


def settings_lines(
    rules: Mapping[str, Any], *, is_by_hand: bool = False
) -> Sequence[tuple[str, str]]:
    """Return the settings that an import used, as a name and what it means.

    `is_by_hand`: of a feed without a server, whose files are not compared column by column.
    """
    if not rules.get("is_roster", True):
        rules = {**rules, "new_students": "reject"}
    lines = [
        (name, meanings.get(rules[key]) or title_of(rules[key]))
        for key, (name, meanings) in SETTINGS.items()
        if key in rules
    ]
    if "rejected_limit" in rules:
        shares = [
            f"{rules[limit]}% {words}"
            for limit, words in HELD_AT.items()
            if rules.get(limit, 100) < 100 and not (is_by_hand and limit in OF_COLUMNS)
        ]
        lines.append(("Held at", f"more than {', '.join(shares)}" if shares else "no limit"))
    if mapped := len(rules.get("headers", ())) + sum(map(len, rules.get("values", {}).values())):
        lines.append(("Matched", f"headers and values of the feed: {mapped:,}"))
    return lines


def changed_fields(
    changes: Mapping[str, Any], headers: Mapping[str, str]
) -> Sequence[tuple[str, str, int]]:
    """Return name, header and students of each field that changed, the most frequent first."""
    counts: Mapping[str, int] = changes.get("fields", {})
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(name, headers.get(name, name), count) for name, count in ordered]


def changed_at(changes: Mapping[str, Any]) -> int:
    """Return at how many schools known students changed; those without a school are of none."""
    return sum(bool(name and count) for name, count in changes.get("updated", {}).items())


def unusual_lines(job: JobView, headers: Mapping[str, str]) -> Sequence[Unusual]:
    """Return the fields, by their headers, and the schools that changed unusually; ten at most.

    Of a failed import nothing is unusual but that.
    """
    if job.outcome is Outcome.FAILED:
        return ()
    found = job.unusual
    named = [replace(line, name=headers.get(line.name, line.name)) for line in found.fields]
    named += [replace(line, name=line.name or "No school") for line in found.schools]
    return named[:MOST_UNUSUAL]


def changed_schools(changes: Mapping[str, Any]) -> Sequence[tuple[str, str, int, int]]:
    """Return name, filter of the list, new and changed students of each school, those with the
    most first."""
    new, changed = changes.get("inserted", {}), changes.get("updated", {})
    names = sorted(
        {*new, *changed}, key=lambda name: (-new.get(name, 0) - changed.get(name, 0), name)
    )
    return [
        (
            name or "No school",
            urlencode({"school": name or NO_SCHOOL}),
            new.get(name, 0),
            changed.get(name, 0),
        )
        for name in names
    ]


def announcement(job: JobView, *, step: int, steps: int, title: str, percent: int | None) -> str:
    """Return what a screen reader announces of a running import: phases and every quarter."""
    kind = kind_words(job).lower()
    if job.outcome is Outcome.WAITING:
        return f"The {kind} is starting."
    if job.outcome.is_over:
        return f"The {kind} has ended."
    quarter = f", {percent // 25 * 25} percent" if percent is not None and percent >= 25 else ""
    return f"Step {step} of {steps}: {title}{quarter}"
