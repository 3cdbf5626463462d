"""What is told of each feed for itself comes in one mail for a server, whoever sees to the ends."""

import os
import subprocess
import sys
import threading

import pytest

from tests.integration.notify.smtp import mail_box
from tests.integration.notify.test_notices import send
from tests.integration.notify.test_order_and_quiet import (
    Finish,
    all_due,
    ended_run,
    feed_named,
    finish,
    subjects,
)

__all__ = ["finish"]  # a fixture

HELD = "5 of 9 rows were rejected."


def test_feeds_of_a_server_that_are_held_are_one_mail_that_tells_each_with_its_link_and_numbers(
    finish: Finish,
) -> None:
    feeds = [feed_named(f"feed-{number:02}") for number in range(12)]
    said = [f"{number} of 90 rows were rejected." for number in range(12)]
    said[7] = "30 of 90 students are missing."
    kinds = [finish(feed, "held", message=words) for feed, words in zip(feeds, said, strict=True)]
    assert kinds == [["import_held"], *([[]] * 11)]
    with mail_box() as box:
        assert send(box) == 0, "more may come"
        all_due()
        assert send(box) == 1
    assert subjects(box) == ["12 imports from sftp.example.org need your decision"]
    told = box.words(0).replace("\r\n", "\n")
    for number, words in enumerate(said):
        link = f"https://rollbook.example.org/imports/{number + 1}/"
        assert f"feed-{number:02} (import {number + 1})\n{words}\n{link}\n" in told
    assert [finish(feed, "held", message=said[1]) for feed in (*feeds[:7], *feeds[8:])] == [[]] * 11


def test_a_mail_tells_of_fifty_held_imports_and_the_next_one_of_the_rest(finish: Finish) -> None:
    feeds = [feed_named(f"feed-{number:02}") for number in range(53)]
    for feed in feeds:
        finish(feed, "held", message="5 of 9 rows were rejected.")
    all_due()
    with mail_box() as box:
        assert send(box) == 2
    assert [subject.split()[0] for subject in subjects(box)] == ["50", "3"]
    assert "feed-52 (import 53)" in box.words(1)


def test_what_is_wrong_with_the_files_of_a_server_is_one_mail_and_its_end_too(
    finish: Finish,
) -> None:
    feeds = [feed_named(name) for name in ("one", "two", "three")]
    for feed in feeds:
        finish(feed, columns_set_aside=["absence_percentage"])
    for feed in feeds:
        finish(feed)
    all_due()
    with mail_box() as box:
        assert send(box) == 2
    assert subjects(box) == [
        "3 imports from sftp.example.org skipped columns",
        "3 imports from sftp.example.org are back to normal",
    ]
    assert "two (import 2)\r\nToo many values in" in box.words(0)
    assert "No column was skipped." in box.words(1)


def test_a_mail_to_which_an_earlier_version_has_added_is_added_to_no_more(finish: Finish) -> None:
    from rollbook.records.models import Mail

    finish(feed_named("one"), "held", message="5 of 9 rows were rejected.")
    Mail.objects.update(items=[])
    assert finish(feed_named("two"), "held", message="6 of 9 rows were rejected.") == [
        "import_held"
    ]
    assert finish(feed_named("three"), "held", message="7 of 9 rows were rejected.") == []
    all_due()
    with mail_box() as box:
        assert send(box) == 2
    assert [subject.split()[0] for subject in subjects(box)] == ["one", "2"]


def test_failures_without_a_sentence_become_no_digest(finish: Finish) -> None:
    kinds = [finish(feed_named(name), "bad_credentials", message=None) for name in ("one", "two")]
    assert kinds == [["import_failed"]] * 2


@pytest.mark.usefixtures("records")
def test_workers_that_tick_at_once_leave_no_import_out_and_tell_none_twice() -> None:
    from django.db import connections

    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Mail
    from rollbook.records.operations.scheduling import ended_jobs

    jobs = [ended_run(feed_named(f"feed-{n:02}"), "held", message=HELD) for n in range(24)]
    faults: list[Exception] = []
    together = threading.Barrier(4)

    def tick() -> None:
        try:
            found = ended_jobs()
            together.wait(60)
            for job in found:
                finish_run(job, {})
        except Exception as error:  # noqa: BLE001 - shown by the test
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not faults
    (mail,) = Mail.objects.all()
    assert mail.subject == "Rollbook: 24 imports from sftp.example.org need your decision"
    assert sorted(mail.job_ids) == jobs
    for job in jobs:
        assert mail.text.count(f"(import {job})\n") == 1


KILLED = """
import os, signal
import django
django.setup()
from rollbook.automation import after_run
after_run.announce_end = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
after_run.finish_run({job}, {{}})
"""


def test_a_worker_that_is_killed_while_it_adds_to_a_mail_loses_nothing_and_tells_nothing_twice(
    records: str, finish: Finish
) -> None:
    from rollbook.records.models import Mail

    one, two, three = (feed_named(name) for name in ("one", "two", "three"))
    finish(one, "held", message=HELD)
    before = Mail.objects.get().text
    job = ended_run(two, "held", message=HELD)
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(job=job)],
        env=os.environ
        | {"DATABASE_URL": records, "DJANGO_SETTINGS_MODULE": "rollbook.project.settings"},
        check=False,
    )
    assert done.returncode == -9
    assert Mail.objects.get().text == before
    finish(three, "held", message=HELD)
    (mail,) = Mail.objects.all()
    assert sorted(item["feed"] for item in mail.items) == ["one", "three", "two"]
