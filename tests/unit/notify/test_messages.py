"""What mails say: the same twice, with what to do, and nothing that could forge a header."""

import re
from html import unescape

import pytest

from rollbook.notify import messages
from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Notice

LINK = "https://rollbook.example.org/imports/7/"


def every_notice(feed: str = "sis") -> list[Notice]:
    return [
        messages.import_failed(
            feed, what="The server refused.", todo="Ask.", attempts=4, job=7, link=LINK
        ),
        messages.import_held(feed, what="5 of 9 rows were rejected.", job=7, link=LINK),
        messages.recovered(feed, job=7, students=10_000, link=LINK),
        messages.recovered(feed, job=7, students=None, link=None),
        messages.column_set_aside(feed, columns=["Absence %"], job=7, link=LINK),
        messages.column_set_aside(feed, columns=["Absence %", "Grade"], job=7, link=None),
        messages.file_unchanged(feed, days=3, job=7, link=LINK),
        messages.run_missed(feed, planned="Tuesday, Nov 24 at 2:00 AM", job=7, link=LINK),
        messages.test_mail(LINK),
    ]


def words_of(html: str) -> str:
    body = re.sub(r"<title>.*?</title>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("notice", every_notice(), ids=lambda notice: notice.subject)
def test_text_and_html_say_the_same(notice: Notice) -> None:
    mail = mail_of(notice)
    for part in (notice.subject, notice.what, notice.means, notice.todo):
        assert part
        assert part in mail.text
        assert " ".join(part.split()) in words_of(mail.html)
    for name, value in notice.facts:
        assert f"{name}: {value}" in mail.text
        assert f"{name}: {value}" in words_of(mail.html)
    for words in ("This mail holds no student's data.", "What it means for the data"):
        assert words in mail.text
        assert words in words_of(mail.html)
    if notice.link:
        assert notice.link in mail.text
        assert f'href="{notice.link}"' in mail.html


@pytest.mark.parametrize(
    "notice", every_notice("<b>&\r\nBcc: x@example.org"), ids=lambda notice: notice.kind
)
def test_a_name_can_neither_forge_a_header_nor_bring_markup(notice: Notice) -> None:
    mail = mail_of(notice)
    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert "<b>" not in mail.html


def test_after_several_attempts_the_mail_says_how_many() -> None:
    assert "It was tried 4 times." in mail_of(every_notice()[0]).text


@pytest.mark.parametrize("notice", every_notice(), ids=lambda notice: notice.subject)
def test_a_mail_fetches_nothing_and_runs_nothing(notice: Notice) -> None:
    html = mail_of(notice).html
    assert not re.search(r"<(img|script|link|iframe|form|object)|url\(|@import| src=", html)
    assert set(re.findall(r'https?://[^\s"<]+', html)) <= {LINK}
