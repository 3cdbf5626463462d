"""What holds of every type, whatever a cell holds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core import cells
from rollbook.core.catalogue.field import Field
from rollbook.core.feed_settings import FeedRules
from tests.spec.judging import CATALOGUE

RULES = FeedRules()
TYPES = list({field.type: field for field in CATALOGUE.fields}.values())

anything = st.text(st.characters(exclude_categories=()), max_size=80)
marked = st.builds(
    "{}{}".format, st.sampled_from(["", cells.NUMBER, cells.DATE, cells.ERROR]), anything
)
number_like = st.from_regex(r"['=\"]?[-+<]?[0-9]{0,6}[.,eE-]?[0-9]{0,40}%?\"?", fullmatch=True)


@pytest.mark.parametrize("field", TYPES, ids=lambda field: field.name)
@given(cell=marked | number_like)
def test_any_text_has_a_verdict_and_what_it_accepts_it_accepts_again(
    field: Field, cell: str
) -> None:
    verdict = field.type.judge(cell, RULES)
    assert (verdict.code is None) == (verdict.message == "")
    assert not (verdict.refused and verdict.value is not None)
    if verdict.value is not None:
        verdict.value.encode("utf-8")
        assert verdict.value.isprintable() or not verdict.value.isascii()
        # A bare 1 of an accuracy is ambiguous, what `1%` was read as is not.
        sign = "%" if getattr(field.type, "percent_sign", False) else ""
        again = field.type.judge(verdict.value + sign, RULES)
        assert again.value == verdict.value
        assert not again.refused


@pytest.mark.parametrize("field", TYPES, ids=lambda field: field.name)
@given(cell=anything.filter(lambda text: len(text.strip()) > 3))
def test_a_message_never_repeats_the_value(field: Field, cell: str) -> None:
    assert field.type.judge(f"#{cell}#", RULES).message.find(f"#{cell}#") == -1


@pytest.mark.parametrize("field", TYPES, ids=lambda field: field.name)
def test_a_type_describes_itself_in_a_sentence(field: Field) -> None:
    assert field.type.describe().endswith(".")
    assert field.type.sql.startswith(("varchar(", "integer", "numeric(5,2)", "boolean"))


GIANTS = (
    " " * 2_000_000 + "\n",
    "9" * 2_000_000,
    "\n " * 1_000_000 + "x",
    "1,234" * 400_000,
    "'=" * 1_000_000,
    "é " * 1_000_000,
)


@pytest.mark.parametrize("cell", GIANTS, ids=lambda cell: ascii(cell[:5]))
def test_a_giant_cell_is_judged_in_time(cell: str) -> None:
    began = time.process_time()
    for field in TYPES:
        field.type.judge(cell, RULES)
    assert time.process_time() - began < 10
