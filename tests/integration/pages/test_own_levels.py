"""The problem that a level is unknown leads to where the district says that it is its own."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.pages.test_who_may_see_what import job_and_feed

__all__ = ["job_and_feed"]  # a fixture


@pytest.mark.usefixtures("job_and_feed")
def test_an_unknown_level_leads_to_the_columns_and_values_of_its_feed(
    person: Callable[..., Any],
) -> None:
    from rollbook.records.models import IssueRow, Job

    job = Job.objects.get(id=1)
    job.input_data = {**(job.input_data or {}), "feed": "sis"}
    job.save()
    for code in ("UNKNOWN_LEVEL", "NOT_A_NUMBER"):
        IssueRow.objects.create(
            job_id=1, row_number=7, column_header=code, code=code, severity="warning", message="So."
        )
    client = person()
    page = client.get("/imports/1/").content.decode()
    assert page.count("These are our levels") == 1
    address = page.split("These are our levels")[0].rsplit('href="', 1)[1].split('"')[0]
    assert client.get(address).status_code == 200
