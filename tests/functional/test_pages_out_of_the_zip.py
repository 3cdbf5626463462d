"""Pages and importer out of the zip of AWS, in a real browser over a gateway on loopback."""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.doubles.aws_server import aws_on_loopback, calls_on_loopback
from tests.doubles.gateway import bridge
from tests.doubles.lambda_runtime import Answered, Built, Function, function
from tests.functional.clean import Watch, check_shown
from tests.functional.conftest import PASSWORD
from tests.functional.test_newcomer import Counted, connect
from tests.integration.aws.conftest import built
from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.servers import openssh_server

__all__ = ["built"]  # a fixture

BUCKET = "uploads"
MANY, FEW = 300, 30
REJECTED = ",,Zebra,Ada,3,98.00,2.00,North,3"
"""A row of nobody."""


@dataclass
class District:
    """Functions that are deployed, and the server of a feed that nobody has added yet."""

    address: str
    pages: Function
    importer: Function
    served: Path
    sftp: object


@pytest.fixture
def district(built: Built, rollbook: CommandLine, tmp_path: Path) -> Iterator[District]:
    with ExitStack() as opened:
        aws = opened.enter_context(aws_on_loopback())
        calls = opened.enter_context(calls_on_loopback())
        _make_bucket(aws)
        started: list[Function] = []
        address = opened.enter_context(bridge(lambda event: _ask(started[0], event), tmp_path))
        common = aws | {
            "DATABASE_URL": rollbook.environ["DATABASE_URL"],
            "ROLLBOOK_SECRET_KEY": b64encode(secrets.token_bytes(32)).decode(),
            "ROLLBOOK_UPLOADS_BUCKET": BUCKET,
            "TMPDIR": str(tmp_path),
        }
        of_pages = calls.environ | {"ROLLBOOK_ALLOWED_HOSTS": "localhost", "ROLLBOOK_URL": address}
        importer = opened.enter_context(function(built, common))
        calls.carry_out = importer
        pages = opened.enter_context(
            function(built, common | of_pages, "rollbook.aws.pages.handler")
        )
        started.append(pages)
        served = tmp_path / "served"
        served.mkdir()
        sftp = opened.enter_context(openssh_server(served))
        yield District(address, pages, importer, served, sftp)


def _ask(pages: Function, event: object) -> Answered:
    return pages(event, seconds=29)


def _make_bucket(aws: dict[str, str]) -> None:
    s3 = boto3.client(
        "s3",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=aws["AWS_REGION"],
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws["AWS_REGION"]}
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(
        reduced_motion="reduce", locale="en-US", ignore_https_errors=True
    )
    context.set_default_timeout(60_000)
    watch = Watch().over(context)
    yield context.new_page()
    context.close()
    assert watch.complaints == []


def test_a_district_on_aws_from_the_first_link_to_signing_out(
    district: District, page: Page, tmp_path: Path
) -> None:
    _come_in(district, page)
    students = [student(number) for number in range(1, MANY + 1)]
    _serve(district, *students, REJECTED, absences=1)
    connect(Counted(page), district.sftp, str(district.served))  # type: ignore[arg-type]
    page.locator("main").get_by_role("link", name="Import Student Data").first.click()
    _import(page)
    expect(page.get_by_text("students in the file")).to_be_visible()
    _download(page)
    _hold_and_approve(district, page, students[:FEW])
    _upload(district, page, tmp_path)
    page.get_by_role("button", name="Sign out").first.click()
    page.goto(f"{district.address}/feeds/")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()


def _come_in(district: District, page: Page) -> None:
    answer = district.pages({"do": "first-link"}).did
    page.goto(answer["did"][0]["link"])
    page.get_by_label("Your email address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Four steps")).to_be_visible()
    refused = district.pages({"do": "first-link"})
    assert refused.error is not None
    assert refused.error["errorMessage"].endswith("[administrator_there]")
    page.get_by_role("link", name="Add a feed").first.click()


def _serve(district: District, *rows: str, absences: int) -> None:
    path = write_csv(district.served / "student_data_export.csv", *rows)
    os.utime(path, (1_700_000_000 + absences, 1_700_000_000 + absences))


def _import(page: Page) -> None:
    page.locator("main").get_by_role("button", name="Import Student Data").click()
    _until_over(page)


def _until_over(page: Page) -> None:
    page.locator("#progress").get_by_text("Import finished").wait_for()
    page.locator("main").get_by_role("link", name="See result").click()


def _download(page: Page) -> None:
    for name, holds in (("Fix-it file", b"Zebra"), ("CSV", b"MISSING_ID")):
        with page.expect_download() as got:
            page.locator("main").get_by_role("link", name=name).first.click()
        content = Path(got.value.path()).read_bytes()
        assert content.startswith("\ufeff".encode()), name
        assert holds in content, name


def _hold_and_approve(district: District, page: Page, rows: list[str]) -> None:
    _serve(district, *rows, absences=2)
    page.goto(f"{district.address}/import/?feed=sis")
    _import(page)
    page.locator("[name=reason]").fill("They have moved to another district.")
    page.get_by_role("button", name="Import anyway").click()
    _until_over(page)
    expect(page.locator("main").get_by_text(f"{FEW} students in the file")).to_be_visible()


def _upload(district: District, page: Page, folder: Path) -> None:
    """A small file comes with the form, a large one through the bucket."""
    for name, filling, first in (("small.csv", "", 5001), ("large.csv", "x" * 60_000, 6001)):
        rows = [f"{student(number)},{filling}" for number in range(first, first + 100)]
        write_csv(folder / name, *rows, header=f"{HEADER},Notes")
        page.goto(f"{district.address}/import/?feed=files")
        page.locator("[name=file]").set_input_files(folder / name)
        if filling:
            check_shown(page, "the form of an upload")
        _import(page)
        expect(page.locator("main").get_by_text("100 students in the file")).to_be_visible()
        page.locator("summary").get_by_text("Details").click()
        expect(page.locator("main").get_by_text(name)).to_be_visible()
