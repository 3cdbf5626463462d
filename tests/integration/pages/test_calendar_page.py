"""The district's calendar on its page: typed, or out of a file that is looked at first."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from rollbook.core.quantities import typed_day
from tests.integration.records.test_scheduling import NIGHT
from tests.unit.core.calendar_file.test_calendar_files import day, ics

Person = Callable[..., Any]

PAGE, FILE = "/settings/calendar/", "/settings/calendar/file/"
TODAY = datetime.now(UTC).date()
BREAK = (TODAY + timedelta(days=40), TODAY + timedelta(days=54))


def kept() -> tuple[str, str]:
    from rollbook.records.district import values

    now = values()
    return now["calendar.weekdays"], now["calendar.days_off"]


def upload(data: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("calendar.ics", data, content_type="text/calendar")}


def compact(moment: date) -> str:
    return f"{moment:%Y%m%d}"


def test_a_calendar_is_saved_as_people_write_it_and_audited(person: Person) -> None:
    from rollbook.records.models import AuditEvent

    client, line = person(), f"{BREAK[0]} to {BREAK[1]} Winter break"
    assert "No calendar yet" in client.get(PAGE).content.decode()
    given = {"weekdays": "mon-fri", "days_off": f"\n  {line}\n"}
    page = client.post(PAGE, given, follow=True).content.decode()
    assert "Winter break" in page
    assert "No calendar yet" not in page
    assert kept() == ("mon-fri", line)
    event = AuditEvent.objects.get(action="settings.changed")
    assert event.after == {"calendar.weekdays": "mon-fri", "calendar.days_off": line}
    assert "No days off after" not in page


def test_without_days_of_the_week_there_is_no_calendar_and_days_off_stay(person: Person) -> None:
    from rollbook.records.school_calendar import district_calendar

    client = person()
    client.post(PAGE, {"weekdays": "mon-fri", "days_off": "2026-11-11 Veterans Day"})
    assert district_calendar() is not None
    client.post(PAGE, {"weekdays": "", "days_off": "2026-11-11 Veterans Day"})
    assert district_calendar() is None
    assert kept() == ("", "2026-11-11 Veterans Day")


def test_a_calendar_that_makes_no_sense_is_refused_at_its_field(person: Person) -> None:
    client = person()
    page = client.post(PAGE, {"weekdays": "soon", "days_off": "Veterans Day"}).content.decode()
    assert 'id="id_weekdays_error"' in page
    page = client.post(PAGE, {"weekdays": "mon-fri", "days_off": "Veterans Day"}).content.decode()
    assert 'id="id_days_off_error"' in page
    assert kept() == ("", "")


def test_a_calendar_that_another_person_changed_meanwhile_is_not_overwritten(
    person: Person,
) -> None:
    client = person()
    page = client.get(PAGE).content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    client.post(PAGE, {"weekdays": "mon-fri", "days_off": "2026-11-11 Veterans Day"})
    late = client.post(PAGE, {"weekdays": "mon-thu", "days_off": "", "seen": seen})
    assert late.status_code == 200
    assert kept()[0] == "mon-fri"


def test_a_file_shows_its_days_before_the_chosen_ones_are_added(person: Person) -> None:
    client = person()
    data = ics(
        day(compact(BREAK[0]), compact(BREAK[1] + timedelta(days=1)), title="Winter <b>break</b>"),
        day(compact(BREAK[1] + timedelta(days=30)), title="Board meeting"),
        f"DTSTART:{compact(BREAK[0])}T190000Z\nSUMMARY:Concert",
    )
    page = client.post(FILE, upload(data)).content.decode()
    assert kept() == ("", "")
    assert page.count("checked") == 1
    assert "<b>break" not in page
    assert "Left out: 1 with a time of day." in " ".join(page.split())
    line = f"{typed_day(BREAK[0])} to {typed_day(BREAK[1])} Winter <b>break</b>"
    assert line in unescape(page)
    added = client.post(FILE, {"is_decided": "1", "chosen": [line]}, follow=True).content.decode()
    assert "1 holiday or break was added" in added
    assert line in unescape(client.get(PAGE).content.decode())
    assert kept() == ("mon-fri", f"{BREAK[0]} to {BREAK[1]} Winter <b>break</b>")
    again = client.post(FILE, {"is_decided": "1", "chosen": [line]}, follow=True).content.decode()
    assert "0 holidays and breaks were added" in again
    assert "Already off" in client.post(FILE, upload(data)).content.decode()


def test_a_file_of_which_nothing_is_chosen_changes_nothing(person: Person) -> None:
    client = person()
    page = client.post(FILE, {"is_decided": "1"}, follow=True).content.decode()
    assert "0 holidays and breaks were added" in page
    assert kept() == ("", "")


def test_a_title_that_reads_like_a_last_day_is_offered_as_one_day(person: Person) -> None:
    client, line = person(), f"{BREAK[0]} to {BREAK[0]} to 2027-99-99"
    page = client.post(FILE, upload(ics(day(compact(BREAK[0]), title="to 2027-99-99"))))
    assert f'value="{line}"' in page.content.decode()
    client.post(FILE, {"is_decided": "1", "chosen": [line]})
    assert kept() == ("mon-fri", f"{BREAK[0]} to {BREAK[0]} to 2027-99-99")


def test_more_days_off_than_a_calendar_has_are_refused_not_cut(person: Person) -> None:
    lines = [f"{TODAY + timedelta(days=number)}" for number in range(501)]
    page = person().post(FILE, {"is_decided": "1", "chosen": lines}, follow=True)
    assert "501 holidays and breaks are too many" in page.content.decode()
    assert kept() == ("", "")


def test_a_file_that_is_none_and_a_line_that_is_none_are_refused(person: Person) -> None:
    client = person()
    assert "t a calendar file. Export" in client.post(FILE, upload(b"a,b\n1,2\n")).content.decode()
    assert 'id="id_file_error"' in client.post(FILE, {}).content.decode()
    odd = client.post(FILE, {"is_decided": "1", "chosen": ["x" * 10_000]}, follow=True)
    assert "as a day off" in odd.content.decode()
    assert kept() == ("", "")


def test_what_another_program_wrote_is_no_calendar_and_is_told(person: Person) -> None:
    from rollbook.records.models import Setting
    from rollbook.records.school_calendar import district_calendar

    now = NIGHT.replace(tzinfo=None)
    for key, value in (("calendar.weekdays", "mon-fri"), ("calendar.days_off", "<script>")):
        Setting.objects.create(key=key, value=value, created_at=now, updated_at=now)
    calendar = district_calendar()
    assert calendar is not None
    assert calendar.days_off == ()
    client = person()
    page = client.get("/settings/").content.decode()
    assert "settings we can't use: Holidays and breaks" in " ".join(page.split())
    page = client.get(PAGE).content.decode()
    assert "&lt;script&gt;</textarea>" in page  # to be mended there, not lost


def test_the_calendar_is_for_administrators(person: Person) -> None:
    client = person(role="viewer")
    assert client.get(PAGE).status_code == client.post(FILE, {}).status_code == 403
