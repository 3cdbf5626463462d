"""The named statements of `judging.sql`, `twins.sql` and `merging.sql`."""

from typing import Final

from rollbook.core.statements import Statements

_STATEMENTS: Final = Statements(__package__, "judging.sql", "twins.sql", "merging.sql")

run = _STATEMENTS.run
compose = _STATEMENTS.compose
