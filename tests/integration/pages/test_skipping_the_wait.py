"""The page of an import that waits until its file is complete, and the button against that."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

Person = Callable[..., Any]
BUTTON = "Don't wait: the file is complete"


@pytest.fixture
def job(pages: None, records: str) -> int:
    """A running import of a server's file, 20 of 60 seconds into its wait."""
    with psycopg.connect(records) as database:
        row = database.execute(
            "insert into public.jobs (job_type, status, input_data, created_at, attempts)"
            " values ('student_data_import', 'running',"
            ' \'{"feed": "sis", "feed_id": 7}\', now(), 1) returning id'
        ).fetchone()
        assert row is not None
        database.execute(
            "insert into rollbook.job_progress (job_id, phase, done, total, seconds, heartbeat_at)"
            " values (%s, 'arriving', 20, 60, '{\"connecting\": 0.2}', now())",
            [row[0]],
        )
    return int(row[0])


def test_an_uploaded_file_is_opened_and_read_not_connected_to(
    job: int, person: Person, records: str
) -> None:
    with psycopg.connect(records) as database:
        database.execute('update jobs set input_data = input_data || \'{"upload": "a.csv"}\'')
        database.execute("update rollbook.job_progress set phase = 'downloading', seconds = '{}'")
    page = person().get(f"/imports/{job}/").content.decode()
    assert "Step 2 of 5: Read the file" in page
    assert "Open the file" in page
    assert not {"Connect", "Download"} & set(page.replace("<", ">").split(">"))


def skipped(records: str) -> bool:
    with psycopg.connect(records) as database:
        row = database.execute("select wait_skipped_at is not null from rollbook.job_progress")
        (is_skipped,) = row.fetchone() or (False,)
    return bool(is_skipped)


def test_an_administrator_sees_the_wait_as_a_step_and_may_skip_it(
    job: int, person: Person, records: str
) -> None:
    ada = person()
    page = ada.get(f"/imports/{job}/").content.decode()
    assert "Step 2 of 6: Wait for the upload to finish" in page
    assert "25%" in page
    assert BUTTON in page
    assert ada.get(f"/imports/{job}/no-wait/").status_code == 405
    answer = ada.post(f"/imports/{job}/no-wait/")
    assert (answer.status_code, skipped(records)) == (302, True)
    page = ada.get(f"/imports/{job}/").content.decode()
    assert (BUTTON in page, "Not waiting. Taking the file as it is now." in page) == (
        False,
        True,
    )


def test_a_viewer_sees_the_wait_and_cannot_skip_it(job: int, person: Person, records: str) -> None:
    vic = person("viewer", "vic@example.org")
    page = vic.get(f"/imports/{job}/").content.decode()
    assert ("Wait for the upload to finish" in page, BUTTON in page) == (True, False)
    assert vic.post(f"/imports/{job}/no-wait/").status_code == 403
    assert not skipped(records)
