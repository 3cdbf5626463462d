"""Mails about the installation, not one feed: each problem is told once, and its end once."""

from collections.abc import Mapping

from django.db import transaction

from rollbook.automation.mailing import queue_notice
from rollbook.automation.worker_log import log_fault
from rollbook.notify import installation_messages as messages
from rollbook.notify.messages import Kind, Notice
from rollbook.notify.outbox import page_link
from rollbook.records.database import translated
from rollbook.records.district import unusable
from rollbook.records.operations.told import (
    causes_told,
    note_told_of_installation,
    over_of_installation,
)
from rollbook.records.queries.clocks import CLOCK_OFF, clock_difference, difference_text


def mail_failed_clean_up(times: int, environ: Mapping[str, str]) -> None:
    """Queue the mail about a clean-up that fails again and again; the caller has a transaction."""
    _tell(messages.clean_up_failed(times, link=page_link(environ, "settings/")))


def mail_broken_audit(environ: Mapping[str, str]) -> None:
    """Queue the mail about a changed audit, once; the caller has a transaction."""
    _tell(messages.audit_broken(link=page_link(environ, "audit/")))


@translated()
@transaction.atomic
def mail_clean_up_done(environ: Mapping[str, str]) -> None:
    """Queue the mail about a clean-up that was done, where its failures were told."""
    if over_of_installation(Kind.CLEAN_UP_FAILED):
        queue_notice(messages.cleans_up_again(link=page_link(environ, "settings/")))


@translated()
@transaction.atomic
def mail_unusable_settings(environ: Mapping[str, str]) -> None:
    """Queue a mail about each setting that cannot be used, and one about each that can be again."""
    found = {each.key: each.title for each in unusable()}
    link = page_link(environ, "settings/")
    for key, title in found.items():
        _tell(messages.setting_unusable(title, link=link), key)
    for key in causes_told(Kind.SETTING_UNUSABLE) - found.keys():
        if over_of_installation(Kind.SETTING_UNUSABLE, key):
            queue_notice(messages.setting_usable(key, link=link))


@translated()
@transaction.atomic
def mail_clock_off(environ: Mapping[str, str]) -> None:
    """Queue a mail about a database's clock that is off, and log it; and one when it is right.

    In between, at a difference of about CLOCK_OFF, nothing is told: it would be told again and
    again.
    """
    off = clock_difference()
    link = page_link(environ, "settings/doctor/")
    if abs(off) >= CLOCK_OFF:
        told = difference_text(off)
        if _tell(messages.clock_off(told, link=link)):
            log_fault(f"the clock of the database is {told} this machine's")
    elif abs(off) < CLOCK_OFF / 2 and over_of_installation(Kind.CLOCK_OFF):
        queue_notice(messages.clocks_agree(link=link))


def _tell(notice: Notice, cause: str = "") -> bool:
    """Queue the mail unless the problem was told and is not over; return whether it was queued."""
    is_news = note_told_of_installation(notice.kind, cause)
    if is_news:
        queue_notice(notice)
    return is_news
