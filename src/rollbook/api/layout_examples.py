"""Examples of layouts in the OpenAPI document. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

LAYOUT: Final = {
    "name": "own-iready-math",
    "vendor": "iready",
    "title": "i-Ready Math, our own",
    "is_own": True,
    "is_verified": False,
    "feeds": ["iready-math"],
}
DOCUMENT: Final = {
    "rollbook_layout": 1,
    "name": "own-iready-math",
    "vendor": "iready",
    "title": "i-Ready Math, our own",
    "columns": [
        {"holds": "student_id", "headers": ["student id"]},
        {"holds": "testing window", "headers": ["round"]},
        {"holds": "school year", "headers": ["academic year"]},
        {"holds": "iready_math_score", "headers": ["scale score"]},
    ],
    "signs": [["round"], ["scale score"]],
    "window_words": {"round 1": "fall", "round 2": "winter", "round 3": "spring"},
}
LIST: Final = {"items": [LAYOUT]}
SENT: Final[Mapping[str, Any]] = {"import_layout": DOCUMENT}
ANSWERED: Final[Mapping[str, Any]] = {
    "list_layouts": LIST,
    "get_layout": LAYOUT
    | {
        "columns": [{"holds": "i-Ready Math Overall Score", "headers": "scale score"}],
        "rules": ["It creates no students, and changes no names, grades and schools."],
    },
    "export_layout": DOCUMENT,
    "import_layout": {
        "name": "own-iready-math",
        "dry_run": False,
        "action": "changed",
        "feeds": ["iready-math"],
        "otherwise": [
            {"where": "word for the window", "text": "round 3", "from": "nothing", "to": "spring"}
        ],
    },
    "remove_layout": {"items": []},
    "get_feed_layout": {
        "feed": "iready-math",
        "setting": "own-iready-math",
        "read_by": "own-iready-math",
        "resembles": None,
    },
}
