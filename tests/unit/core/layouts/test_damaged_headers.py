"""Every layout with a damaged header: what it is of is right, or asked; never wrong."""

import random
from collections.abc import Callable, Sequence

import pytest

from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.layout import Layout, TestName
from rollbook.core.layouts.recognition import Recognition, read_by, recognize
from tests.unit.core.layouts.headers import PUBLISHED

Damage = Callable[[list[str], random.Random], list[str]]

PUBLISHED_OF = {
    "iready_reading": "iready-diagnostic-results",
    "iready_math": "iready-diagnostic-results",
    "iready_diagnostic_and_instruction": "iready-diagnostic-and-instruction",
    "iready_diagnostic_and_instruction_math": "iready-diagnostic-and-instruction",
    "iready_diagnostic_and_instruction_reading": "iready-diagnostic-and-instruction",
    "mclass": "mclass-dibels8-benchmark",
    "mclass_2025": "mclass-dibels8-benchmark",
    "mclass_2025_state": "mclass-dibels8-benchmark",
    "mclass_2026": "mclass-dibels8-benchmark",
    "dibels_by_window": "dibels8-by-window",
    "dibels_data_system_wide": "dibels8-data-system",
    "dibels_data_system_1st": "dibels8-data-system",
    "dibels_data_system_6th": "dibels8-data-system",
    "dibels_data_system_end": "dibels8-data-system",
    "dibels_data_system_k": "dibels8-data-system",
}
DRAWS = 40


def declared(layout: Layout) -> list[str]:
    """A header as the layout declares it: each column by the first of its headers."""
    columns = [
        header for column in layout.columns for header, _ in layout.spellings(column.headers[0])
    ]
    signs = [group[0] for group in layout.signs if not any(each in columns for each in group)]
    own = [headers[0] for headers in list(layout.subjects.values())[:1]]
    return [text.replace("*", "x") for text in dict.fromkeys([*columns, *signs, *own])]


WHOLE = [
    *((declared(layout), layout.name) for layout in LAYOUTS),
    *((list(PUBLISHED[key]), name) for key, name in PUBLISHED_OF.items()),
]


def missing(header: list[str], chance: random.Random) -> list[str]:
    gone = chance.randrange(len(header))
    return [text for at, text in enumerate(header) if at != gone]


def renamed(header: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(header))
    return [*header[:at], "Renamed by the district", *header[at + 1 :]]


def doubled(header: list[str], chance: random.Random) -> list[str]:
    return [*header, chance.choice(header)]


def reordered(header: list[str], chance: random.Random) -> list[str]:
    return chance.sample(header, len(header))


def in_another_case(header: list[str], chance: random.Random) -> list[str]:
    return [chance.choice((text.upper(), text.lower(), text.title())) for text in header]


def with_trailing_spaces(header: list[str], chance: random.Random) -> list[str]:
    return [text + " " * chance.randrange(4) for text in header]


def with_a_byte_order_mark(header: list[str], chance: random.Random) -> list[str]:
    return ["\ufeff" * chance.choice((1, 2)) + header[0], *header[1:]]


def with_columns_of_another(header: list[str], chance: random.Random) -> list[str]:
    other = chance.choice(list(PUBLISHED.values()))
    return [*header, *chance.sample(list(other), min(len(other), 1 + chance.randrange(8)))]


CHANGING: Sequence[Damage] = (missing, renamed, doubled, with_columns_of_another)
HARMLESS: Sequence[Damage] = (
    reordered, in_another_case, with_trailing_spaces, with_a_byte_order_mark,
)  # fmt: skip


def meaning(read: Recognition, header: Sequence[str]) -> dict[str, tuple[str, TestName]]:
    return {
        text.strip("\ufeff ").lower(): (holds, test)
        for text, holds, test in zip(header, read.holds, read.tests, strict=True)
        if holds is not None
    }


@pytest.mark.parametrize(("header", "name"), WHOLE)
@pytest.mark.parametrize("damage", CHANGING)
def test_a_damaged_header_is_of_its_own_layout_subject_and_columns_or_is_asked(
    header: list[str], name: str, damage: Damage
) -> None:
    layout = next(each for each in LAYOUTS if each.name == name)
    whole = read_by(layout, header)
    assert whole is not None
    right = meaning(whole, header)
    chance = random.Random(f"{name} {damage.__name__}")
    for _ in range(DRAWS):
        damaged = chance.choice(HARMLESS)(damage(header, chance), chance)
        read = recognize(damaged)
        if read is None or not read.is_certain:
            continue
        assert (read.layout.name, read.subject) == (name, whole.subject), damaged
        found = meaning(read, damaged)
        assert {text: right[text] for text in found if text in right} == {
            text: holds for text, holds in found.items() if text in right
        }


@pytest.mark.parametrize(("header", "name"), WHOLE)
@pytest.mark.parametrize("damage", HARMLESS)
def test_order_case_and_spaces_change_nothing(header: list[str], name: str, damage: Damage) -> None:
    whole, chance = recognize(header), random.Random(f"{name} {damage.__name__}")
    for _ in range(DRAWS):
        damaged = damage(header, chance)
        read = recognize(damaged)
        if whole is None:
            assert read is None
        else:
            assert read is not None
            assert (read.layout.name, read.is_certain) == (whole.layout.name, whole.is_certain)
            assert meaning(read, damaged) == meaning(whole, header)


@pytest.mark.parametrize("name", sorted(PUBLISHED.keys() - PUBLISHED_OF.keys()))
@pytest.mark.parametrize("damage", CHANGING)
def test_other_exports_stay_of_no_layout_when_damaged(name: str, damage: Damage) -> None:
    chance = random.Random(f"{name} {damage.__name__}")
    for _ in range(DRAWS):
        read = recognize(damage(list(PUBLISHED[name]), chance))
        assert read is None or not read.is_certain


@pytest.mark.parametrize("measure", ["FSF Score", "NWF WWR Score", "Retell Score", "Daze Score"])
@pytest.mark.parametrize(
    "key",
    ["mclass", "mclass_2020", "mclass_2026", "dibels_by_window", "dibels_data_system_1st"],
)
def test_a_measure_that_only_acadience_has_makes_it_no_dibels_8(key: str, measure: str) -> None:
    assert recognize([*PUBLISHED[key], measure]) is None


def test_an_mclass_export_that_does_not_tell_its_edition_is_of_no_layout() -> None:
    header = [text for text in PUBLISHED["mclass"] if "edition" not in text.lower()]
    assert len(header) < len(PUBLISHED["mclass"])
    assert recognize(header) is None
