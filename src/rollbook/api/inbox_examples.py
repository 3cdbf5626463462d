"""Examples of what the API says of a feed's codes and of its inbox."""

from typing import Any, Final

INBOX: Final[dict[str, Any]] = {
    "feed": "sis",
    "job": 12,
    "codes": [
        {
            "field": "grade",
            "column": "Grade",
            "text": "Kinder 1",
            "rows": 31,
            "since": "2026-11-26T07:00:09Z",
            "nearest": "K",
            "is_kept": False,
        }
    ],
    "columns_of_many_texts": [],
    "columns": [
        {
            "header": "Homeroom",
            "examples": ["Room 1", "Room 2"],
            "since": "2026-11-26T07:00:09Z",
            "nearest": None,
        }
    ],
}
CODES: Final[dict[str, Any]] = {
    "feed": "sis",
    "job": 12,
    "codes": [
        {
            "field": "grade",
            "column": "Grade",
            "text": "Kinder",
            "rows": 31,
            "meaning": "K",
            "nearest": None,
            "is_kept": False,
        }
    ],
    "columns_of_many_texts": [],
    "blanks": [{"text": "Not tested", "rows": 8, "columns": ["Absences YTD"], "is_set": False}],
}
