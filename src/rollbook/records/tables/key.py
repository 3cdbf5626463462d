"""Something that must be there beside a table's columns, and what adds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """Something that must be there. `name`: only one of this name counts."""

    table: str
    """The table; of a view or function its own name, `schema.name`."""
    kind: str
    """unique, reference, check, index, numbers: what gives each new row its number, or deletion: a
    reference that forbids to delete a row. view, function, trigger; changed: a function that has
    become another one; queue: a function or trigger of the queue's package."""
    columns: tuple[str, ...]
    """Of a trigger: its name."""
    statement: str = ""
    """What adds it. "" where a model does, or where nothing can."""
    name: str = ""
    is_ours: bool = True
    """Whether we add it again: another application's own keys are for its owner."""
    deletion: str = ""
    """Of a reference: what becomes of our row where the other one is deleted, as SQL says it."""
