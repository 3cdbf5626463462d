"""Examples of what is sent and answered about students. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

AT: Final = "2026-11-25T10:00:03Z"
WHO: Final = {"number": 412, "student_id": "0000016"}
STUDENT: Final = {
    **WHO,
    "as_of": AT,
    "missing_since": None,
    "values": {"absences_ytd": 3, "grade": "4"},
    "old": [],
}
FOUND: Final = {
    **WHO,
    "ssid": "9000000016",
    "last_name": "Greenley",
    "first_name": "Ada",
    "preferred_name": None,
    "school": "Oak",
    "grade": "4",
    "missing_since": None,
}
NOW: Final = {"value": 3, "job": 12, "file": "students.csv", "row": 17, "at": AT, "kept": None}
BEFORE: Final = {**NOW, "value": 2, "job": 11, "row": 18, "at": "2026-11-24T10:00:02Z"}
VALUE: Final = {
    **NOW,
    "before": 2,
    "by_another_hand": False,
    "as_of": "2026-11-27T10:00:03Z",
    "stale": False,
    "old": False,
}
PRESENCE: Final = {"feed": "sis", "missing_since": None, "present_since": "2026-08-20T10:00:04Z"}
REQUEST: Final = {"requested_by": "Superior Court, order of November 20"}
RECORD: Final = {
    **REQUEST,
    "district": "Ockham Unified",
    "made_at": "2026-11-26T17:00:00Z",
    "made_by": "ada@example.org (token records)",
    "student_id": WHO["student_id"],
    "last_import": 12,
    "values": {"absences_ytd": {**VALUE, "history": [NOW, BEFORE], "header": "Absences YTD"}},
    "presence": [PRESENCE],
    "problems": [],
    "undone": [],
    "kept_by_undo": [],
    "protected": [],
    "copies": [],
    "has_all_problems": True,
    "cut": [],
}
SENT: Final[Mapping[str, Any]] = {
    "search_students": {"text": "greenley oak", "grade": "4"},
    "make_record": REQUEST,
}
ANSWERED: Final[Mapping[str, Any]] = {
    "list_students": {"items": [STUDENT], "next_cursor": "WzQxMl0"},
    "search_students": {"items": [FOUND], "next_cursor": None, "total": 1},
    "get_student": {
        **WHO,
        "as_of": AT,
        "last_import": 12,
        "presence": [PRESENCE],
        "values": {"absences_ytd": VALUE},
    },
    "get_field_history": {
        "number": WHO["number"],
        "field": "absences_ytd",
        "items": [NOW, BEFORE],
        "next_cursor": None,
    },
    "make_record": RECORD,
}
