"""Which pages show students' values. Seeing one leaves an audit event.

Every address is in one of the lists below; a test compares them with all addresses. One that is
in none counts as showing values. A file's header counts as a value, because a file without a
header has a student in its first row. A file's name does not: the dashboard and the history list
names at every visit, and an event for each visit would bury the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from rollbook.records.models import Feed
from rollbook.records.operations.disclosures import DOWNLOADED, VIEWED, record_disclosure
from rollbook.records.queries.changes import change_record
from rollbook.records.queries.issues import has_issues
from rollbook.records.queries.job_notes import has_notes
from rollbook.records.queries.jobs import last_header
from rollbook.transfers.large_downloads import FileElsewhere
from rollbook.web.pages.feeds import connection_test_results
from rollbook.web.pages.feeds.connection_test_results import is_look


def _always(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    return True


def _example(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """The page of an import shows administrators an example of each problem, and the notes."""
    user: Any = request.user
    number = given["number"]
    return bool(user.is_administrator) and (has_issues(number) or has_notes(number))


def _has_record(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """What an import changed, of students; it may have changed none."""
    return change_record(given["number"]) is not None


def _tested(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """A test of the connection shows the newest file's header, which may be a student's row."""
    return request.method == "POST" and "test" in request.POST


def _has_header(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """The page of a feed's columns shows the header of the last file, if one was read."""
    feed = Feed.objects.filter(name=given["name"]).first()
    return feed is not None and bool(last_header(feed))


def _has_tried(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """A mapping that is tried is shown with columns of the last file."""
    return request.method == "POST" and _has_header(request, given)


def _has_found(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """A page that asks how a test gets on; there may be no such test. A look into a folder shows
    names of files alone."""
    found = connection_test_results.look(given["number"])
    return found is not None and not is_look(found.about)


def _names_students(request: HttpRequest, given: Mapping[str, Any]) -> bool:
    """A page that names students only where there are some says so with the request."""
    return bool(getattr(request, "names_students", False))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows, how the audit calls seeing it, and when it does show it."""

    what: str
    action: str = VIEWED
    when: Callable[[HttpRequest, Mapping[str, Any]], bool] = _always


SHOWS: Final[Mapping[str, Shown]] = {
    "job": Shown("examples of problems", when=_example),
    "job_note": Shown("notes and examples of problems", when=_example),
    "job_rows": Shown("rows with problems"),
    "job_row_fix": Shown("a row to fix"),
    "job_problems_csv": Shown("all problems as CSV", DOWNLOADED),
    "job_changes": Shown("what changed", when=_has_record),
    "job_changes_csv": Shown("what changed as CSV", DOWNLOADED, when=_has_record),
    "job_fix_it": Shown("rejected rows as CSV", DOWNLOADED),
    "job_undo": Shown("students that an undo leaves as they are", when=_names_students),
    "feed_settings": Shown("header of the newest file", when=_tested),
    "feed_test": Shown("header of the newest file"),
    "feed_new": Shown("header of the newest file", when=_tested),
    "mapping": Shown("columns and codes of the newest file", when=_has_header),
    "feed_inbox": Shown("new columns and codes", when=_has_header),
    "mapping_bring": Shown("header of the newest file", when=_has_tried),
    "connection_test": Shown("header of the newest file", when=_has_found),
    "protect": Shown("a value to protect"),
    "protected_release": Shown("a protected value"),
    "student": Shown("values and where they came from"),
    "student_record": Shown("name, before a record is made", when=_names_students),
}

RECORD_THEMSELVES: Final = frozenset({"students", "protected"})
"""The lists of students and of protected values say who is on them, which no address tells."""

SHOWS_NONE: Final = frozenset({
    "first_steps_district", "first_steps_email",
    "dashboard", "welcome", "stay", "import_now", "history", "history_csv", "job_progress",
    "job_log", "job_resume", "job_cancel", "job_no_wait", "job_decide", "job_import", "job_again",
    "job_rows_import", "job_decide_in_advance", "job_take_back", "job_rehearse_again",
    "job_levels", "feeds", "feed", "feed_fields", "feed_limits", "feed_versions",
    "feed_version", "feed_file_name", "feed_saved", "feed_remove", "schedule", "feed_mute",
    "settings", "settings_test_mail", "terms", "people",
    "invite", "invited", "person_change", "sign_in", "sign_in_off", "withdraw", "tokens",
    "token_made", "token_revoke",
    "api_reference", "audit",
    "calendar", "calendar_file", "school_year", "school_year_switch", "school_year_undo",
    "audit_chain", "audit_csv",
    "layouts", "layout", "layout_file", "layout_remove", "mapping_file",
    "healthz", "healthz_data", "metrics", "doctor", "webhook", "schools", "upload_address",
    "quality", "quality_csv",
})  # fmt: skip
ACCOUNT_PAGES: Final = ("account_", "mfa_")
"""How the names of the pages of signing in begin; they know no student."""

API: Final = "api:"
"""How the names of the API's routes begin: they record what they show themselves, because most of
their callers are programs."""


class Disclosure:
    """Records, before an answer goes out, that its reader sees students' values.

    Where that cannot be written, the values are not shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_file = isinstance(response, FileElsewhere)
        if request.method != "HEAD" and (response.status_code < 300 or is_file):
            _record(request)
        return response


def shown_by(name: str) -> Shown | None:
    """Return what the page of this name shows of students; None where it shows nothing."""
    if name in SHOWS_NONE | RECORD_THEMSELVES or name.startswith((*ACCOUNT_PAGES, API)):
        return None
    return SHOWS.get(name, Shown(name))


def _record(request: HttpRequest) -> None:
    match = request.resolver_match
    if match is None or match.view_name is None or not request.user.is_authenticated:
        return
    shown = shown_by(match.view_name)
    if shown is not None and shown.when(request, match.kwargs):
        subject = _subject(match.view_name, match.kwargs)
        record_disclosure(str(request.user), shown.action, subject=subject, what=shown.what)


def _subject(page: str, given: Mapping[str, Any]) -> str:
    if page.startswith("student") or page == "protect":
        return f"student {given['number']}"
    if page == "protected_release":
        return f"protected value {given['number']}"
    if page.startswith("job"):
        return f"job {given['number']}"
    if page == "connection_test" and (found := connection_test_results.look(given["number"])):
        return str(found.about["feed"] or found.about["host"])[:200]
    return str(given.get("name", "a server"))[:200]
