"""Examples of the OpenAPI document: what is sent, and what is answered. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.api import inbox_examples, layout_examples, school_year_examples, student_examples

BEGUN: Final = {"job": 12, "status": "pending"}
REASON: Final = {"reason": "The summer school's students are new."}
JOB: Final = {
    "job": 12,
    "feed": "sis",
    "status": "completed",
    "outcome": "with_warnings",
    "reason": None,
    "message": None,
    "phase": "importing",
    "dry_run": False,
    "stored": True,
    "started_by": "ada@example.org (token nightly)",
    "started_at": "2026-11-25T10:00:01Z",
    "ended_at": "2026-11-25T10:00:03Z",
    "next_attempt_at": None,
    "rehearses": None,
    "in_advance": None,
    "file": {"name": "students.csv", "size": 3596753, "kind": "delimited", "encoding": "utf-8"},
    "counts": {
        "total": 10000,
        "inserted": 0,
        "updated": 412,
        "unchanged": 9570,
        "rejected": 3,
        "duplicates": 15,
        "missing_from_file": 4,
        "combined": 0,
        "left_out": 0,
    },
    "issues": {"errors": 3, "warnings": 31, "by_code": {"NOT_A_NUMBER": 3, "UNKNOWN_LEVEL": 31}},
    "columns_set_aside": [],
    "adoption": None,
    "protected": None,
    "seconds": {"downloading": 0.02, "importing": 0.3, "total": 0.7},
}
ADVANCE: Final = {
    "rehearsal": 12,
    "planned_at": "2026-11-26T10:00:00Z",
    "verdict": "apply",
    **REASON,
    "decided_by": "ada@example.org (token nightly)",
    "decided_at": "2026-11-26T02:15:00Z",
    "taken_back_at": None,
}
ISSUE: Final = {
    "row": 17,
    "student_id": None,
    "column": None,
    "field": "attendance_percentage",
    "code": "OUT_OF_RANGE",
    "severity": "error",
    "value": None,
    "message": "This value isn't between 0 and 100%. Fix it in your SIS.",
}
SCHOOLS: Final = {
    "items": [
        {
            "name": "Oak",
            "students": 412,
            "state": "confirmed",
            "school_id": "17",
            "school": "Oak Elementary",
            "suggested": None,
        }
    ]
}
ADDRESS: Final = {
    "url": "https://rollbook-uploads.s3.us-west-2.amazonaws.com/",
    "fields": {"key": "q3VvYmsK", "policy": "eyJleHBpcmF0aW9uIjoi", "x-amz-signature": "9f2c"},
    "uploaded": "WyJxM1Z2WW1zSyIsInRva2VuIDMiXQ:1vNq2s:4kY",
}
EVENT: Final = {
    "at": "2026-11-25T10:00:01Z",
    "kind": "log",
    "message": "Reading the file.",
}
CHANGES: Final = {
    "job": 12,
    "fields": {"absences_ytd": 398, "grade": 14},
    "updated": {"Oak": 412},
    "inserted": {"Oak": 3},
    "overwritten": {"absences_ytd": 1},
    "items": [
        {
            "row": 17,
            "student_id": "0000016",
            "what": "changed",
            "field": "absences_ytd",
            "before": "2",
            "after": "3",
            "before_by_another_hand": False,
        }
    ],
    "next_cursor": "WzAsMTcsNF0",
}
FEED: Final = {
    "id": 2,
    "name": "sis",
    "source": "sftp",
    "host": "sftp.example.org",
    "port": 22,
    "username": "district",
    "folder": "/outgoing",
    "pattern": "student_data_*.csv",
    "is_host_key_pinned": True,
    "is_roster": True,
    "is_scheduled": True,
    "next_run_at": "2026-11-26T10:00:00Z",
    "last_good_at": "2026-11-25T10:00:03Z",
    "is_fresh": True,
    "status": "fresh",
    "missed_runs": 0,
    "muted_until": None,
}
LEVELS: Final = {"fall_2025_iready_math_level": ["Tier A", "Tier B"]}
OWN_LEVELS: Final = {"job": 12, "feed": "sis", "levels": LEVELS}
FEED_HEALTH: Final = {
    "feed": "sis",
    "status": "fresh",
    "missed": 0,
    "last_good": "2026-11-25T10:00:03Z",
    "is_on": True,
    "is_fresh": True,
    "school_days": None,
    "late_since": None,
    "job": 12,
    "reason": None,
    "message": None,
    "next_attempt_at": None,
}
HEALTH: Final = {
    "status": "ok",
    "data": "fresh",
    "workers": 1,
    "last_planning": "2026-11-25T10:15:00Z",
    "unsent_mails": 0,
    "lost_mails": 0,
    "lost_messages": 0,
    "failed_clean_ups": 0,
    "held": [],
    "failed_uploads": [],
    "frozen": [],
    "waiting": [],
    "untold": [],
    "tables": [],
    "settings": [],
    "schools": [],
    "doubts": [],
    "feeds": [FEED_HEALTH],
}
FEEDS_FILE: Final = {
    "version": 1,
    "feeds": {
        "sis": {
            "host": "sftp.example.org",
            "username": "district",
            "pattern": "student_data_*.csv",
            "missing_limit": 20,
            "schedule": {"is_on": True, "times": ["02:00"], "days": ["monday", "tuesday"]},
            "headers": {"Days Absent": "absences_ytd"},
        }
    },
}
FEED_CHANGES: Final = {
    "dry_run": True,
    "changed": True,
    "feeds": [
        {
            "feed": "sis",
            "action": "changed",
            "changes": [{"setting": "missing_limit", "from": 10, "to": 20}],
        }
    ],
}
FIX_IT: Final = (
    "Rollbook: row,Rollbook: what to fix,Student ID,SSID,Last Name\n"
    '17,"SSID: The cell is empty. Complete the identifier in the SIS.",0000016,,Greenley\n'
)
NOTES: Final = {
    "job": 12,
    "items": [
        {
            "at": "2026-11-26T15:04:05Z",
            "author": "ada@example.org",
            "text": "Vendor's export was late.",
            "resolves": True,
            "reopens": False,
        }
    ],
}
SENT: Final[Mapping[str, Any]] = {
    "import_feeds": FEEDS_FILE,
    "import_uploaded": {"feed": "files", "uploaded": ADDRESS["uploaded"], "file_name": "sis.csv"},
    "trigger_import": {"feed": "sis", "dry_run": False, "force": False},
    "approve_job": {**REASON, "expect": False},
    "discard_job": REASON,
    "decide_in_advance": {"verdict": "apply", **REASON},
    "import_fix": {"row": 17, "values": {"Grade": "K"}, "without": False, "over": False},
    "undo_job": {"reason": "Last year's file.", "with_later": False, "preview": False},
    "mute_feed": {"days": 7},
    "add_note": {"text": "Vendor's export was late.", "resolves": True, "reopens": False},
    "decide_in_inbox": {"field": "grade", "text": "Kinder 1", "meaning": "K"},
    "take_own_levels": {"levels": LEVELS},
    "map_schools": {"schools": {"Oak": "17", "Virtual Academy": None}},
    "unmap_school": {"name": "Oak"},
    **layout_examples.SENT,
    **school_year_examples.SENT,
    **student_examples.SENT,
}
"""Operation -> an example of what is sent."""
ANSWERED: Final[Mapping[str, Any]] = {
    "get_fixit": FIX_IT,
    "list_log": {"items": [EVENT], "next_cursor": None},
    "get_changes": CHANGES,
    "list_feeds": {"items": [FEED]},
    "list_field_owners": {
        "items": [
            {
                "field": "fall_2026_iready_reading_score",
                "feed": "iready",
                "since": "2026-09-15T06:00:03Z",
                "set_aside_of": ["sis"],
            }
        ]
    },
    "get_feed": FEED,
    "mute_feed": FEED | {"muted_until": "2026-12-02T10:00:00Z"},
    "list_notes": NOTES,
    "add_note": NOTES,
    "get_codes": inbox_examples.CODES,
    "get_inbox": inbox_examples.INBOX,
    "decide_in_inbox": inbox_examples.INBOX | {"codes": []},
    "import_inbox_file": BEGUN,
    "list_own_levels": OWN_LEVELS,
    "take_own_levels": OWN_LEVELS | {"levels": {}},
    "get_health": HEALTH,
    "export_feeds": FEEDS_FILE,
    "import_feeds": FEED_CHANGES,
    "trigger_import": BEGUN,
    "upload_file": BEGUN,
    "upload_address": ADDRESS,
    "import_uploaded": BEGUN,
    "import_checked_file": BEGUN,
    "approve_job": BEGUN,
    "list_fixes": {
        "job": 12,
        "to_fix": [{"row": 17}],
        "fixes": [
            {
                "row": 9,
                "made_by": "ada@example.org",
                "made_at": "2026-11-26T15:04:00Z",
                "state": "fixed",
                "import": 13,
            }
        ],
    },
    "import_fix": BEGUN,
    "cancel_job": JOB,
    "discard_job": JOB,
    "decide_in_advance": ADVANCE,
    "take_decision_back": ADVANCE | {"taken_back_at": "2026-11-26T03:10:00Z"},
    "undo_job": {
        "job": 12,
        "jobs": [12],
        "undone": True,
        "schedule_turned_off": True,
        "students_removed": 6,
        "students_kept": 0,
        "values_restored": 1318,
        "values_kept": 4,
        "students_active_again": 60,
        "students_missing_again": 0,
    },
    "rehearse_again": BEGUN,
    "get_job": {**JOB, "in_advance_obstacle": None, "issue_list": [ISSUE]},
    "list_jobs": {"items": [JOB], "next_cursor": "WzEyXQ"},
    "list_schools": SCHOOLS,
    "map_schools": SCHOOLS,
    "unmap_school": SCHOOLS,
    "list_issues": {"items": [ISSUE], "next_cursor": None},
    **layout_examples.ANSWERED,
    **school_year_examples.ANSWERED,
    **student_examples.ANSWERED,
}
"""Operation -> an example of its answer."""
