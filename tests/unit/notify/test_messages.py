"""What mails say: the same twice, with what to do, and nothing that could forge a header."""

import re
from html import unescape

import pytest

from rollbook.notify import (
    decision_messages,
    file_messages,
    installation_messages,
    messages,
    rehearsal_messages,
)
from rollbook.notify.digest import OF_ALL_SERVERS, digest, topic_of
from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Item, Kind, Notice

LINK = "https://rollbook.example.org/imports/7/"


def every_notice(feed: str = "sis") -> list[Notice]:
    return [
        messages.import_failed(
            feed, what="The server refused.", todo="Ask.", attempts=4, job=7, link=LINK
        ),
        decision_messages.import_held(feed, what="5 of 9 rows were rejected.", job=7, link=LINK),
        decision_messages.waits_still(feed, job=7, days=2, link=LINK),
        decision_messages.ended_undecided(feed, job=7, link=LINK),
        decision_messages.new_in_file(feed, codes=2, columns=1, job=7, link=LINK),
        messages.recovered(feed, over=[Kind.FAILED], job=7, students=10_000, link=LINK),
        messages.recovered(feed, over=[Kind.RUN_MISSED], job=7, students=None, link=None),
        messages.recovered(feed, over=[Kind.COLUMN_SET_ASIDE], job=7, students=9, link=None),
        messages.column_set_aside(feed, columns=["Absence %"], job=7, link=LINK),
        messages.column_set_aside(feed, columns=["Absence %", "Grade"], job=7, link=None),
        file_messages.file_unchanged(feed, days=3, job=7, link=LINK),
        file_messages.several_files(feed, count=3, job=7, link=LINK),
        messages.unusual_changes(feed, lines=[("Grade", 900, 3, 12)], schools=2, job=7, link=LINK),
        messages.unknown_levels(feed, count=3, job=7, link=LINK),
        file_messages.file_passed_over(feed, job=7, link=LINK),
        file_messages.file_renamed(feed, is_new=False, job=7, link=LINK),
        messages.run_missed(feed, planned="Tuesday, Nov 24 at 2:00 AM", job=7, link=LINK),
        rehearsal_messages.would_be_held(
            feed, planned="Tuesday, Nov 24 at 2:00 AM", what="5 of 9 rows.", job=7, link=LINK
        ),
        rehearsal_messages.would_fail(
            feed, planned="Tuesday, Nov 24 at 2:00 AM", what="No ID.", todo="", job=7, link=LINK
        ),
        installation_messages.test_mail(LINK),
        installation_messages.clean_up_failed(3, link=LINK),
        installation_messages.cleans_up_again(link=LINK),
        installation_messages.setting_usable("import.unchanged_days", link=LINK),
        installation_messages.clocks_agree(link=LINK),
    ]


def every_digest(feed: str = "sis") -> list[Notice]:
    gathered = [each for each in every_notice(feed) if topic_of(each, server="sftp.example.org")]
    items = [Item(f"{feed}-{number}", number, f"{number} rows.", LINK) for number in range(60)]
    return [digest(each, items, server="sftp.example.org", link=LINK) for each in gathered]


def test_a_digest_of_one_cause_names_fifty_feeds_and_counts_the_others() -> None:
    found = [each for each in every_digest() if each.together]
    assert {each.kind for each in found} == {Kind.FAILED, Kind.RECOVERED, Kind.RUN_MISSED}
    for each in found:
        assert "60 imports" in each.subject
        assert "sis-0 (import 0), " in each.facts[0][1]
        assert each.facts[0][1].endswith("sis-49 (import 49), and 10 more")


def test_a_digest_of_what_each_feed_has_for_itself_tells_each_with_its_link() -> None:
    found = [each for each in every_digest() if not each.together]
    assert {each.kind for each in found} == {
        Kind.HELD, Kind.RECOVERED, Kind.COLUMN_SET_ASIDE, Kind.FILE_UNCHANGED, Kind.SEVERAL_FILES,
        Kind.UNKNOWN_LEVELS, Kind.FILE_PASSED_OVER, Kind.FILE_RENAMED, Kind.UNUSUAL,
        Kind.NEW_IN_FILE, Kind.REHEARSAL_HELD, Kind.REHEARSAL_FAILED,
    }  # fmt: skip
    for each in found:
        assert "60" in each.subject
        mail = mail_of(each)
        for number in range(60):
            assert f"sis-{number} (import {number})\n{number} rows.\n{LINK}" in mail.text
            assert f"sis-{number} (import {number})</a>" in mail.html


def test_another_kind_server_or_cause_is_another_topic() -> None:
    long = "a" * 200
    notices = [each for each in every_notice() if topic_of(each, server=long)]
    topics = [topic_of(each, server=f"{long}.{n}") for each in notices for n in "ab"]
    # Columns, and what is over, are told for each; the time of a run and rehearsals have to do with
    # no server.
    of_all = len(OF_ALL_SERVERS)
    assert len({*topics}) == len({(each.kind, each.together) for each in notices}) * 2 - of_all
    assert max(map(len, topics)) <= 200


def words_of(html: str) -> str:
    body = re.sub(r"<title>.*?</title>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    "notice", [*every_notice(), *every_digest()], ids=lambda notice: notice.subject
)
def test_text_and_html_say_the_same(notice: Notice) -> None:
    mail = mail_of(notice)
    for part in (notice.subject, notice.what, notice.means, notice.todo):
        assert part
        assert part in mail.text
        assert " ".join(part.split()) in words_of(mail.html)
    for name, value in notice.facts:
        assert f"{name}: {value}" in mail.text
        assert f"{name}: {value}" in words_of(mail.html)
    for words in ("This email has no student data.", "What it means for the data"):
        assert words in mail.text
        assert words in words_of(mail.html)
    if notice.link:
        assert notice.link in mail.text
        assert f'href="{notice.link}"' in mail.html


@pytest.mark.parametrize(
    "notice",
    [each for make in (every_notice, every_digest) for each in make("<b>&\r\nBcc: x@example.org")],
    ids=lambda notice: notice.kind,
)
def test_a_name_can_neither_forge_a_header_nor_bring_markup(notice: Notice) -> None:
    mail = mail_of(notice)
    assert "\n" not in mail.subject and "\r" not in mail.subject
    assert "<b>" not in mail.html


def test_after_several_attempts_the_mail_says_how_many() -> None:
    assert "We tried 4 times." in mail_of(every_notice()[0]).text


@pytest.mark.parametrize(
    "notice", [*every_notice(), *every_digest()], ids=lambda notice: notice.subject
)
def test_a_mail_fetches_nothing_and_runs_nothing(notice: Notice) -> None:
    html = mail_of(notice).html
    assert not re.search(r"<(img|script|link|iframe|form|object)|url\(|@import| src=", html)
    assert set(re.findall(r'https?://[^\s"<]+', html)) <= {LINK}
