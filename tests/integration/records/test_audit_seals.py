"""The chain of the audit: whatever is changed in it is found, and an auditor needs no Rollbook."""

import logging
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[3] / "docs" / "how-to" / "verify-the-audit.md"
NOW = datetime.now(UTC)

pytestmark = pytest.mark.usefixtures("records")


def happened(*subjects: str) -> None:
    from rollbook.records.operations import audit

    for subject in subjects:
        audit.record("ada", "feed.changed", subject=subject, before={"é": 1.5}, after={"b": None})


def sealed(*subjects: str) -> None:
    from rollbook.records.operations.audit_seals import seal_all

    happened(*subjects)
    seal_all(NOW)


def tampered(statement: str) -> None:
    """Do as the database's owner could."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("alter table rollbook.audit_events disable trigger user")
        cursor.execute(statement)
        cursor.execute("alter table rollbook.audit_events enable trigger user")


def fault(now: datetime = NOW, checkpoint: str = "") -> str:
    """What a check finds wrong, and nothing where all is well."""
    from rollbook.records.queries.audit_chain import AuditBroken, Checkpoint, verify

    try:
        verify(now=now, expected=Checkpoint.from_text(checkpoint) if checkpoint else None)
    except AuditBroken as error:
        return error.message.what
    return ""


def export(tmp_path: Path) -> Path:
    from rollbook.records.queries.audit_chain import export_lines

    file = tmp_path / "audit.txt"
    file.write_text("".join(f"{line}\n" for line in export_lines()), encoding="ascii")
    return file


def auditors_check(file: Path) -> "subprocess.CompletedProcess[str]":
    """Run what the documentation gives to auditors."""
    found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    program = [sys.executable, "-I", "-c", found[1], str(file)]
    return subprocess.run(program, capture_output=True, text=True, check=False, timeout=60)


def test_every_event_is_sealed_once_in_its_order() -> None:
    from rollbook.records.models import AuditEvent, AuditSeal
    from rollbook.records.operations.audit_seals import seal_events

    happened("a", "b")
    assert seal_events(NOW) == AuditEvent.objects.count()
    assert seal_events(NOW) == 0
    happened("c")
    assert seal_events(NOW) == 1
    seals = list(AuditSeal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert [seal.event_id for seal in seals] == sorted(seal.event_id for seal in seals)
    assert fault() == ""


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update rollbook.audit_events set actor = 'bo' where subject = 'b'", "is not the one"),
        ("update rollbook.audit_events set after = '{}' where subject = 'b'", "is not the one"),
        ("update rollbook.audit_events set at = at - interval '1 s' where subject = 'b'", "is not"),
        ("delete from rollbook.audit_events where subject = 'b'", "is missing"),
        ("delete from rollbook.audit_seals where number = 2", "seal 2 is missing"),
        ("delete from rollbook.audit_seals where number = 1", "seal 1 is missing"),
        (
            "delete from rollbook.audit_events where subject = 'b'; update rollbook.audit_seals"
            " set sealed_at = sealed_at - interval '2 years' where number = 2",
            "is older than the one before it",
        ),
    ],
)
def test_what_was_changed_or_removed_is_found(statement: str, told: str) -> None:
    sealed("a", "b", "c", "d")
    tampered(statement)
    assert told in fault()


def test_an_auditor_finds_what_was_changed_without_rollbook(tmp_path: Path) -> None:
    from rollbook.records.queries.audit_chain import newest_checkpoint

    sealed("a", "b", "c")
    good = auditors_check(export(tmp_path))
    assert (good.returncode, str(newest_checkpoint()) in good.stdout) == (0, True), good
    tampered("update rollbook.audit_events set subject = 'x' where subject = 'b'")
    bad = auditors_check(export(tmp_path))
    assert (bad.returncode, "is not the one that was sealed" in bad.stderr) == (1, True), bad


def test_a_checkpoint_shows_that_the_end_was_cut_off_or_everything_sealed_again() -> None:
    from rollbook.records.queries.audit_chain import newest_checkpoint

    sealed("a", "b", "c")
    kept = str(newest_checkpoint())
    sealed("d")
    assert fault(checkpoint=kept) == ""
    tampered(
        "delete from rollbook.audit_events where subject = 'd';"
        "update rollbook.audit_events set actor = 'bo' where subject = 'b';"
        "delete from rollbook.audit_seals"
    )
    sealed()
    assert fault() == ""
    assert "is not the one of the checkpoint" in fault(checkpoint=kept)
    tampered("delete from rollbook.audit_seals where number > 1")
    assert "events are missing from 2 on" in fault(checkpoint=kept)


def test_what_was_kept_long_enough_may_be_gone_and_the_rest_is_still_checked(
    tmp_path: Path,
) -> None:
    sealed("a", "b", "c")
    tampered("delete from rollbook.audit_events where subject in ('a', 'b')")
    assert "is missing" in fault(NOW + timedelta(days=364))
    assert fault(NOW + timedelta(days=366)) == ""
    assert auditors_check(export(tmp_path)).returncode == 0
    tampered("update rollbook.audit_events set actor = 'bo' where subject = 'c'")
    assert "is not the one" in fault(NOW + timedelta(days=366))


def test_an_event_that_was_committed_late_is_sealed_late(monkeypatch: pytest.MonkeyPatch) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations import audit_seals

    happened("late")
    [late] = AuditEvent.objects.values_list("pk", flat=True)
    tampered("delete from rollbook.audit_events")
    sealed("a", "b", "c")
    tampered(
        f"update rollbook.audit_events set id = {late} where subject = 'c';"
        f"delete from rollbook.audit_seals where number = 3"
    )
    happened("d")
    monkeypatch.setattr(audit_seals, "LOOKED_BACK", 0)
    assert audit_seals.seal_events(NOW) == 1
    assert audit_seals.seal_all(NOW) == 1
    assert fault() == ""


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    from rollbook.records.operations.audit_seals import seal_events

    sealed("a")
    happened("b")
    assert seal_events(NOW - timedelta(days=1)) == 1
    assert fault() == ""


def test_each_night_the_log_has_the_checkpoint_or_one_mail_says_what_is_wrong(
    caplog: pytest.LogCaptureFixture,
) -> None:
    from rollbook.automation.audit_check import check_audit
    from rollbook.records.models import Mail
    from rollbook.records.queries.audit_chain import newest_checkpoint

    happened("a", "b")
    with caplog.at_level(logging.INFO, logger="rollbook.jobs"):
        check_audit(NOW, {})
    assert f"audit checkpoint {newest_checkpoint()}" in caplog.text
    tampered("update rollbook.audit_events set actor = 'bo' where subject = 'b'")
    for _ in range(2):
        check_audit(NOW, {})
    assert [mail.kind for mail in Mail.objects.all()] == ["audit_broken"]
    assert "is not the one that was sealed" in caplog.text
