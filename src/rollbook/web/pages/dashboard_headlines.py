"""The sentences at the top of the dashboard: what needs a person, or that nothing does."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rollbook.core.quantities import clock_text, counted, moment_words
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.rehearsals import NextRehearsal, Rehearsed
from rollbook.records.queries.standings import UNCONFIRMED, FeedStanding
from rollbook.records.standing import FeedStatus, Standing, by_urgency

RENAMED: Final = "A file with another name was found."

MOST_TOLD: Final = 10
"""Lines that are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence at the top: its tone and icon, what it says, and where it leads."""

    tone: str
    icon: str
    sentence: str
    detail: str
    job: int | None = None
    is_of_rows: bool = False
    """Whether it leads to the rows of the import, which administrators may see."""


def headlines(
    found: Sequence[FeedStanding],
    undone: Sequence[JobView],
    rehearsed: Iterable[NextRehearsal],
    now: datetime,
    *,
    renamed: Collection[int] = (),
) -> tuple[list[Headline], int]:
    """Return a line for each feed that needs a person, or the one that says that none does, and
    how many lines are left out; `now` is local.

    `undone` are imports whose undo has left a schedule off, `rehearsed` what is known of the next
    runs, `renamed` the feeds of which a file was found under another name. A feed for files by hand
    counts from its first import.
    """
    names = {each.feed.name for each in found if each.feed.pk in renamed}
    known = [each.standing for each in found if each.feed.host or each.standing.facts.last]
    ranked = by_urgency(known)
    trouble = [
        _trouble(each, now, is_renamed=each.feed in names) for each in ranked if each.is_in_trouble
    ]
    trouble += [
        _held(each) for each in ranked if each.facts.held and each.status is not FeedStatus.HELD
    ]
    unchanged = [each for each in ranked if each.status is FeedStatus.UNCHANGED]
    trouble += [_unchanged(each, is_renamed=each.feed in names) for each in unchanged]
    told = [each for each in ranked if each.is_in_trouble or each in unchanged]
    trouble += [_renamed(each) for each in ranked if each.feed in names and each not in told]
    trouble += [_rehearsed(each, now) for each in rehearsed if each.needs_person]
    trouble += [_unconfirmed(each) for each in found if each.is_unconfirmed]
    trouble += [_discarded(each, now) for each in ranked if each.discarded]
    trouble += [_rows_left(each) for each in ranked if each.rows_left]
    lines = trouble + [_undone(job) for job in undone]
    if not lines:
        lines = [_calm(ranked, now), *_each_old(found, now)]
    return lines[:MOST_TOLD], max(0, len(lines) - MOST_TOLD)


def _each_old(found: Sequence[FeedStanding], now: datetime) -> list[Headline]:
    """Return a line for each of several feeds whose data is old, because its schedule is off."""
    known = [each.standing for each in found if each.feed.host and each.standing.last_good]
    if len(known) < 2 or not any(each.is_on for each in known):
        return []
    old = [each for each in known if each.status is FeedStatus.OLD]
    return [
        Headline(
            "warn",
            "exclamation-triangle",
            f"{each.feed}: data {_age(each, now)}.",
            "Its schedule is off. Import now, or turn the schedule on.",
            each.job,
        )
        for each in old
    ]


def _rehearsed(each: NextRehearsal, now: datetime) -> Headline:
    """Amber: nothing has gone wrong yet, and there is time."""
    at = moment_words(each.run.astimezone(now.tzinfo), now)
    job = each.job.number if each.job else None
    if each.what is Rehearsed.REFUSED:
        sentence = f"The next file of {each.feed} would be rejected ({at})."
        return Headline("warn", "clock", sentence, "Have the export corrected before then.", job)
    detail = "Decide now, or have the export corrected before then."
    if each.obstacle is not None:
        detail = f"The decision won't count: {each.obstacle.words}. Decide again."
    sentence = f"The next file of {each.feed} would be held ({at})."
    return Headline("warn", "clock", sentence, detail, job)


def _renamed(each: Standing) -> Headline:
    """The feed's own file is there still, and an older one."""
    return Headline(
        "warn",
        "exclamation-triangle",
        f"{each.feed}: a newer file came under another name.",
        "It wasn't imported, because this feed doesn't take its name. Use the name, or ignore it.",
        each.job,
    )


def _unchanged(each: Standing, *, is_renamed: bool) -> Headline:
    """Amber at the district's limit, red at twice as many days."""
    detail = "Ask your SIS vendor whether the export still runs."
    if is_renamed:
        detail = "A newer file came under another name: use the name, or ignore it."
    return Headline(
        "bad" if each.is_frozen else "warn",
        "exclamation-triangle",
        f"{each.feed}: no new file on {counted(each.unchanged_days, 'school day')}.",
        f"{detail} You're seeing the last file's data.",
        each.job,
    )


def _discarded(each: Standing, now: datetime) -> Headline:
    """Amber: the file was refused by a person, so the data is that of the file before."""
    given_up = each.discarded
    at = (given_up.data_as_of if given_up else now).astimezone(now.tzinfo)
    file = "Today's file" if at.date() == now.date() else f"The file of {at:%b} {at.day}"
    good = each.last_good.astimezone(now.tzinfo) if each.last_good else None
    data = f"you're using data from {good:%b} {good.day}" if good else "nothing is imported yet"
    job = given_up.job if given_up else None
    detail = f"{file} was discarded."
    return Headline("warn", "arrow-uturn-left", f"{each.feed}: {data}.", detail, job)


def _rows_left(each: Standing) -> Headline:
    """Amber: so many rows of the newest data are in no table."""
    rows = counted(each.rows_left, "row wasn't imported", "rows weren't imported")
    detail = "Everything else in the last file was imported."
    sentence, job = f"{each.feed}: {rows}.", each.facts.stored_job
    return Headline("warn", "exclamation-triangle", sentence, detail, job, is_of_rows=True)


def _unconfirmed(each: FeedStanding) -> Headline:
    sentence = f"{each.feed.name} can't import yet."
    detail = f"{UNCONFIRMED}. Test its connection in the feed's settings."
    return Headline("warn", "exclamation-triangle", sentence, detail)


def _undone(job: JobView) -> Headline:
    return Headline(
        "warn",
        "arrow-uturn-left",
        f"Import {job.number} of {job.feed} was undone.",
        "The feed's schedule stays off until you turn it on.",
        job.number,
    )


def _trouble(each: Standing, now: datetime, *, is_renamed: bool) -> Headline:
    """Amber after one planned run was missed, red after two, with the reason."""
    match each.status:
        case FeedStatus.HELD:
            return _held(each)
        case FeedStatus.MISSED:
            sentence = f"{each.feed}: data {_age(each, now)}."
            detail = each.why
            tone, icon = "warn" if each.missed == 1 else "bad", "exclamation-triangle"
        case FeedStatus.LATE:
            sentence, detail = _late(each, now), each.why
            tone, icon = "bad", "clock"
        case _:
            sentence = f"{each.feed}: last import failed."
            detail = f"{each.why} {_still(each, now)}{_then(each, now)}"
            tone, icon = "bad", "x-circle"
    parts = [f"{_missed(each)}{detail}".strip(), RENAMED if is_renamed else ""]
    return Headline(tone, icon, sentence, " ".join(filter(None, parts)), each.job)


def _still(each: Standing, now: datetime) -> str:
    """Say from when the data is that a failed import has left as it was."""
    if each.last_good is None:
        return "Nothing was saved."
    good = each.last_good.astimezone(now.tzinfo)
    return f"You're still using data from {good:%b} {good.day}."


def _late(each: Standing, now: datetime) -> str:
    at = (each.late_since or now).astimezone(now.tzinfo)
    day = "today" if at.date() == now.date() else f"on {at:%A}"
    return f"{each.feed}: not up to date by {clock_text(at)} {day}."


def _held(each: Standing) -> Headline:
    """An import that waits for a decision, whatever came after it."""
    held, last = each.facts.held, each.facts.last
    job = held.job if held else None
    which = "the last import" if last is None or last.job == job else f"import {job}"
    is_overtaken = job is not None and each.facts.good is not None and each.facts.good.job > job
    what = "Import it anyway, or discard it"
    if is_overtaken:
        what = "Discard it, or import its file again"
    return Headline(
        "bad" if each.missed > 1 else "warn",
        "hand-raised",
        f"{each.feed}: {which} needs your review.",
        f"{_missed(each)}Nothing was saved. {what}.",
        job,
    )


def _calm(ranked: Sequence[Standing], now: datetime) -> Headline:
    """Where nothing is wrong: current, old, or not there yet."""
    stored = [each for each in ranked if each.facts.stored_at]
    if not stored:
        return Headline(
            "warn",
            "exclamation-triangle",
            "No students imported yet.",
            "So far, you have only checked files.",
        )
    last = max(stored, key=lambda each: each.facts.stored_at or now)
    if last.status is FeedStatus.OLD and not any(each.is_on for each in ranked):
        return Headline(
            "warn",
            "exclamation-triangle",
            f"Your data {_age(last, now)}.",
            "No schedule is on. Import now, or turn a schedule on.",
            last.job,
        )
    return Headline("ok", "check-circle", "Student data is up to date.", "", last.job)


def _missed(each: Standing) -> str:
    if not each.missed:
        return ""
    runs = "One scheduled import" if each.missed == 1 else f"{each.missed} scheduled imports"
    return f"{runs} didn't succeed. "


def _age(each: Standing, now: datetime) -> str:
    if each.last_good is None:
        return "has never been imported"
    if each.school_days:
        return f"is {counted(each.school_days, 'school day')} old"
    return f"is {counted(max((now - each.last_good).days, 1), 'day')} old"


def _then(each: Standing, now: datetime) -> str:
    at = each.facts.next_attempt_at
    return "" if at is None else f" Next try: {clock_text(at.astimezone(now.tzinfo))}."
