"""What is wrong with a table, and what to do about it."""

from dataclasses import dataclass
from typing import Final

from rollbook.core.errors import RollbookError
from rollbook.records.tables.expected import JOBS, SETTINGS, STUDENTS, is_added_again

_AGAIN: Final = "What is missing is added again when the tables are brought up to date."

ADVICE: Final = {
    "missing": _AGAIN,
    "unique": f"{_AGAIN} If two rows have the same value, correct one of them first.",
    "reference": f"{_AGAIN} Rows that lead nowhere have to go first.",
    "deletion": "It is changed when the tables are brought up to date.",
    "check": _AGAIN,
    "index": _AGAIN,
    "right": "Let its owner grant it.",
    "numbers": _AGAIN,
    "view": _AGAIN,
    "function": _AGAIN,
    "trigger": _AGAIN,
    "changed": "It is made again when the tables are brought up to date.",
    "queue": "Restore the last backup: that makes the queue again.",
    "order": (
        "Set the other application up in a new database, and move Rollbook there, or restore the "
        "last backup there."
    ),
    "type": "Let the owner of the table give the column the type that it had.",
    "demands": "Let the other program's column have a default, or allow it to be empty.",
}
"""Kind of a fault -> what to do about it."""

ADVICE_OF_OURS: Final = (
    "Restore from a backup what is missing of Rollbook's own tables: its rows are gone with it."
)
ADVICE_OF_SHARED: Final = (
    "Let the owner of the table add the missing column again, or restore it from a backup."
)

ADVISORY: Final = frozenset((
    "reference", "deletion", "check", "index", "right", "order", "view", "trigger", "changed",
    "queue",
))  # fmt: skip
"""Faults that stop no import: it says itself where a right is missing."""

_MADE_AGAIN: Final = frozenset(("view", "function", "trigger", "changed"))
"""What a migration makes again, because it holds no rows."""

_SENTENCES: Final = {
    "missing": "{table} has no column {column}",
    "type": "{table} has a column {column} of a type that can't hold its values",
    "unique": "{table} allows two rows of the same {column}",
    "reference": "{table} doesn't see to it that {column} leads to a row",
    "deletion": "{table} keeps other programs from deleting the rows to which {column} leads",
    "check": "{table} doesn't check {column}",
    "index": "{table} has no index of {column}, so that reading it takes long",
    "right": "Rollbook's role lacks rights to {table}: {rights}",
    "numbers": "{table} gives new rows no {column}",
    "view": "the view {table} is missing",
    "function": "the function {table} is missing",
    "trigger": "{table} lacks the trigger {column}",
    "changed": "the function {table} isn't as Rollbook has made it",
    "queue": "of the queue of imports {table} is missing",
    "order": "another application was set up after Rollbook, in its {table}, which lacks columns",
}

MOST_NAMED: Final = 5
_MANY_RIGHTS: Final = (
    "Bring the tables up to date with this role: that prints what grants them, and names the role "
    "that runs it."
)


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table, in words that everybody may read."""

    table: str
    """`schema.table`, or what else it is about."""
    column: str
    """One of ours, '' for the whole table or where the column is another program's."""
    kind: str
    """missing, type, demands, right, order, or as of a `Key`."""
    other_column: str = ""
    """The name of another program's column, for administrators alone."""
    statement: str = ""
    """What the table's owner may run against it, where Rollbook does not."""
    owner: str = ""
    """The role that may run it."""
    rights: str = ""
    """Those that are lost, separated by commas."""
    hides: bool = False
    """Whether nobody without these rights can see how things stand."""

    @property
    def is_added_again(self) -> bool:
        """Whether bringing the tables up to date mends it, by statements of our own."""
        if self.kind in _MADE_AGAIN:
            return True
        return self.kind == "missing" and is_added_again(self.table, self.column)

    @property
    def advice(self) -> str:
        if self.statement:
            return f"Let the role “{self.owner}” run: {self.statement};"
        if self.kind != "missing" or self.is_added_again:
            return ADVICE[self.kind]
        is_shared = self.table in (STUDENTS, JOBS, SETTINGS)
        return ADVICE_OF_SHARED if is_shared else ADVICE_OF_OURS

    def __str__(self) -> str:
        if self.kind == "demands":
            return (
                f"{self.table} requires a value in a column that Rollbook doesn't know, so no row "
                "can be added"
            )
        if self.kind == "missing" and not self.column:
            return f"the table {self.table} is missing"
        return _SENTENCES[self.kind].format(
            table=self.table, column=self.column, rights=self.rights
        )


class TablesChanged(RollbookError):
    """Tables aren't as Rollbook needs them: {what}.

    Nothing was changed.

    {repair}"""

    reason = "tables_changed"

    def __init__(self, faults: list[TableFault]) -> None:
        self.table_faults = faults
        named = [str(fault) for fault in faults[:MOST_NAMED]]
        if len(faults) > MOST_NAMED:
            named.append(f"and {len(faults) - MOST_NAMED:,} more")
        private = " ".join(
            f"{each.table} requires a value in “{each.other_column}”."
            for each in faults
            if each.other_column
        )
        steps = dict.fromkeys(fault.advice for fault in faults)
        if len(steps) > MOST_NAMED and all(fault.kind == "right" for fault in faults):
            steps = {_MANY_RIGHTS: None}
        super().__init__(what="; ".join(named), repair=" ".join(steps), private=private)
