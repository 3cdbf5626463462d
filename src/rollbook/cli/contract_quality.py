"""The words of the contract page about `rollbook quality`."""

from collections.abc import Mapping
from typing import Final

QUALITY: Final = """
## The data's quality

`rollbook quality --json` prints one object. It names schools, and no student. A share is null, or
has `part`, `whole` and `percent`. What is counted:
[measure data quality](../how-to/measure-data-quality.md).

| name | type | meaning |
| --- | --- | --- |
"""

QUALITY_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "as_of": ("text", "when it was measured"),
    "metrics": (
        "list of objects",
        "`name` (`coverage`, `success_rate`, `error_rate`,"
        " `import_time`), `value` in `unit` (% or s), `target`, `is_floor` (at least the target,"
        " else less than it), `before`, `part`, `whole`, `state`: `met`, `missed`, `under_way` or"
        " `nothing`",
    ),
    "weeks": (
        "list of objects",
        "the last eight, the newest first: `first`, `last`, `imports`, and the metrics of these"
        " days",
    ),
    "coverage": (
        "object",
        "`active_students`, by a roster where `has_roster`; `without_grade`, `grades` that take"
        " each assessment, the judged `term`, `is_of_this_school_year`, `next_term` (the next that"
        " begins, or null), and shares in `terms`, `by_grade` and `by_school` (the 500 least"
        " covered of `schools_in_all`)",
    ),
    "planned": ("number", "feeds with a schedule that is on"),
    "on_schedule": ("number", "of these, those that have kept it"),
    "feeds": (
        "list of objects",
        "`feed`, `status` as `health` has it, `is_fresh`, `missed`, `last_good`, `school_days`"
        " since then (null without a calendar), `current_by` (the time that is promised, or null)"
        " and the share of `promises` kept in 30 days",
    ),
    "problems": (
        "list of objects",
        "`code`, issues in the `last` imports and in `usual` ones, `imports` of `of_imports` with"
        " it, `trend` (`new`, `more`, `same`, `fewer`, `gone`), the last `jobs` with it, students"
        " by `schools`",
    ),
    "not_measured": ("list of texts", "what was promised and software can't know"),
}
