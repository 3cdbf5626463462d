"""Headers beside every layout: whatever is recognized for certain is right, all else is asked.

`test_damaged_headers` drops, renames, doubles and reorders columns. Here other words take the
place of what a header says: another subject, another window, another vendor's columns.
"""

import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.scope_words import season_alone_in, subject_of
from rollbook.core.layouts.builtin import LAYOUTS
from rollbook.core.layouts.layout import MEASURED, Role
from rollbook.core.layouts.recognition import Recognition, key_of, recognize
from tests.unit.core.layouts.headers import PUBLISHED
from tests.unit.core.layouts.test_damaged_headers import PUBLISHED_OF, WHOLE

WORDS = {
    "subject": (
        "reading",
        "math",
        "ela",
        "mathematics",
        "science",
        "writing",
        "spanish",
        "lectura",
    ),
    "window": ("fall", "winter", "spring", "boy", "moy", "eoy", "beginning", "middle", "end"),
    "edition": ("dibels 8", "dibels next", "acadience", "idel", "trc", "star", "map"),
    "test": ("most recent", "1", "2", "baseline", "prior", "previous year", "goal", "target"),
}
KINDS = sorted(WORDS)
WORD = re.compile("|".join(rf"\b{re.escape(each)}\b" for words in WORDS.values() for each in words))
TWO = [(one, other) for one in sorted(PUBLISHED) for other in sorted(PUBLISHED) if one != other]
DRAWS = 30


def is_of(read: Recognition, name: str) -> bool:
    return read.layout.name == name


def certain(header: Sequence[str]) -> Recognition | None:
    read = recognize(header)
    return read if read is not None and read.is_certain else None


def meaning(read: Recognition, header: Sequence[str]) -> dict[str, str]:
    found = zip(header, read.holds, strict=True)
    return {key_of(text): holds for text, holds in found if holds is not None}


def with_other_words(header: Sequence[str], chance: random.Random) -> list[str]:
    """Some words of some columns replaced by others of their kind."""
    changed = [*header]
    for _ in range(1 + chance.randrange(6)):
        at = chance.randrange(len(changed))
        words = WORDS[chance.choice(KINDS)]
        plain = key_of(changed[at])
        if WORD.search(plain) and chance.random() < 0.8:
            changed[at] = WORD.sub(chance.choice(words), plain, count=1)
        else:
            changed[at] = f"{chance.choice(words)} {plain}"
    return changed


def of_a_term_that_its_header_names(read: Recognition, header: Sequence[str]) -> None:
    """A measure is read as of no other window than its own header says."""
    for text, holds, test in zip(header, read.holds, read.tests, strict=True):
        if holds in MEASURED:
            season = next(filter(None, map(season_alone_in, key_of(text).split())), None)
            named = next(filter(None, map(season_alone_in, test)), None)
            assert season is None or season == named, (text, holds, test)


def of_a_subject_that_its_header_names(read: Recognition, header: Sequence[str]) -> None:
    for text, holds in zip(header, read.holds, strict=True):
        said, meant = subject_of(key_of(text)), subject_of(holds or "")
        if holds in MEASURED and holds.startswith("iready"):
            assert said is None or said == meant, (text, holds)


@pytest.mark.parametrize(("header", "name"), WHOLE)
def test_other_words_make_no_other_layout_subject_or_window(
    header: Sequence[str], name: str
) -> None:
    chance = random.Random(f"words {name}")
    whole = recognize(header)
    right = {} if whole is None else meaning(whole, header)
    for _ in range(DRAWS):
        changed = with_other_words(header, chance)
        read = certain(changed)
        if read is None:
            continue
        assert is_of(read, name), changed
        of_a_term_that_its_header_names(read, changed)
        of_a_subject_that_its_header_names(read, changed)
        found = meaning(read, changed)
        assert {key: right[key] for key in found if key in right} == {
            key: holds for key, holds in found.items() if key in right
        }
        known = set(right.values())
        assert set(found.values()) <= known or whole is None, "nothing is read that was not"


@given(two=st.sampled_from(TWO), drawn=st.randoms(use_true_random=False))
def test_columns_of_two_exports_are_of_one_of_them_or_asked(
    two: tuple[str, str], drawn: random.Random
) -> None:
    one, other = (list(PUBLISHED[name]) for name in two)
    taken = drawn.sample(other, 1 + drawn.randrange(len(other)))
    kept = drawn.sample(one, 1 + drawn.randrange(len(one)))
    mixed = [*dict.fromkeys([*kept, *taken])]
    drawn.shuffle(mixed)
    read = certain(mixed)
    if read is None:
        return
    names = {PUBLISHED_OF.get(name) for name in two}
    assert read.layout.name in names, mixed
    measures = [text for text, holds in zip(mixed, read.holds, strict=True) if holds in MEASURED]
    own = {key_of(text) for name in two if PUBLISHED_OF.get(name) == read.layout.name
           for text in PUBLISHED[name]}  # fmt: skip
    assert {key_of(text) for text in measures} <= own, "no score of another export is read"
    if read.layout.subjects:
        of_subjects = read.layout.subjects_of(frozenset(map(key_of, mixed)))
        assert of_subjects == [read.subject]


@pytest.mark.parametrize(("header", "name"), WHOLE)
@pytest.mark.parametrize("prior", ["Prior", "Previous Year", "Baseline", "Projected", "Goal"])
def test_a_result_of_another_kind_is_not_read_beside_the_tests_own(
    header: Sequence[str], name: str, prior: str
) -> None:
    layout = next(each for each in LAYOUTS if each.name == name)
    if not layout.is_of_tests:
        return
    measured = [text for text in header if (layout.holds(key_of(text)) or "").count("_score")]
    assert measured
    more = [*header, *(f"{prior} {text}" for text in measured)]
    read = certain(more)
    if read is not None:
        found = {text for text, holds in zip(more, read.holds, strict=True) if holds in MEASURED}
        assert not {text for text in found if text.startswith(prior)}


@pytest.mark.parametrize(("header", "name"), WHOLE)
def test_an_export_that_has_lost_its_identifiers_is_of_no_layout(
    header: Sequence[str], name: str
) -> None:
    layout = next(each for each in LAYOUTS if each.name == name)
    rest = [text for text in header if layout.holds(key_of(text)) not in ("student_id", "ssid")]
    assert len(rest) < len(header)
    assert certain(rest) is None


@pytest.mark.parametrize(("header", "name"), WHOLE)
def test_an_export_of_tests_that_has_lost_what_tells_its_term_is_of_no_layout(
    header: Sequence[str], name: str
) -> None:
    layout = next(each for each in LAYOUTS if each.name == name)
    if not layout.is_of_tests:
        return
    tells = (Role.YEAR, Role.DATE, Role.WINDOW)
    rest = [text for text in header if layout.holds(key_of(text)) not in tells]
    assert certain(rest) is None
