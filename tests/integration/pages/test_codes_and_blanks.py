"""The page of columns shows codes and words for blank with their rows; one Save takes all of it."""

import html
import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import CommandLine, write_csv

PAGE = "/feeds/files/columns/"
HEADER = "Student ID,SSID,Grade,Days Away,Absences YTD,Homeroom"
KINDER, UNGRADED = "Kinder <1>", "UG"


def write(folder: Path) -> Path:
    grades = [KINDER] * 3 + [UNGRADED] * 2 + ["3"] * 60
    absences = ["Not tested"] * 4 + ["DNT", "see office"] + ["2"] * 59
    rows = [
        f'{n:07},9{n:09},"{grade}",1,{away},Room {n}'
        for n, (grade, away) in enumerate(zip(grades, absences, strict=True), start=1)
    ]
    return write_csv(folder / "students.csv", *rows, header=HEADER)


@pytest.fixture
def imported(pages: None, rollbook: CommandLine, tmp_path: Path) -> Path:
    file = write(tmp_path)
    rollbook("import", file)
    return file


@pytest.fixture
def client(imported: Path, person: Callable[..., Any]) -> Any:
    return person()


def key(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def stored() -> Any:
    from rollbook.records.models import Feed

    feed = Feed.objects.get(name="files")
    return feed.headers, feed.values, feed.blank_markers


def form(page: str) -> dict[str, list[str]]:
    """Return what a browser sends of the page as it is shown."""
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r'(?s)<input[^>]*form="columns"[^>]*>', page):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or re.search(r"\schecked", tag):
            sent.setdefault(given["name"], []).append(html.unescape(given.get("value", "")))
    for tag, options in re.findall(r'(?s)<select([^>]*form="columns"[^>]*)>(.*?)</select>', page):
        name = re.search(r'name="(\w+)"', tag)
        chosen = re.findall(r'<option value="([^"]*)"\s+selected', options)
        first = re.findall(r'<option value="([^"]*)"', options)[0]
        assert name
        sent.setdefault(name[1], []).append(html.unescape(chosen[0] if chosen else first))
    seen = re.search(r'name="seen"\s+value="(\w+)"', page)
    assert seen
    return sent | {"change": ["all"], "seen": [seen[1]]}


def with_meaning(sent: dict[str, list[str]], text: str, meaning: str) -> None:
    sent["code_meaning"][sent["code_digest"].index(key(text))] = meaning


def test_what_is_shown_can_be_sent_back_as_it_is_and_changes_nothing(client: Any) -> None:
    from rollbook.records.models import AuditEvent

    page = client.get(PAGE).content.decode()
    assert client.post(PAGE, form(page)).status_code == 302
    assert stored() == ({}, {}, [])
    assert not AuditEvent.objects.filter(action="feed.mapping_changed").exists()


def test_one_save_takes_columns_codes_and_blanks_and_the_next_import_counts_them(
    client: Any, rollbook: CommandLine, imported: Path
) -> None:
    page = client.get(PAGE).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "To decide: 2 unknown columns · 2 new codes · 2 texts that may mean blank" in text
    assert "“Kinder &lt;1&gt;” Not imported Grade 3" in text
    assert "“Not tested” Couldn't be read Absences YTD 4" in text
    assert "see office" not in page, "of one row it may be anything"
    sent = form(page)
    sent["field"][sent["header"].index("Homeroom")] = "-"
    with_meaning(sent, KINDER, "K")
    with_meaning(sent, UNGRADED, "=")
    sent["blank"] = [key("Not tested")]
    client.post(PAGE, sent)
    values = {"grade": {KINDER: "K", UNGRADED: ""}}
    assert stored() == ({"Homeroom": ""}, values, ["Not tested"])
    before = rollbook.json("feeds", "codes", "files")
    rollbook("import", imported)
    found = rollbook.json("feeds", "codes", "files")
    assert [(each["text"], each["rows"], each["meaning"]) for each in found["codes"]] == [
        (KINDER, 3, "K"), (UNGRADED, 2, ""),
    ]  # fmt: skip
    assert found["blanks"] == [
        {"text": "Not tested", "rows": 4, "columns": ["Absences YTD"], "is_set": True},
        {"text": "DNT", "rows": 1, "columns": ["Absences YTD"], "is_set": False},
    ]
    assert before | {"job": found["job"]} == found, "known before the import, from its problems"
    page = client.get(PAGE).content.decode()
    assert "We know every code in the newest file." in page


def test_what_is_set_is_taken_back_by_the_same_save(client: Any, rollbook: CommandLine) -> None:
    rollbook("feeds", "map", "files", "--value", f"grade:{KINDER}=K", "--blank", "DNT")
    rollbook("feeds", "map", "files", "--value", "grade:Old=1")
    sent = form(client.get(PAGE).content.decode())
    with_meaning(sent, KINDER, "")
    sent["blank"] = []
    client.post(PAGE, sent)
    assert stored() == ({}, {"grade": {"Old": "1"}}, [])


def test_what_cannot_be_saved_is_refused_at_its_field_and_the_rest_stays(client: Any) -> None:
    sent = form(client.get(PAGE).content.decode())
    with_meaning(sent, KINDER, "Zebra")
    with_meaning(sent, UNGRADED, "12")
    sent["blank"] = [key("DNT")]
    sent["typed_blank"] = ["999"]
    page = html.unescape(client.post(PAGE, sent).content.decode())
    place = f"code-grade-{key(KINDER)[:16]}"
    for at, said in ((place, "doesn't accept “Zebra”"), ("typed-blank", "can't mean blank")):
        assert f'href="#{at}"' in page
        assert re.search(rf'(?s)id="{at}_error">.*?<span>[^<]*{said}', page)
        assert re.search(rf'aria-describedby="[^"]*{at}_error"', page)
    assert re.search(r'<option value="12"\s+selected', page)
    assert re.search(rf'(?s)value="{key("DNT")}"[^>]*checked', page)
    assert 'value="999"' in page
    assert stored() == ({}, {}, [])


def test_an_own_level_that_means_blank_is_refused_at_the_field_that_says_so(
    client: Any, rollbook: CommandLine
) -> None:
    level = "fall_2025_iready_math_level"
    rollbook("feeds", "map", "files", "--value", f"{level}:Tier A=Tier A", "--blank", "Tier B")
    before = stored()
    own = {
        "typed_value_field": [level],
        "typed_value_text": ["Tier B"],
        "typed_value_meant": ["Tier B"],
    }
    for typed, at in ((own, "typed-value-meant"), ({"typed_blank": ["tier a"]}, "typed-blank")):
        sent = form(client.get(PAGE).content.decode()) | typed
        page = html.unescape(client.post(PAGE, sent).content.decode())
        assert re.search(rf'(?s)id="{at}_error">.*?<span>[^<]*one of your own values', page)
        assert stored() == before


def test_a_feed_without_a_file_says_what_will_be_here(pages: None, person: Any) -> None:
    page = person().get(PAGE).content.decode()
    assert "Check or import one to see its codes here." in page
    assert "Add a value that isn't listed" in page


def test_only_administrators_see_codes_and_that_is_on_record(
    client: Any, person: Callable[..., Any], rollbook: CommandLine
) -> None:
    from rollbook.records.models import AuditEvent

    assert person("viewer", "viewer@example.org").get(PAGE).status_code == 403
    seen = AuditEvent.objects.filter(action="students.viewed", subject="files")
    assert not seen.exists()
    client.get(PAGE)
    assert [event.after for event in seen] == [{"what": "columns and codes of the newest file"}]
    assert json.loads(rollbook("feeds", "codes", "files", "--json").out)["codes"]
    assert seen.all().count() == 2
    told = " ".join(rollbook("feeds", "codes", "files").out.split())
    assert "Not tested Absences YTD 4 not read; maybe blank" in told
