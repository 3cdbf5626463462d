"""Each number on the page of a held import leads to its students."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

from tests.integration.cli.commands import CommandLine, write_csv

HEADER = "Student ID,SSID,Last Name,First Name,School,Grade,Absences YTD"
LINK = re.compile(r'href="(/imports/\d+/changes/)(\?[^"]+)">([^<]+)<')
SCHOOLS = ("North", "South & West", "East")


def row(number: int, school: str, *, last: str = "Lovelace", grade: int = 3) -> str:
    return f"{number},9{number:09},{last},Ada,{school},{grade},1"


def district() -> list[str]:
    return [row(100 * at + each, name) for at, name in enumerate(SCHOOLS) for each in range(1, 31)]


def test_each_number_leads_to_as_many_students(
    rollbook: CommandLine, person: Callable[..., Any], tmp_path: Path
) -> None:
    server = ("--host", "localhost", "--user", "x", "--pattern", "*")
    assert rollbook("feeds", "add", "sis", *server, stdin="pw\n").code == 0
    first = write_csv(tmp_path / "first.csv", *district(), header=HEADER)
    assert rollbook("import", first, "--feed", "sis").code == 0
    rows = [each for each in district() if ",South & West," not in each]
    rows[:12] = [each.replace("Lovelace", "Menchú") for each in rows[:12]]
    rows[12:15] = [each.replace(",North,3,", ",East,3,") for each in rows[12:15]]
    rows[15:17] = [each.replace(",North,3,", ",North,5,") for each in rows[15:17]]
    rows += [row(900 + each, "East", grade=4) for each in range(1, 41)]
    held = rollbook.json(
        "import", write_csv(tmp_path / "next.csv", *rows, header=HEADER), "--feed", "sis", code=7
    )
    client = person()
    page = client.get(f"/imports/{held['job']}/").content.decode()
    found = {
        words.strip(): len(listed(client, path, unescape(query)))
        for path, query, words in LINK.findall(page)
    }
    assert found["See who is missing"] == 30
    assert found["See who is new"] == 40
    assert found["See last names"] == 12
    of_schools = {
        unescape(query): (int(words.strip()), len(listed(client, path, unescape(query))))
        for path, query, words in LINK.findall(page)
        if "school=" in query and words.strip().isdigit()
    }
    assert of_schools == {
        "?part=missing&school=South%20%26%20West": (30, 30),
        "?part=new&school=East": (40, 40),
        "?part=moved&school=North": (5, 5),
    }
    viewer = person("viewer", "bea@example.org")
    assert LINK.findall(viewer.get(f"/imports/{held['job']}/").content.decode()) == []


def listed(client: Any, path: str, query: str) -> list[list[str]]:
    answer = client.get(f"{path.removesuffix('changes/')}changes.csv{query}")
    assert answer.status_code == 200, path
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [*csv.reader(io.StringIO(text))][1:]
