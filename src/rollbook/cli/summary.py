"""What a run came to, as a person likes to read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rollbook.cli.error_texts import next_step
from rollbook.core import cells
from rollbook.core.file_set import place_of
from rollbook.core.issues import IssueGroup, Severity
from rollbook.core.quantities import counted, size_text
from rollbook.core.report import Report
from rollbook.core.visible import visible

if TYPE_CHECKING:
    from rollbook.records.queries.held_schools import SchoolLine

NO_PROBLEMS = "No problems found."
HEADLINES = {
    "completed": ("✓", "green", "Import completed"),
    "held": ("!", "yellow", "Held: needs your decision"),
    "failed": ("✗", "red", "Import failed"),
    "unchanged": ("=", "cyan", "Nothing new to import"),
    "running": ("…", "cyan", "Another import of this feed is running"),
    "undone": ("↶", "yellow", "Import undone: its changes were taken back"),
}

DRY_RUN = {
    "completed": "Dry run completed: nothing was saved",
    "held": "Dry run: the import would be held",
    "failed": "Dry run failed: the import would fail",
}


def print_summary(
    console: Console,
    report: Report,
    groups: Sequence[IssueGroup],
    *,
    job: int | None,
    values: bool,
    checked: bool = False,
) -> None:
    """Print a report and its issues by kind; `checked`: no database was asked.

    `values`: with what the file says, which may be a student's: its name, headers and cells.
    """
    _print_headline(console, report, job=job, checked=checked)
    _print_file(console, report.file, values=values)
    if report.counts.total:
        _print_counts(console, report, checked=checked)
    _print_issues(console, report, groups, values=values)
    if groups and not values:
        where = (
            f"See examples with `rollbook jobs show {job}`"
            if job
            else "To see examples, run it in a terminal or add --json"
        )
        console.print(f"\n  {where}; they may show students' values.", highlight=False)


def print_rosters(console: Console, rosters: Mapping[str, Sequence[tuple[str, int, int]]]) -> None:
    """Print where students are gone in a held file: the schools and grades that differ most."""
    if not rosters:
        return
    console.print("\n  Students before and after", style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="dim")
    table.add_column("")
    for title in ("last file", "this file", "difference"):
        table.add_column(title, justify="right")
    for lines in rosters.values():
        for name, before, after in lines[:MOST_LINES]:
            change = f"{after - before:+,}".replace("-", "−") if after != before else "0"
            words = Text(visible(name) or "not known")
            table.add_row(words, f"{before:,}", f"{after:,}", change)
        table.add_section()
    console.print(table)


def print_schools(console: Console, lines: Sequence["SchoolLine"]) -> None:
    """Print what a held file does to each school: those that hold it, and that differ most."""
    if not lines:
        return
    console.print("\n  Schools before and after", style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="dim")
    table.add_column("")
    for title in ("last file", "this file", "missing", "new", "rejected", "moved"):
        table.add_column(title, justify="right")
    table.add_column("")
    for line in lines[:MOST_LINES]:
        numbers = (line.before, line.now, line.missing, line.new, line.rejected, line.moved)
        words = Text(visible(line.name) or "not known")
        table.add_row(words, *(f"{each:,}" for each in numbers), ", ".join(line.reasons).lower())
    console.print(table)


def _print_headline(console: Console, report: Report, *, job: int | None, checked: bool) -> None:
    status = report.status
    if report.reason == "file_unchanged":
        status = "unchanged"
    elif report.reason == "held":
        status = "held"
    elif report.undone:
        status = "undone"
    sign, color, words = HEADLINES[status]
    if checked and status == "completed":
        words = "Checked: the file can be imported"
    elif checked and status == "failed":
        words = "Checked: the file can't be imported"
    elif report.dry_run and status in DRY_RUN:
        words = DRY_RUN[status]
    seconds = report.seconds.get("total")
    line = Text(f"\n{sign} {words}", style=f"bold {color}")
    if seconds is not None:
        line.append(f"  in {seconds:.1f} s", style="not bold dim")
    if job is not None:
        line.append(f"  import {job}", style="not bold dim")
    console.print(line)
    if report.message is not None:
        step = next_step(report.reason, {"job": job})
        console.print(" ".join(filter(None, (str(report.message), step))), highlight=False)


def _print_file(console: Console, file: dict[str, Any], *, values: bool) -> None:
    if not file.get("name"):
        return
    parts = [str(file["name"])] if values else []
    parts.append(size_text(file["size"]))
    parts += [str(file[key]) for key in ("kind", "encoding") if file.get(key)]
    if file.get("header_row", 1) != 1:
        parts.append(f"header in row {file['header_row']}")
    console.print("  " + ", ".join(parts), style="dim", highlight=False, markup=False)
    if file.get("same_as"):
        console.print(f"  the same file as import {file['same_as']}", style="dim", highlight=False)
    for note in file.get("notes", []):
        console.print(Padding(Text(visible(note)), (0, 2), expand=False), style="dim")


MOST_LINES = 10
"""Schools, and grades, that are listed."""

COUNT_LINES = (
    ("inserted", "new students", "added"),
    ("updated", "changed", "at least one new value"),
    ("unchanged", "unchanged", "same as before"),
    ("duplicates", "duplicates", "repeated rows, counted once"),
    ("rejected", "rejected", "not imported; see below"),
)
WOULD_BE = (
    ("inserted", "new students", "would be added"),
    ("updated", "changed", "would get new values"),
    ("unchanged", "unchanged", "would stay the same"),
    *COUNT_LINES[3:],
)
"""The same where nothing was stored."""

BESIDE_LINES = (
    ("combined", "more rows", "of the same students, such as tests of other terms"),
    ("left_out", "rows left out", "by the file's layout; see above"),
)
"""Rows beside the total."""


def _print_counts(console: Console, report: Report, *, checked: bool) -> None:
    counts = report.counts
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    table.add_column(justify="right", min_width=9)
    table.add_column()
    table.add_column(style="dim")
    lines = COUNT_LINES if report.stored else WOULD_BE
    if checked:
        good = counts.total - counts.rejected - counts.duplicates
        table.add_row(f"{good:,}", "good", "would be imported", style="bold")
    for key, words, meaning in lines:
        if checked and key in ("inserted", "updated", "unchanged"):
            continue
        count: int = getattr(counts, key)
        style = "bold red" if key == "rejected" and count else ""
        table.add_row(f"{count:,}", words, meaning, style=style)
    table.add_row("─────────", "", "")
    table.add_row(f"{counts.total:,}", "student records in the file", "", style="bold")
    if counts.missing_from_file:
        table.add_row(f"{counts.missing_from_file:,}", "known, but not in the file", "unchanged")
    for key, words, meaning in BESIDE_LINES:
        if getattr(counts, key):
            table.add_row(f"{getattr(counts, key):,}", words, meaning)
    console.print()
    console.print(table)
    for name in report.columns_set_aside:
        console.print(f"  Skipped column: {name}. Saved values stay.", style="yellow")


def _print_issues(
    console: Console, report: Report, groups: Sequence[IssueGroup], *, values: bool
) -> None:
    if not report.errors and not report.warnings:
        if report.counts.total:
            what = "No problems in single rows." if report.status == "held" else NO_PROBLEMS
            console.print(f"\n  {what}", style="green")
        return
    listed = groups if values else _without_columns(groups)
    told = [each for each in listed if each.example.code == str(report.reason).upper()]
    for group in told:  # the headline has said it
        if values and group.example.value:
            console.print(Text(f"  {visible(group.example.value)}"), soft_wrap=True)
    if not (others := [each for each in listed if each not in told]):
        return
    errors = report.errors - sum(each.count for each in told)
    console.print(
        f"\n  {counted(errors, 'error')} and {counted(report.warnings, 'warning')}, by kind:",
        style="bold",
        highlight=False,
    )
    for group in others:
        _print_group(console, group, message=group.example.message, values=values)


def _without_columns(groups: Iterable[IssueGroup]) -> list[IssueGroup]:
    """Return groups that differ in the column's header alone as one: headers are not printed."""
    found: dict[tuple[object, ...], IssueGroup] = {}
    for group in groups:
        issue = group.example
        key = (issue.code, issue.severity, issue.field, issue.message)
        before = found.get(key)
        found[key] = replace(before, count=before.count + group.count) if before else group
    return list(found.values())


def _print_group(console: Console, group: IssueGroup, *, message: str, values: bool) -> None:
    issue = group.example
    color = "red" if issue.severity is Severity.ERROR else "yellow"
    line = Text("  ")
    line.append(f"{group.count:>6,} × ", style="bold")
    line.append(issue.code, style=f"bold {color}")
    if values and issue.column:
        line.append(f"  in “{issue.column}”")
    elif issue.field:
        line.append(f"  in {issue.field}")
    console.print(line)
    words = "for example " if group.count > 1 else ""
    value = cells.shown(issue.value or "") if values else ""
    if issue.row is not None:
        held = f": “{value}”" if value else ""
        console.print(_indented(f"{words}row {place_of(issue.row).plain}{held}"), style="dim")
    elif value:
        console.print(_indented(f"{words}{value}"))
    if message:
        console.print(_indented(message))
    if issue.code == "BAD_GRADE" and value:
        console.print(_indented(f'rollbook feeds map FEED --value "grade:{value}=..."'))


def _indented(text: str) -> Padding:
    # As it is shown, for what is longer than it was measured is cut; and as Text, so that
    # neither markup nor numbers in a cell are taken for anything but themselves.
    return Padding(Text(visible(text)), (0, 2, 0, 11), expand=False)
