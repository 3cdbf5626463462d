"""One rejected row, fixed on a page: checked at once, saved, imported alone, undone."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv

Person = Callable[..., Any]
SEEN = {"seen": "0"}
GRADE = HEADER.split(",").index("Grade")
SSID = HEADER.split(",").index("SSID")
ROW = 22
"""The number of the rejected row, after 20 sound ones and the header."""


@pytest.fixture
def rejected(rollbook: CommandLine, pages: None, tmp_path: Path) -> int:
    """An import that has rejected its last row, of a student whose SSID has a letter too many."""
    wrong = student(21).replace("9000000021", "90 \u00e9<b>x", 1)
    file = write_csv(tmp_path / "a.csv", *[student(n) for n in range(1, 21)], wrong)
    return int(rollbook.json("import", file)["job"])


def run(job: int) -> None:
    """Carry out what waits, as a worker does."""
    import os

    from rollbook.automation.imports import run_requested

    assert run_requested(job, listener=lambda _: None, environ=os.environ) is not None


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def stored(number: int) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select ssid, grade from public.students where student_id = %s", [f"{number:07}"]
        )
        return list(cursor.fetchall())


def test_a_row_is_checked_then_imported_alone_and_marked_as_fixed(
    rejected: int, person: Person
) -> None:
    client, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    rows = client.get(f"/imports/{rejected}/rows/").content.decode()
    assert f'href="{address}"' in rows
    page = text_of(client.get(address))
    assert f"Fix row {ROW}" in page and "Also correct it in your SIS" in page
    assert 'value="90 é<b>x"' in page
    part = client.post(address, SEEN | {f"cell-{SSID}": "n!ne"}, headers={"HX-Target": "checked"})
    assert "still can't be imported" in text_of(part) and "<h1" not in text_of(part)
    refused = client.post(address, SEEN | {f"cell-{SSID}": "n!ne", "import": ""})
    assert "Nothing was imported." in text_of(refused) and 'value="n!ne"' in text_of(refused)
    assert stored(21) == []
    done = client.post(address, SEEN | {f"cell-{SSID}": "9000000021", "import": ""})
    assert done.status_code == 302, text_of(done)
    assert "Importing" in text_of(client.get(f"/imports/{rejected}/rows/"))
    run(rejected + 1)
    assert len(stored(21)) == 1 and len(stored(20)) == 1
    rows = text_of(client.get(f"/imports/{rejected}/rows/"))
    assert re.search(rf"Fixed</span> by ada@example.org.*Import {rejected + 1}", rows)
    assert f'href="{address}"' not in rows
    assert f"1 fixed row of <a href=\"/imports/{rejected}/\">" in text_of(
        client.get(f"/imports/{rejected + 1}/")
    )
    assert missing() == 0
    assert client.get(address).status_code == 302


def missing() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from rollbook.presence where missing_since is not null")
        return int(cursor.fetchone()[0])
