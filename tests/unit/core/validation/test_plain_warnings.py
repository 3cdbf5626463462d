"""Warnings told by column and text are those that judging row by row tells, in the same order."""

import random

import pytest

from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue, Severity
from rollbook.core.validation import memory, values
from tests.spec.judging import CATALOGUE, Outcome, judge

LEVELS = [f"fall_2025_{name}_level" for name in ("iready_reading", "iready_math", "dibels_orf_wc")]
FIELDS = " ".join(("student_id", "ssid", "last_name", "grade", *LEVELS, "absences_ytd"))
WORDS = ("Tier A", "Tier B", "tier a ", "On Level", "Core", "", "x" * 51, "Tier\x07", "Tier\nA")


def some_rows(chance: random.Random) -> list[list[str]]:
    """Rows most of which warn, and some of which are wrong in other ways too."""
    return [
        [
            chance.choice((f"{number:05}", f"{number}", "", "12345.0")),
            chance.choice((f"9{number:06}", f"9{number:06}", "no number")),
            chance.choice(("Hopper", "Lovelace2", "Núñez", "")),
            chance.choice(("3", "K", "forty")),
            *(chance.choice(WORDS) for _ in LEVELS),
            chance.choice(("3", "3", "many", "2.5")),
        ]
        for number in range(60)
    ]


def judged(rows: list[list[str]], rules: FeedRules, quotes: list[int]) -> Outcome:
    return judge(FIELDS, *rows, rules=rules, stray_quotes=quotes)


@pytest.mark.parametrize("seed", range(6))
def test_they_are_those_of_rows_that_are_judged_one_by_one(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    rows, quotes = some_rows(chance), sorted(chance.sample(range(2, 60), 5))
    rules = FeedRules(values={LEVELS[0]: {"Tier A": "Tier A"}})
    together = judged(rows, rules, quotes)
    monkeypatch.setattr(values, "_is_plain_warning", lambda verdict: False)
    one_by_one = judged(rows, rules, quotes)
    assert any(each.code == "UNKNOWN_LEVEL" for each in together.issues)
    assert together.issues == one_by_one.issues
    assert together.rows == one_by_one.rows
    assert together.rejected == one_by_one.rejected


def test_a_cell_that_only_warns_needs_no_second_look_at_its_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rollbook.core.validation.rows import RowJudge

    def judge_row(*_: object) -> None:
        raise AssertionError("a row was judged for itself")

    monkeypatch.setattr(RowJudge, "judge", judge_row)
    rows = [[f"{number}", f"9{number}", "", "3", "Tier A", "Tier B", "", "1"] for number in (1, 2)]
    outcome = judge(FIELDS, *rows)
    assert [(each.row, each.student_id, each.value) for each in outcome.issues] == [
        (2, "1", "Tier A"), (2, "1", "Tier B"), (3, "2", "Tier A"), (3, "2", "Tier B"),
    ]  # fmt: skip
    first = outcome.issues[0]
    assert first == Issue(
        "UNKNOWN_LEVEL", Severity.WARNING, first.message, 2, "1",
        CATALOGUE.by_name[LEVELS[0]].header, LEVELS[0], "Tier A",
    )  # fmt: skip


def test_what_a_column_has_warned_of_is_forgotten_with_its_cells() -> None:
    column = values.ColumnJudge(CATALOGUE.by_name[LEVELS[0]], FeedRules(), factor=None)
    column.texts([f"Tier {number}" for number in range(memory.MOST_REMEMBERED + 1)])
    assert len(column.warned) == len(column) > memory.MOST_REMEMBERED
    memory.forget([column])
    assert not column
    assert not column.warned


def test_a_warning_of_a_file_without_student_ids_names_none() -> None:
    rules = FeedRules(required=("ssid",))
    outcome = judge(f"ssid {LEVELS[0]}", ["9", "Tier A"], ["8", "Tier B"], rules=rules)
    assert [(each.row, each.student_id) for each in outcome.issues] == [(2, None), (3, None)]
