"""The named statements of the SQL files beside this module."""

from typing import Final

from rollbook.core.statements import Statements

_STATEMENTS: Final = Statements(
    __package__,
    "students.sql",
    "combining.sql",
    "judging.sql",
    "twins.sql",
    "protecting.sql",
    "last_years.sql",
    "merging.sql",
    "by_school.sql",
    "recording.sql",
    "undoing.sql",
    "undoing_passed_on.sql",
    "undoing_presence.sql",
)

run = _STATEMENTS.run
compose = _STATEMENTS.compose
portions = _STATEMENTS.portions
