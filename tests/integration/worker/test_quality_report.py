"""The monthly report about the data's quality: to those who want it, once a month."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, student, write_csv

FIRST = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
"""7:30 AM in Los Angeles."""


def mails() -> list[Any]:
    from rollbook.records.models import Mail

    return list(Mail.objects.filter(kind="quality_report").order_by("pk"))


def ask_at(*moments: datetime) -> int:
    from rollbook.automation.quality_report import mail_quality_report

    for moment in moments:
        mail_quality_report(moment, os.environ)
    return len(mails())


@pytest.fixture
def wanted(records: str) -> None:
    from rollbook.records.operations.district import change_settings

    change_settings({"quality.report_emails": "board@example.org"}, actor="test")


def test_nobody_gets_a_report_who_has_not_asked_for_it(records: str) -> None:
    assert ask_at(FIRST) == 0


def test_it_is_written_once_a_month_after_the_first_night(wanted: None) -> None:
    assert ask_at(FIRST.replace(hour=14)) == 0  # 6:00 AM
    assert ask_at(FIRST, FIRST, FIRST.replace(day=2)) == 1
    assert ask_at(FIRST.replace(year=2027, month=1, day=9)) == 1
    assert ask_at(FIRST.replace(year=2027, month=1, day=7)) == 2
    assert [each.recipients for each in mails()] == [["board@example.org"]] * 2


def test_it_has_numbers_and_no_name(rollbook: CommandLine, wanted: None, tmp_path: Path) -> None:
    rows = [student(number, name="Zzyzx", absences="plentiful") for number in range(1, 30)]
    assert rollbook("import", write_csv(tmp_path / "a.csv", *rows)).code in (0, 7)
    assert ask_at(FIRST) == 1
    [mail] = mails()
    assert mail.subject == "Rollbook: Data quality, 30 days to Dec 1, 2026"
    assert "Students with current assessments: " in mail.text
    assert "Feeds on schedule: 0 of 0" in mail.text
    for value in ("Zzyzx", "0000001", "9000000001", "North", "plentiful"):
        assert value not in mail.text + mail.html
