"""The sentences at the top of the dashboard: what needs a person, or that nothing does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rollbook.core.quantities import clock_text, counted
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.rehearsals import NextRehearsal, Rehearsed
from rollbook.records.queries.standings import FeedStanding
from rollbook.records.queries.undone import undone_with_schedule_off
from rollbook.records.rehearsal_words import moment_words
from rollbook.records.standing import FeedStatus, Standing, by_urgency

MOST_TOLD: Final = 10
"""Feeds in trouble that are told one by one."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence at the top: its tone and icon, what it says, and where it leads."""

    tone: str
    icon: str
    sentence: str
    detail: str
    job: int | None = None


def headlines(
    found: Sequence[FeedStanding], now: datetime, rehearsed: Iterable[NextRehearsal] = ()
) -> list[Headline]:
    """Return a line for each feed that needs a person, or the one that says that none does; `now`
    is local. `rehearsed`: what is known of the next runs.

    A feed for files by hand counts from its first import.
    """
    known = [each.standing for each in found if each.feed.host or each.standing.facts.last]
    ranked = by_urgency(known)
    trouble = [_trouble(each, now) for each in ranked if each.is_in_trouble]
    trouble += [
        _held(each) for each in ranked if each.facts.held and each.status is not FeedStatus.HELD
    ]
    trouble += [_unchanged(each) for each in ranked if each.status is FeedStatus.UNCHANGED]
    trouble += [_rehearsed(each, now) for each in rehearsed if each.needs_person]
    undone = undone_with_schedule_off(each.feed for each in found)
    told = trouble[:MOST_TOLD] + [_undone(job) for job in undone[:MOST_TOLD]]
    return told or [_calm(ranked, now), *_each_old(found, now)]


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
            f"Student data of {each.feed} {_age(each, now)}.",
            "Its schedule is off. Import again, or switch it on.",
            each.job,
        )
        for each in old[:MOST_TOLD]
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
        detail = f"What was decided will not count: {each.obstacle.words}. Decide again."
    sentence = f"The next file of {each.feed} would be held ({at})."
    return Headline("warn", "clock", sentence, detail, job)


def _unchanged(each: Standing) -> Headline:
    """Amber at the district's limit, red at twice as many days."""
    return Headline(
        "bad" if each.is_frozen else "warn",
        "exclamation-triangle",
        f"{each.feed} has had no new file on {counted(each.unchanged_days, 'school day')}.",
        "Ask your SIS vendor whether the export still runs. You are seeing the last file's data.",
        each.job,
    )


def _undone(job: JobView) -> Headline:
    return Headline(
        "warn",
        "arrow-uturn-left",
        f"Import {job.number} of {job.feed} was undone.",
        "The schedule of the feed is off until you turn it on.",
        job.number,
    )


def _trouble(each: Standing, now: datetime) -> Headline:
    """Amber after one planned run was missed, red after two, with the reason."""
    match each.status:
        case FeedStatus.HELD:
            return _held(each)
        case FeedStatus.MISSED:
            sentence = f"Student data of {each.feed} {_age(each, now)}."
            detail = each.why
            tone, icon = "warn" if each.missed == 1 else "bad", "exclamation-triangle"
        case FeedStatus.LATE:
            sentence, detail = _late(each, now), each.why
            tone, icon = "bad", "clock"
        case _:
            sentence = f"The last import of {each.feed} failed."
            detail = f"{each.why} The data from the import before it remains.{_then(each, now)}"
            tone, icon = "bad", "x-circle"
    return Headline(tone, icon, sentence, f"{_missed(each)}{detail}".strip(), each.job)


def _late(each: Standing, now: datetime) -> str:
    at = (each.late_since or now).astimezone(now.tzinfo)
    day = "today" if at.date() == now.date() else f"on {at:%A}"
    return f"Student data of {each.feed} was not current by {clock_text(at)} {day}, as promised."


def _held(each: Standing) -> Headline:
    """An import that waits for a decision, whatever came after it."""
    held, last = each.facts.held, each.facts.last
    job = held.job if held else None
    which = "The last import" if last is None or last.job == job else f"Import {job}"
    is_overtaken = job is not None and each.facts.good is not None and each.facts.good.job > job
    what = "Apply it once, or discard it"
    if is_overtaken:
        what = "Discard it, or import its file once more"
    return Headline(
        "bad" if each.missed > 1 else "warn",
        "hand-raised",
        f"{which} of {each.feed} needs your review.",
        f"{_missed(each)}Nothing was changed. {what}.",
        job,
    )


def _calm(ranked: Sequence[Standing], now: datetime) -> Headline:
    """Where nothing is wrong: current, old, or not there yet."""
    stored = [each for each in ranked if each.facts.stored_at]
    if not stored:
        return Headline(
            "warn",
            "exclamation-triangle",
            "No students have been imported yet.",
            "So far there were only checks.",
        )
    last = max(stored, key=lambda each: each.facts.stored_at or now)
    if last.status is FeedStatus.OLD and not any(each.is_on for each in ranked):
        return Headline(
            "warn",
            "exclamation-triangle",
            f"Student data {_age(last, now)}.",
            "No schedule is on. Import again, or switch one on.",
            last.job,
        )
    return Headline("ok", "check-circle", "Student data is up to date.", "", last.job)


def _missed(each: Standing) -> str:
    if not each.missed:
        return ""
    runs = "One planned run" if each.missed == 1 else f"{each.missed} planned runs"
    return f"{runs} did not succeed. "


def _age(each: Standing, now: datetime) -> str:
    if each.last_good is None:
        return "has never been imported"
    if each.school_days:
        return f"is {counted(each.school_days, 'school day')} old"
    return f"is {counted(max((now - each.last_good).days, 1), 'day')} old"


def _then(each: Standing, now: datetime) -> str:
    at = each.facts.next_attempt_at
    return "" if at is None else f" It is tried again at {clock_text(at.astimezone(now.tzinfo))}."
