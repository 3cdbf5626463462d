"""Examples of what is sent and answered about the school year. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_YEAR: Final = {
    "school_year": "2027-28",
    "first_day": "2027-08-11",
    "last_day": "2028-06-02",
    "switched_to": None,
    "switch": None,
    "to_do": [
        {
            "what": "The term Fall 2027 isn't set up.",
            "advice": "Add it before files bring its scores.",
        }
    ],
    "promotions": {"K": 412, "1": 398},
    "promotions_expected": [{"feed": "sis", "first_day": "2027-06-01", "last_day": "2027-09-10"}],
    "leavers": None,
}
_SET_ASIDE: Final = {
    "switched": False,
    "switch": None,
    "students": 810,
    "values": {"absences_ytd": 810, "tardies_ytd": 810},
}
_WHY: Final = {"reason": "The year 2027-28 begins."}
SENT: Final[Mapping[str, Any]] = {
    "set_school_year": {"first_day": "2027-08-11", "last_day": "2028-06-02"},
    "switch_year": _WHY,
    "undo_switch": {"reason": "It was switched too early."},
}
ANSWERED: Final[Mapping[str, Any]] = {
    "get_school_year": _YEAR,
    "set_school_year": _YEAR,
    "rehearse_switch": _SET_ASIDE,
    "switch_year": {**_SET_ASIDE, "switched": True, "switch": 812},
    "undo_switch": {"values_restored": 1620, "values_kept": 0},
}
