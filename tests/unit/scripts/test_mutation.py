"""What a mutant is: every kind of change of Python and SQL, and the memory of what was tried."""

from pathlib import Path

import pytest

from scripts.mutation.ledger import Ledger
from scripts.mutation.mutants import mutants_of
from scripts.mutation.python_changes import python_changes
from scripts.mutation.rooms import ROOMS
from scripts.mutation.sql_changes import sql_changes

ROOT = Path(__file__).parents[3]


def broken(source: str, changes: object) -> list[str]:
    assert callable(changes)
    return sorted(source[:start] + text + source[end:] for start, end, text in changes(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a == b", ["a != b"]),
        ("(a) <= (b)", ["(a) < (b)"]),
        ("a not in b", ["a in b"]),
        ("a and b and c", ["a and b or c", "a or b and c"]),
        ("not (a)", ["(a)"]),
        ("x = 3", ["x = 4"]),
        ("x = True", ["x = False"]),
        ("x = 'code'", ["x = 'XXcode'"]),
        ("x = 'a sentence'", []),
        ("x: Literal['code'] = y", []),
        ("'''Says what it is.'''", []),
        ("tell(x)", ["pass"]),
        ("x if y else z", ["x if (not (y)) else z"]),
        ("[x for x in xs if x]", ["[x for x in xs if (not (x))]"]),
        ("'é' == b", ["'XXé' == b", "'é' != b"]),
        ("__all__ = ['a', 'b']", []),
        ("zip(a, b, strict=True)", ["pass"]),
        ("x = zip(a, b, strict=True)", []),
        ("x = zip(a, b, strict=False)", ["x = zip(a, b, strict=True)"]),
        ("def f(a: int = 1): pass", ["def f(a: int = 2): pass"]),
    ],
)
def test_a_line_of_python_is_broken_in_each_way_that_leaves_it_a_line(
    source: str, expected: list[str]
) -> None:
    assert broken(source, python_changes) == sorted(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b", ["a <> b"]),
        ("a <= b AND c", ["a < b AND c", "a <= b or c"]),
        ("x IS NOT NULL", ["x is null"]),
        ("x IS NOT DISTINCT FROM y", ["x is distinct from y"]),
        ("NOT EXISTS (q)", ["EXISTS (q)"]),
        ("LIMIT 5", ["LIMIT 6"]),
        ("kind = 'new'", ["kind <> 'new'", "kind = 'xxnew'"]),
        ("x -> y", []),
        ("-- a = b and c", []),
        ("{a} = %(b)s", ["{a} <> %(b)s"]),
    ],
)
def test_a_line_of_sql_is_broken_outside_of_comments_and_of_what_python_puts_in(
    source: str, expected: list[str]
) -> None:
    assert broken(source, sql_changes) == sorted(expected)


def test_every_room_has_files_and_tests_that_are_there() -> None:
    for room in ROOMS.values():
        assert room.paths(ROOT)
        assert all((ROOT / tests).exists() for tests in (*room.near, *room.far))


def test_what_was_noticed_is_not_tried_again_and_what_was_not_is(tmp_path: Path) -> None:
    path = tmp_path / "rules.py"
    path.write_text("a = b == c\na = b == c\n")
    mutants = list(mutants_of(tmp_path, path))
    assert [each.line for each in mutants] == [1, 2]
    Ledger(tmp_path / "ledger", mutants).write(1, "noticed")
    Ledger(tmp_path / "ledger", mutants).write(0, "unnoticed")
    later = Ledger(tmp_path / "ledger", mutants)
    assert later.waiting() == [0]
    assert [each.line for each in later.with_outcome("unnoticed")] == [1]
