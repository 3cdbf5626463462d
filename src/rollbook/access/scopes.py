"""What a token may do, and which scopes go with which."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What a program may do with a token."""

    READ = "read"
    IMPORT = "import"
    ADMIN = "admin"
    STUDENTS = "students"


TITLES: Final[Mapping[Scope, str]] = {
    Scope.READ: "See imports",
    Scope.IMPORT: "Start imports",
    Scope.ADMIN: "Decide and change settings",
    Scope.STUDENTS: "See students",
}
"""What each lets a program do, in few words."""

MEANINGS: Final[Mapping[Scope, str]] = {
    Scope.READ: "Sees imports, feeds and health; no text of a file, and no student's values.",
    Scope.IMPORT: "Starts and stops imports and uploads files; includes read.",
    Scope.ADMIN: "Decides on held imports, changes feeds' settings, maps schools, sees values with "
    "problems; includes import.",
    Scope.STUDENTS: "Sees students' values, and nothing else unless another scope is given.",
}

_INCLUDES: Final[Mapping[Scope, frozenset[Scope]]] = {
    Scope.READ: frozenset((Scope.READ,)),
    Scope.IMPORT: frozenset((Scope.READ, Scope.IMPORT)),
    Scope.ADMIN: frozenset((Scope.READ, Scope.IMPORT, Scope.ADMIN)),
    Scope.STUDENTS: frozenset((Scope.STUDENTS,)),
}


def with_included(scopes: Iterable[str]) -> frozenset[Scope]:
    """Return the scopes and those that they include; one that is not known gives nothing."""
    known = [Scope(each) for each in scopes if each in set(Scope)]
    return frozenset().union(*(_INCLUDES[each] for each in known))
