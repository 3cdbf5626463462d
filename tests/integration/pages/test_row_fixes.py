"""One rejected row, fixed on a page: checked at once, saved, imported alone, undone."""

import copy
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.integration.cli.commands import HEADER, CommandLine, student, write_csv
from tests.integration.pages.test_a_session_that_ends_in_a_form import BROWSER, signed_in_again
from tests.integration.pages.test_how_long_a_sign_in_lasts import later

Person = Callable[..., Any]
__all__ = ["later"]  # a fixture
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


def listed(page: str) -> dict[str, str]:
    """What the form of the question sends of the rows that it names."""
    found = re.search(r'name="listed" value="([^"]*)"', page)
    assert found
    return {"listed": found[1]}


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
    assert f"Fix row {ROW}" in page and "Also correct it in your SIS." in page
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
    assert f'1 fixed row of <a href="/imports/{rejected}/">' in text_of(
        client.get(f"/imports/{rejected + 1}/")
    )
    assert missing() == 0
    assert client.get(address).status_code == 302


def missing() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select count(*) from rollbook.presence where missing_since is not null")
        return int(cursor.fetchone()[0])


def test_of_two_people_the_second_sees_what_the_first_has_saved(
    rejected: int, person: Person
) -> None:
    ada, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    grace = person(email="grace@example.org")
    assert ada.post(address, SEEN | {f"cell-{SSID}": "9000000021", "save": ""}).status_code == 302
    late = text_of(grace.post(address, SEEN | {f"cell-{SSID}": "9000000022", "import": ""}))
    assert "ada@example.org has saved another fix of row 22 since you opened it." in late
    assert 'value="9000000022"' in late and "ada@example.org saved: <b>9000000021</b>" in late
    assert 'name="seen" value="1"' in late
    assert stored(21) == []
    waiting = text_of(ada.get(f"/imports/{rejected}/rows/"))
    assert "1 fixed row is not imported yet." in waiting
    again = grace.post(address, {"seen": "1", f"cell-{SSID}": "9000000022", "import": ""})
    assert again.status_code == 302
    too_late = ada.post(address, {"seen": "2", f"cell-{SSID}": "9000000021", "save": ""})
    assert too_late.status_code == 302
    assert "being imported" in text_of(ada.get(f"/imports/{rejected}/rows/"))
    run(rejected + 1)
    assert [ssid for ssid, _ in stored(21)] == ["9000000022"]


def test_several_rows_are_saved_and_imported_together_and_can_be_undone(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    from rollbook.records.models import Job
    from rollbook.records.queries.row_fixes import fixes_of

    wrong = [student(n).replace(f"{9_000_000_000 + n}", "n!ne", 1) for n in (31, 32, 33)]
    file = write_csv(tmp_path / "b.csv", *[student(n) for n in range(1, 31)], *wrong)
    first = int(rollbook.json("import", file)["job"])
    client, rows = person(), f"/imports/{first}/rows/"
    saved = client.post(f"{rows}32/", SEEN | {f"cell-{SSID}": "9000000031", "save": ""})
    assert saved["Location"] == f"{rows}33/"
    saved = client.post(f"{rows}33/", SEEN | {f"cell-{SSID}": "n?ne", "save": ""})
    assert saved["Location"] == f"{rows}34/"
    question = text_of(client.get(f"{rows}import/"))
    assert "Import 2 fixed rows?" in question and "ada@example.org" in question
    assert question.count("Still has a problem") == 1
    sent = listed(question)
    assert "Some values still have a problem." in text_of(client.post(f"{rows}import/", sent))
    client.post(f"{rows}34/", SEEN | {f"cell-{SSID}": "9000000033", "save": ""})  # not listed
    assert client.post(f"{rows}import/", sent | {"without": "yes"}).status_code == 302
    run(first + 1)
    states = {row: fix.state.value for row, fix in fixes_of(first).items()}
    assert states == {32: "fixed", 33: "rejected", 34: "saved"}
    output: Any = Job.objects.values_list("output_data", flat=True).get(pk=first + 1)
    some_left_out = copy.deepcopy(output)
    some_left_out["left_out_rows"] = [2]
    Job.objects.filter(pk=first + 1).update(output_data=some_left_out)
    states = {row: fix.state.value for row, fix in fixes_of(first).items()}
    assert states == {32: "left_out", 33: "rejected", 34: "saved"}
    assert "left it out, because the file's layout" in text_of(client.get(f"{rows}32/"))
    Job.objects.filter(pk=first + 1).update(output_data=output)
    assert len(stored(31)) == 1 and stored(32) == []
    page = text_of(client.get(f"{rows}33/"))
    assert "The fix wasn't imported:" in page and 'value="n?ne"' in page
    why = "<b>SSID:</b> “n?ne”"
    assert why in page.partition("It is shown below.")[2].partition("</div>")[0]
    assert why in text_of(client.get(rows))
    assert "2 fixed rows of <a" in text_of(client.get(f"/imports/{first + 1}/"))
    rollbook("jobs", "undo", str(first + 1), "--reason", "A wrong one", "--yes")
    assert {fix.state.value for fix in fixes_of(first, [32]).values()} == {"undone"}
    assert next_rows(first, 32, 33, 34) == [33, 32, 32]
    kept = text_of(client.post(f"{rows}32/", {"seen": "1", "discard": ""}))
    assert "or its import is over." in kept and list(fixes_of(first, [32])) == [32]


def next_rows(job: int, *rows: int) -> list[int | None]:
    from rollbook.records.queries.jobs import job_by_number
    from rollbook.records.queries.row_fixes import next_row

    return [next_row(job_by_number(job), row) for row in rows]


def test_a_question_imports_no_fix_that_was_saved_anew_since(rejected: int, person: Person) -> None:
    ada, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    question = f"/imports/{rejected}/rows/import/"
    ada.post(address, SEEN | {f"cell-{SSID}": "9000000021", "save": ""})
    sent = listed(text_of(ada.get(question)))
    grace = person(email="grace@example.org")
    grace.post(address, {"seen": "1", f"cell-{SSID}": "n!ne", "save": ""})
    late = text_of(ada.post(question, sent | {"without": "yes"}))
    assert "Nothing was imported." in late and "Some values still have a problem." in late
    grace.post(address, {"seen": "2", f"cell-{SSID}": "9000000022", "save": ""})
    assert "grace@example.org has saved another fix" in text_of(ada.post(question, sent))
    assert "has no fixed rows that wait" in text_of(ada.post(question, {"listed": "22-x-1"}))


def test_a_form_that_is_shown_again_keeps_what_its_person_has_seen(
    rejected: int, person: Person, later: Callable[[timedelta], None]
) -> None:
    ada, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    ada.get(address)
    later(timedelta(minutes=31))
    grace = person(email="grace@example.org")
    grace.post(address, SEEN | {f"cell-{SSID}": "9000000099", "save": ""})
    sent = SEEN | {f"cell-{SSID}": "9000000021"}
    ended = ada.post(address, sent | {"save": ""}, headers=BROWSER)
    for answer in (signed_in_again(ada, ended), ada.post(address, sent | {"check": ""})):
        page = text_of(answer)
        assert 'name="seen" value="0"' in page and 'value="9000000021"' in page
        assert "grace@example.org saved: <b>9000000099</b>" in page
    refused = text_of(ada.post(address, sent | {"save": ""}))
    assert "grace@example.org has saved another fix" in refused


def test_a_fix_that_fails_says_why_where_it_was_made_and_mails_no_one(
    rejected: int, person: Person
) -> None:
    from rollbook.automation.after_run import finish_run
    from rollbook.records.models import Feed, Mail
    from rollbook.records.operations.scheduling import ended_jobs

    Feed.objects.update(recipients=["ada@example.org"])
    client, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    of_another = {"cell-0": "0000001", f"cell-{SSID}": "9000000002"}
    client.post(address, SEEN | of_another | {"import": ""})
    run(rejected + 1)
    for job in ended_jobs():
        finish_run(job, {})
    assert not Mail.objects.filter(kind="import_failed").exists()
    rows = text_of(client.get(f"/imports/{rejected}/rows/"))
    assert "Fix not imported" in rows and "belong to two different students" in rows
    failed = text_of(client.get(f"/imports/{rejected + 1}/"))
    assert "fix the rows again" in failed and "upload the file again" not in failed


def test_a_fix_of_another_person_is_not_discarded(rejected: int, person: Person) -> None:
    from rollbook.records.queries.row_fixes import fixes_of

    ada, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    grace = person(email="grace@example.org")
    ada.post(address, SEEN | {f"cell-{SSID}": "9000000021", "save": ""})
    grace.post(address, {"seen": "1", f"cell-{SSID}": "9000000022", "save": ""})
    late = text_of(ada.post(address, {"seen": "1", "discard": ""}))
    assert "grace@example.org has saved another fix" in late and list(fixes_of(rejected)) == [ROW]
    assert ada.post(address, {"seen": "2", "discard": ""}).status_code == 302
    assert fixes_of(rejected) == {}


def test_only_the_fix_that_was_checked_is_imported(rejected: int, person: Person) -> None:
    from rollbook.records.operations.row_fixes import RowFixedMeanwhile, import_fixes

    address = f"/imports/{rejected}/rows/{ROW}/"
    ada = person()
    ada.post(address, SEEN | {f"cell-{SSID}": "9000000021", "save": ""})
    with pytest.raises(RowFixedMeanwhile):
        import_fixes(rejected, actor="ada@example.org", saves={ROW: 2})


def test_a_check_while_too_many_run_asks_to_press_the_button(
    rejected: int, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import BoundedSemaphore

    from rollbook.records.queries import row_checks

    full = BoundedSemaphore(1)
    full.acquire()
    monkeypatch.setattr(row_checks, "_CHECKING", full)
    address = f"/imports/{rejected}/rows/{ROW}/"
    part = person().post(address, SEEN, headers={"HX-Target": "checked"})
    assert "Press Check again." in text_of(part)


def test_the_form_has_a_bound_of_fields_whether_they_are_wrong_or_not(
    rejected: int, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.web.pages.imports import row_form

    monkeypatch.setattr(row_form, "MOST_FIELDS", 3)
    page = text_of(person().get(f"/imports/{rejected}/rows/{ROW}/"))
    assert page.count('name="cell-') == 3 and "more cells aren't shown" in page


def test_a_fix_that_was_imported_is_no_newer_data_for_the_next_row(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    wrong = [student(n).replace(f"{9_000_000_000 + n}", "n!ne", 1) for n in (31, 32)]
    file = write_csv(tmp_path / "e.csv", *[student(n) for n in range(1, 31)], *wrong)
    first = int(rollbook.json("import", file)["job"])
    client, rows = person(), f"/imports/{first}/rows/"
    client.post(f"{rows}32/", SEEN | {f"cell-{SSID}": "9000000031", "import": ""})
    run(first + 1)
    assert "This could write over newer data." not in text_of(client.get(f"{rows}33/"))
    done = client.post(f"{rows}33/", SEEN | {f"cell-{SSID}": "9000000032", "import": ""})
    assert done.status_code == 302


def test_newer_data_is_written_over_only_where_that_is_confirmed(
    rejected: int, rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    newer = write_csv(tmp_path / "c.csv", *[student(n, absences=4) for n in range(1, 22)])
    assert rollbook("import", newer).code == 0
    client, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    sent = SEEN | {f"cell-{SSID}": "9000000021"}
    assert "This could write over newer data." in text_of(client.get(address))
    assert "Check the box to import over newer data" in text_of(
        client.post(address, sent | {"import": ""})
    )
    client.post(address, sent | {"save": ""})
    question = f"/imports/{rejected}/rows/import/"
    sent = listed(text_of(client.get(question)))
    refused = text_of(client.post(question, sent))
    assert "Nothing was imported." in refused and f"Import {rejected + 1} has saved" in refused
    assert client.post(question, sent | {"over": "yes"}).status_code == 302


def test_a_row_that_is_deleted_by_now_is_said_to_be_so(rejected: int, person: Person) -> None:
    from rollbook.records.models import RejectedRow

    client, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    RejectedRow.objects.all().delete()
    assert f'href="{address}"' not in client.get(f"/imports/{rejected}/rows/").content.decode()
    for answer in (client.get(address), client.post(address, SEEN | {"import": ""})):
        assert answer["Location"] == f"/imports/{rejected}/rows/"
    said = text_of(client.get("/imports/"))
    assert f"Import {rejected} has no row 22 to fix. Rows with problems are deleted" in said
    part = client.post(address, SEEN, headers={"HX-Target": "checked"})
    assert "Fix the row in your SIS." in text_of(part)


def test_values_are_in_no_log_audit_mail_or_address(
    rejected: int, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    from rollbook.records.models import AuditEvent, JobEvent

    client, address = person(), f"/imports/{rejected}/rows/{ROW}/"
    done = client.post(address, SEEN | {f"cell-{SSID}": "9000000021", "import": ""})
    run(rejected + 1)
    assert "9000000021" not in done["Location"] and "9000000021" not in caplog.text
    events = AuditEvent.objects.all()
    said = " ".join(f"{event.before} {event.after}" for event in events)
    assert {"import.row_fixed", "import.fixes_imported"} <= {event.action for event in events}
    assert "9000000021" not in said and "Lovelace" not in said
    assert not any("9000000021" in event.message for event in JobEvent.objects.all())


def test_a_row_that_lacks_a_value_is_fixed_too_and_says_what_is_left_out(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    from rollbook.records.queries.row_fixes import fixes_of

    wrong = student(21, absences="many").replace(",98.00", ",ninety")
    file = write_csv(tmp_path / "d.csv", *[student(n) for n in range(1, 21)], wrong)
    first = int(rollbook.json("import", file)["job"])
    assert len(stored(21)) == 1
    assert rollbook("jobs", "fixit", str(first)).out == ""  # it holds rejected rows alone
    client, address = person(), f"/imports/{first}/rows/{ROW}/"
    assert f'href="{address}"' in client.get(f"/imports/{first}/rows/").content.decode()
    assert "It was imported without the values below." in text_of(client.get(address))
    absences = f"cell-{HEADER.split(',').index('Absences YTD')}"
    sent = SEEN | {absences: "4", "import": ""}
    asked = text_of(client.post(address, sent))
    assert "Some values still have a problem." in asked
    assert client.post(address, sent | {"without": "yes"}).status_code == 302
    run(first + 1)
    assert [fix.state.value for fix in fixes_of(first).values()] == ["incomplete"]
    page = text_of(client.get(address))
    assert "The fix was imported without some values" in page and 'value="4"' in page
    attendance = f"cell-{HEADER.split(',').index('Attendance %')}"
    client.post(address, {"seen": "1", attendance: "97.00", "import": ""})
    run(first + 2)
    assert [fix.state.value for fix in fixes_of(first).values()] == ["fixed"]


def test_an_id_that_is_a_number_is_typed_whole_or_said_to_be_complete(
    rollbook: CommandLine, person: Person, tmp_path: Path
) -> None:
    from rollbook.records.queries.row_fixes import fixes_of

    path = tmp_path / "z.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        for at in range(1, 62):
            cells = student(at).split(",")
            cells[0] = str(10 ** (3 + at % 3) + at)
            for column, text in enumerate(cells):
                sheet.write_string(at, column, text)
        sheet.write_number(60, 0, 2345)
        sheet.write_number(61, 0, 2346)
    first = int(rollbook.json("import", path)["job"])
    client, address = person(), f"/imports/{first}/rows/61/"
    page = text_of(client.get(address))
    assert 'name="cell-0" value="2345"' in page and "2345.0" not in page
    assert "2345 is the whole ID" in page
    sent = SEEN | {"cell-0": "2345", "import": ""}
    refused = text_of(client.post(address, sent))
    assert "An ID may have lost zeros." in refused and "Ready to import" not in refused
    assert client.post(address, sent | {"whole-0": "yes"}).status_code == 302
    run(first + 1)
    other = SEEN | {"cell-0": "02346", "import": ""}
    assert client.post(f"/imports/{first}/rows/62/", other).status_code == 302
    run(first + 2)
    assert {fix.cells[0]: fix.state.value for fix in fixes_of(first).values()} == {
        "2345": "fixed",
        "02346": "fixed",
    }
