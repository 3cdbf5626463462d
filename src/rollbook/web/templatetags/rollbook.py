"""What templates of several pages share: results, times, durations, fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_micro

from rollbook.access.identity_provider.offer import provider_of_person, provider_to_offer
from rollbook.access.queries import is_anybody_there
from rollbook.access.unfinished import SHOWN_TO, shown_to
from rollbook.core import cells, quoting, roster_texts
from rollbook.core.catalogue import terms
from rollbook.core.file_set import name_at, place_of
from rollbook.core.issue_codes import ISSUE_CODES
from rollbook.core.issues import Issue
from rollbook.core.quantities import clock_text, counted, moment_words, size_text
from rollbook.core.report import Report
from rollbook.records.log_words import log_words
from rollbook.records.models import AuditEvent
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.layouts import title_of
from rollbook.web.pages import audit_words
from rollbook.web.pages.feeds.file_name_words import why_not_proposed
from rollbook.web.pages.imports import sentences
from rollbook.web.pages.result_words import (
    BADGES,
    IN_ADVANCE,
    badge_of,
    kind_words,
    result_words,
)

register = template.Library()
register.filter("action_words", audit_words.action_words)
register.filter("kind_words", kind_words)
register.filter("log_words", log_words)
register.filter("result_words", result_words)
register.filter("page_told", sentences.page_told)
register.filter("why_not_proposed", why_not_proposed)
register.filter("roster_sentence", roster_texts.sentence_of_feed)
register.filter("tests_sentence", roster_texts.tests_sentence)

register.simple_tag(is_anybody_there)
register.simple_tag(provider_to_offer)
register.simple_tag(provider_of_person)


@register.filter
def tone(outcome: Outcome) -> str:
    """The color of a result: ok, info, warn, bad or none."""
    return BADGES[outcome][1]


@register.simple_tag
def job_badge(job: JobView) -> SafeString:
    """The result of a job; of a rehearsal of a file that would be held, what its state is."""
    if not job.would_be_held:
        return badge(job.outcome, job.report)
    words, tone, icon = IN_ADVANCE[job.in_advance]
    return format_html('<span class="badge {}">{}{}</span>', tone, heroicon_micro(icon), words)


@register.simple_tag
def badge(outcome: Outcome, report: Report | None = None) -> SafeString:
    """The result as icon, word and color; with the report of an import with warnings, how many."""
    words, tone, icon = badge_of(outcome, report)
    if report is not None and outcome is Outcome.WITH_WARNINGS:
        errors, warnings = report.errors, report.warnings
        words = f"{errors:,} to fix" if errors else counted(warnings, "warning")
    return format_html('<span class="badge {}">{}{}</span>', tone, heroicon_micro(icon), words)


@register.filter
def place(row: int | None, file: Mapping[str, Any] | None = None) -> str:
    """The row of an issue, with its file where it is one of several; “File” for the whole file.

    `file` is what the report says of it, where that is at hand.
    """
    if row is None:
        return "File"
    found = place_of(row)
    name = name_at(row, file) if found.file and file and file.get("files") else ""
    return f"{found.row:,} of {name}" if name else found.words


@register.filter
def code_words(code: str) -> str:
    """What the code of an issue means; of one that is no longer known the code."""
    found = ISSUE_CODES.get(code, code)
    return found[:1].upper() + found[1:].replace("`", "")


@register.filter
def layout_title(name: str) -> str:
    """What a vendor's layout is called; of one that is no longer known its name."""
    return title_of(name)


@register.filter
def changes_of(event: AuditEvent) -> list[tuple[str, str, str]]:
    """What an audit event says: name, before, after; a very wide mapping only begins."""
    changes = audit_words.changes(event.before, event.after)
    return [
        (name, audit_words.begun(before), audit_words.begun(after))
        for name, before, after in changes
    ]


@register.filter
def difference(after: int, before: int) -> str:
    """How many more or fewer: +3, −20, 0."""
    return f"{after - before:+,}".replace("-", "−") if after != before else "0"


@register.filter
def words(outcome: Outcome) -> str:
    """The result in words alone."""
    return BADGES[outcome][0]


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """A time in the district's zone, absolute and relative."""
    if moment is None:
        return "never"
    local, now = timezone.localtime(moment), timezone.now()
    here = now.astimezone(local.tzinfo)
    day = _day(local, here)
    return format_html(
        '<time datetime="{}">{}, {} <span class="muted">({})</span></time>',
        local.isoformat(timespec="seconds"),
        day,
        clock_text(local),
        ago_text((now - moment).total_seconds(), days=abs((here.date() - local.date()).days)),
    )


@register.simple_tag
def at_moment(moment: datetime) -> str:
    """A time in the middle of a sentence: 4:10 AM today."""
    return moment_words(timezone.localtime(moment), timezone.localtime())


@register.simple_tag
def clock(moment: datetime) -> str:
    """The time of day in the district's zone, with seconds: 2:00:05 AM."""
    local = timezone.localtime(moment)
    return f"{local.hour % 12 or 12}:{local:%M:%S %p}"


@register.filter
def shown(value: str | None) -> str:
    """A cell as a person sees it in the file."""
    return "" if value is None else cells.shown(value)


@register.filter
def said_to(issue: Issue, user: Any) -> str:
    """The sentence of an issue: to an administrator with its value, to all others without."""
    return quoting.quoting(issue) if user.is_administrator else issue.message


@register.filter
def beside(issue: Issue) -> str:
    """The value of an issue, where the sentence to administrators does not quote it already."""
    return "" if quoting.is_quoted(issue) else shown(issue.value)


@register.filter
def value(stored: object) -> str:
    """A student's value as people write it."""
    if isinstance(stored, bool):
        return "Yes" if stored else "No"
    return "—" if stored is None else str(stored)


@register.filter
def duration(seconds: float | str | None) -> str:
    """Seconds in words: 0.4 s, 12 s, 3 min 5 s. Where a template finds nothing it says ""."""
    if not isinstance(seconds, int | float):
        return ""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


@register.filter
def size(count: int | None) -> str:
    """Bytes in words."""
    return "" if count is None else size_text(count)


@register.filter
def term_to_set_up(sentence: str) -> Any:
    """Season and year of the term that a problem says is not set up, or nothing."""
    name = terms.term_to_set_up(sentence)
    return None if name is None else name.split()


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> SafeString:
    """Django's own field, and beside it which person sees the form: `access/unfinished.py`."""
    token, user = context.get("csrf_token"), context.get("user")
    if not token or token == "NOTPROVIDED":  # noqa: S105  # so Django says that there is none
        return SafeString("")
    inputs = [("csrfmiddlewaretoken", token)]
    if user is not None and user.is_authenticated:
        inputs.append((SHOWN_TO, shown_to(user.pk)))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', inputs)


@register.simple_tag
def field(bound: Any, **attributes: str) -> SafeString:
    """The widget of a form's field, tied to its help and its error."""
    described = [
        f"{bound.auto_id}_{part}"
        for part, there in (("help", bound.help_text), ("error", bound.errors))
        if there
    ]
    extra: dict[str, str | bool] = {
        name.replace("_", "-"): value for name, value in attributes.items()
    }
    if any(each.__module__.startswith("allauth.") for each in type(bound.form).__mro__):
        extra["placeholder"] = False  # it says again what the label says, in another voice
    if described:
        extra["aria-describedby"] = " ".join(described)
    if bound.errors:
        extra["aria-invalid"] = "true"
    return SafeString(bound.as_widget(attrs=extra))


def _day(local: datetime, now: datetime) -> str:
    days = (now.date() - local.date()).days
    if days in (0, 1):
        return ("Today", "Yesterday")[days]
    year = "" if local.year == now.year else f", {local.year}"
    return f"{local:%a, %b} {local.day}{year}"


def ago_text(seconds: float, *, days: int) -> str:
    """Say how long ago it was; `days`: how often midnight has passed since on the district's clock.

    By these, so that yesterday is never two days ago.
    """
    if seconds < -90:
        return f"in {ago_text(-seconds, days=days).removesuffix(' ago')}"
    for limit, unit, name in ((90, 1, ""), (5400, 60, "minute"), (129_600, 3600, "hour")):
        if seconds < limit:
            count = round(seconds / unit)
            if not name:
                return "just now"
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return f"{days} day{'' if days == 1 else 's'} ago"
