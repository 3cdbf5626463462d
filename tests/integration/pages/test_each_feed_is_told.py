"""Pages, commands and the uptime service judge each feed from its own imports."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tests.integration.cli.commands import CommandLine, student, write_csv
from tests.integration.records.test_scheduling import end, sis

__all__ = ["sis"]


def test_a_feed_that_failed_for_good_is_not_hidden_by_the_success_of_another(
    rollbook: CommandLine, sis: Any, person: Any
) -> None:
    from rollbook.automation.after_run import all_well
    from rollbook.records.models import Feed, Job

    set_at = timezone.now() - timedelta(minutes=1)
    Feed.objects.update(schedule_set_at=set_at, planned_at=set_at)
    other = Feed.objects.create(name="other", host="sftp.example.org", schedule={"is_on": True})
    for feed, reason in ((sis, "bad_credentials"), (other, None)):
        job = Job.objects.create(
            job_type="student_data_import",
            status="pending",
            created_at=set_at,
            input_data={"feed": feed.name, "feed_id": feed.pk, "dry_run": False},
        )
        end(job.pk, reason)
    Job.objects.update(completed_at=timezone.now())
    found = {each["feed"]: each for each in rollbook("health", "--json").object["feeds"]}
    told = [found["sis"][part] for part in ("status", "is_fresh", "job", "reason", "message")]
    assert told == ["failed", False, 1, "bad_credentials", "bad_credentials"]
    assert (found["other"]["status"], found["other"]["job"]) == ("fresh", 2)
    assert "WRONG  sis: import 1 failed" in rollbook("health").out
    assert person().get("/healthz/data").status_code == 503
    page = person(email="b@example.org").get("/").content.decode()
    assert "sis: last import failed." in page
    assert "See import 1<" in page
    assert "up to date" not in page
    assert all_well(["sis", "other"], timezone.now()) == {"other"}
    end(1)
    Job.objects.update(completed_at=timezone.now())
    assert all_well(["sis"], timezone.now()) == {"sis", ""}
    assert person(email="c@example.org").get("/healthz/data").json() == {"status": "fresh"}


def test_a_feed_whose_server_is_not_confirmed_is_told_before_its_first_night(
    rollbook: CommandLine, tmp_path: Path, sis: Any, person: Any
) -> None:
    from rollbook.records.models import Feed

    rollbook.json("import", write_csv(tmp_path / "students.csv", student(1)))
    Feed.objects.filter(pk=sis.pk).update(host_key="ssh-ed25519 AAAA")
    client = person()
    assert rollbook("health", "--json").object["doubts"] == []
    assert "start yet" not in client.get("/").content.decode()
    Feed.objects.filter(pk=sis.pk).update(host_key="")
    [doubt] = rollbook("health", "--json").object["doubts"]
    assert doubt["feed"] == "sis"
    page = client.get("/").content.decode()
    assert "sis can&#x27;t import yet." in page
    assert "can&#x27;t start yet" in page, "the next import is none that cannot begin"
