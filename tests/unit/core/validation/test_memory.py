"""What validation remembers, and when it forgets it: a file of noise does not fill the memory."""

from rollbook.core.feed_settings import FeedRules
from rollbook.core.table import Chunk
from rollbook.core.validation.columns import columns_of
from rollbook.core.validation.memory import Remembered, forget
from rollbook.core.validation.ones import LoneOnes
from rollbook.core.validation.row_rules import Rule
from rollbook.core.validation.scale import PercentScale, _Evidence
from rollbook.core.validation.values import ColumnJudge
from tests.spec.judging import CATALOGUE, judge

ACCURACY = CATALOGUE.by_name["fall_2025_dibels_orf_acc_score"]
LEVEL = CATALOGUE.by_name["fall_2025_dibels_psf_level"]
LONG = "x" * 80
TOO_LONG = "x" * 81


def full(number: int) -> dict[str, bool]:
    return dict.fromkeys(map(str, range(number)), True)


def test_a_text_is_judged_once_unless_it_is_too_long() -> None:
    asked: list[str] = []
    memory = Remembered(lambda text: asked.append(text) or len(text))  # type: ignore[func-returns-value]
    assert [memory[text] for text in (LONG, LONG, TOO_LONG, TOO_LONG)] == [80, 80, 81, 81]
    assert asked == [LONG, TOO_LONG, TOO_LONG]


def test_50_000_texts_are_remembered_of_one_column_and_no_more() -> None:
    kept, cleared = full(50_000), full(50_001)
    forget([kept, cleared])
    assert (len(kept), len(cleared)) == (50_000, 0)


def test_200_000_texts_are_remembered_of_all_columns_and_no_more() -> None:
    memories = [full(50_000) for _ in range(4)]
    forget([*memories, {}])
    assert all(memories)
    forget([*memories, {"one more": True}])
    assert not any(memories)


def test_a_combination_of_cells_is_remembered_unless_one_of_them_is_too_long() -> None:
    rule = Rule(("absences_ytd", "tardies_ytd"), lambda _: ())
    assert rule[LONG, "1"] == rule["1", TOO_LONG] == ()
    assert list(rule) == [(LONG, "1")]


def test_a_cell_and_its_verdict_are_remembered_unless_they_are_too_long_or_too_many() -> None:
    judge = ColumnJudge(LEVEL, FeedRules(), factor=None)
    long, too_long = "Tier".ljust(80), "Tier".ljust(81)
    assert [judge[cell].lstrip("\x01") for cell in (long, too_long)] == ["Tier", "Tier"]
    assert list(judge) == list(judge.warned) == [long]
    for cell in (long, too_long, *map(str, range(600))):
        judge.verdict(cell)
    assert len(judge._verdicts) == 500
    assert long in judge._verdicts
    assert too_long not in judge._verdicts


def test_the_numbers_that_tell_a_scale_are_forgotten_when_they_are_many() -> None:
    evidence = _Evidence()
    many = [str(number) for number in range(50_001)]
    evidence.weigh([many, [""] * len(many)])
    evidence.weigh([["94.5"], ["5.5"]])
    assert len(evidence._numbers) == 2


def test_what_may_be_a_bare_1_is_forgotten_with_the_columns() -> None:
    rules = FeedRules()
    columns = columns_of([ACCURACY], [ACCURACY.header], rules=rules, scale=PercentScale(1))
    ones = LoneOnes(columns, rules)
    ones.take(Chunk([2, 3], [["98"], [TOO_LONG]]))
    (memory,) = ones.memories
    assert list(memory) == ["98"]


def test_a_file_forgets_between_two_chunks() -> None:
    validator = judge("student_id ssid last_name", ["1", "2", "Ada"]).validator
    names = next(each for each in validator._memories if "Ada" in each)
    names.update(full(50_001))
    validator.judge(Chunk([3], [["3", "4", "Bo"]]))
    assert list(names) == ["Bo"]
