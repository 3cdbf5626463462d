"""The chain of the audit: whatever is changed in it is found, and an auditor needs no Rollbook."""

import logging
import re
import subprocess
import sys
from datetime import UTC, datetime
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
    seal_all()


def sealed_long_ago(*subjects: str, days: int = 730) -> None:
    """As if what happened had been sealed at once, so long ago."""
    happened(*subjects)
    named = ", ".join(f"'{subject}'" for subject in subjects)
    tampered(
        f"update rollbook.audit_events set at = at - interval '{days} days'"
        f" where subject in ({named})"
    )
    sealed()


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
    from rollbook.records.queries.audit_chain import Export

    file = tmp_path / "audit.txt"
    file.write_text("".join(f"{line}\n" for line in Export(NOW)), encoding="ascii")
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
    assert seal_events() == AuditEvent.objects.count()
    assert seal_events() == 0
    happened("c")
    assert seal_events() == 1
    seals = list(AuditSeal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    assert [seal.event for seal in seals] == list(AuditEvent.objects.order_by("pk"))
    assert fault() == ""


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update rollbook.audit_events set actor = 'bo' where subject = 'b'", "isn't the one"),
        ("update rollbook.audit_events set after = '{}' where subject = 'b'", "isn't the one"),
        ("update rollbook.audit_events set at = at - interval '1 s' where subject = 'b'", "isn't"),
        ("delete from rollbook.audit_events where subject = 'b'", "is missing"),
        ("delete from rollbook.audit_seals where number = 2", "seal 2 is missing"),
        ("delete from rollbook.audit_seals where number = 1", "seal 1 is missing"),
        (
            "delete from rollbook.audit_events where subject in ('a', 'b'); update"
            " rollbook.audit_seals set at = at - interval '2 years' where number <= 2",
            "event 1 isn't the one",
        ),
        ("update rollbook.audit_seals set digest = hash where number = 2", "event 2 isn't"),
        ("update rollbook.audit_seals set event_id = 0 where number = 2", "event 2 is missing"),
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
    assert "isn't the one of the checkpoint" in fault(checkpoint=kept)
    tampered("delete from rollbook.audit_seals where number > 1")
    assert "events are missing from 2 on" in fault(checkpoint=kept)


def told_to_auditors(file: Path) -> str:
    """What the documentation's program says of a file in which something is wrong."""
    done = auditors_check(file)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done
    return done.stderr


def test_what_was_kept_long_enough_may_be_gone_and_the_rest_is_still_checked(
    tmp_path: Path,
) -> None:
    sealed_long_ago("a", "b")
    sealed("c")
    tampered("delete from rollbook.audit_events where subject in ('a', 'b')")
    assert fault() == ""
    good = auditors_check(export(tmp_path))
    assert (good.returncode, "2 were deleted when their time was over" in good.stdout) == (0, True)
    tampered("update rollbook.audit_events set actor = 'bo' where subject = 'c'")
    assert "event 3 isn't the one" in fault()


def test_a_backdated_seal_of_a_deleted_event_is_found(tmp_path: Path) -> None:
    sealed("a", "b", "c")
    tampered(
        "delete from rollbook.audit_events where subject = 'a';"
        "update rollbook.audit_seals set at = at - interval '2 years' where number = 1"
    )
    assert "event 1 isn't the one" in fault()
    assert "Event 1 is not the one" in told_to_auditors(export(tmp_path))


@pytest.mark.parametrize(("days", "is_found"), [(363, True), (365, False)])
def test_an_event_may_be_gone_when_its_own_time_is_over_however_young_its_seal(
    tmp_path: Path, days: int, is_found: bool
) -> None:
    sealed_long_ago("a", days=days)
    sealed("b")
    tampered("delete from rollbook.audit_events where subject = 'a'")
    assert ("event 1 is missing" in fault()) is is_found
    assert auditors_check(export(tmp_path)).returncode == is_found


def test_an_old_event_that_is_gone_while_an_older_one_is_there_was_deleted_by_hand(
    tmp_path: Path,
) -> None:
    sealed_long_ago("a", "b", "c")
    sealed("d")
    tampered("delete from rollbook.audit_events where subject = 'b'")
    assert "event 2 is missing" in fault()
    assert "1 events are missing whose time was not over" in told_to_auditors(export(tmp_path))


def test_an_auditor_finds_what_is_missing_though_the_file_says_that_it_is_whole(
    tmp_path: Path,
) -> None:
    sealed("a", "b", "c")
    tampered("delete from rollbook.audit_events where subject in ('a', 'b')")
    file = export(tmp_path)
    changed = file.read_text(encoding="ascii")
    assert changed.splitlines()[-1].endswith(" changed: event 1 is missing")
    assert "2 events are missing" in told_to_auditors(file)
    file.write_text(changed.replace("changed: event 1 is missing", "whole"), encoding="ascii")
    assert "2 events are missing" in told_to_auditors(file)


def test_a_file_that_was_cut_off_or_is_empty_does_not_look_whole(tmp_path: Path) -> None:
    sealed("a", "b")
    file = export(tmp_path)
    first, second, end = file.read_text(encoding="ascii").splitlines()
    assert end.endswith(" whole")
    for rest in ("", "\n", f"{first}\n", f"{first}\n{second}\n", f"{first}\n{second[:90]}"):
        file.write_text(rest, encoding="ascii")
        assert "is empty or was cut off" in told_to_auditors(file)
    file.write_text(f"{first[:90]}\n{second}\n{end}\n", encoding="ascii")
    assert "Event 1 is not the one" in told_to_auditors(file)


def test_an_audit_without_events_is_whole(tmp_path: Path) -> None:
    assert fault() == ""
    assert auditors_check(export(tmp_path)).returncode == 0


def test_what_retention_deletes_is_found_in_order_whatever_is_left_for_the_next_part() -> None:
    from django.db import connection

    sealed_long_ago("a", days=800)
    sealed_long_ago("b", days=900)
    sealed("c")
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("select rollbook.expire_audit(now(), 1)")
            assert cursor.fetchall() == [(1,)]
        assert fault() == ""


@pytest.mark.parametrize(
    "text",
    ["", " ", "0:" + "a" * 64, "²:" + "a" * 64, "9" * 5000 + ":" + "a" * 64, "1:" + "A" * 64],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    from rollbook.records.queries.audit_chain import Checkpoint, NoSuchCheckpoint

    with pytest.raises(NoSuchCheckpoint):
        Checkpoint.from_text(text)


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
    assert audit_seals.seal_events() == 1
    assert audit_seals.seal_all() == 1
    assert fault() == ""


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    sealed("a")
    sealed_long_ago("b", days=1)
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
    assert "isn't the one that was sealed" in caplog.text


def test_seals_of_an_older_version_are_made_again() -> None:
    from django.core.management import call_command
    from django.db import connection

    sealed("a", "b")
    call_command("migrate", "records", "0046", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into rollbook.audit_seals (number, event_id, sealed_at, hash)"
            " select 1, min(id), now(), repeat('0', 64) from rollbook.audit_events"
        )
    call_command("migrate", verbosity=0)
    sealed("c")
    assert fault() == ""
