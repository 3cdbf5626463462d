"""Uploads that are too large, or from a person who may not upload."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest

from tests.doubles.feeds import add_feed

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Tells how many bytes lie in the files that uploads were written to."""
    from rollbook.transfers import uploads

    real, descriptors = uploads.scratch, []
    with ExitStack() as stack:

        def scratch() -> Any:
            file = real()
            descriptors.append(os.dup(file.fileno()))
            stack.callback(os.close, descriptors[-1])
            return file

        monkeypatch.setattr(uploads, "scratch", scratch)
        yield lambda: sum(os.fstat(each).st_size for each in descriptors)


def upload(size: int) -> BytesIO:
    file = BytesIO(b"x" * size)
    file.name = "students.csv"
    return file


@pytest.fixture
def sis(pages: None) -> None:
    add_feed()


@pytest.mark.parametrize("feed", ["sis", "files"])
def test_a_check_of_too_large_a_file_does_not_become_an_import_from_the_server(
    person: Person, sis: None, monkeypatch: pytest.MonkeyPatch, feed: str
) -> None:
    from rollbook.records.models import Job
    from rollbook.transfers import uploads

    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    answer = person().post("/import/", {"feed": feed, "file": upload(100_000), "check": "1"})
    assert not Job.objects.exists()
    page = answer.content.decode()
    assert "The file is larger than" in page
    assert "Choose a file" not in page


def test_a_file_as_large_as_allowed_is_taken_whole(
    person: Person, monkeypatch: pytest.MonkeyPatch, kept: Callable[[], int]
) -> None:
    from rollbook.records.models import Job
    from rollbook.transfers import uploads

    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 100_000)
    person().post("/import/", {"feed": "files", "file": upload(100_000)})
    assert Job.objects.count() == 1
    assert kept() == 100_000


def test_of_several_files_no_more_is_kept_than_of_one(
    person: Person, monkeypatch: pytest.MonkeyPatch, kept: Callable[[], int]
) -> None:
    from rollbook.records.models import Job
    from rollbook.transfers import uploads

    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 200_000)
    files = [upload(90_000) for _ in range(5)]
    answer = person().post("/import/", {"feed": "files", "file": files})
    assert "Together they are larger than" in answer.content.decode()
    assert kept() <= 200_000
    assert not Job.objects.exists()


def test_nothing_is_kept_of_what_a_stranger_or_a_viewer_uploads(
    person: Person, kept: Callable[[], int]
) -> None:
    from django.test import Client

    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/account/sign-in/")
    token = stranger.cookies["csrftoken"].value
    files = {"file": upload(200_000), "another": upload(200_000)}
    stranger.post("/account/sign-in/", {"csrfmiddlewaretoken": token} | files)
    viewer = person("viewer", "vic@example.org")
    assert viewer.post("/import/", {"feed": "files", "file": upload(200_000)}).status_code == 403
    assert kept() == 0
