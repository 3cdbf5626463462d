"""An event is one of six or refused, and nothing of a wrong one is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.aws.errors import EventUnknown, PermanentFailure, TransientFailure, failure
from rollbook.aws.events import Due, Look, Migrate, PageTest, Run, read_event
from rollbook.records.connection_errors import DatabaseUnavailable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("given_", "event"),
    [
        ({"do": "due"}, Due()),
        ({"do": "run", "job": 12}, Run(12)),
        ({"do": "test", "feed": "sis"}, Look("sis", lists=False)),
        ({"do": "test", "number": "AbC-_0123456789xyz"}, PageTest("AbC-_0123456789xyz")),
        ({"do": "list", "feed": "Küste"}, Look("Küste", lists=True)),
        ({"do": "migrate"}, Migrate()),
        ({"do": "migrate", "term": "winter 2026"}, Migrate("Winter 2026")),
    ],
)
def test_the_events_of_the_contract_are_known(given_: object, event: object) -> None:
    assert read_event(given_) == event


@pytest.mark.parametrize(
    "wrong",
    [
        None, [], "due", {}, {"do": "Due"}, {"do": ["due"]}, {"do": "due", "job": 1},
        {"do": "run"}, {"do": "run", "job": "1"}, {"do": "run", "job": True},
        {"do": "run", "job": 1.0}, {"do": "run", "job": 0}, {"do": "run", "job": 1 << 31},
        {"do": "run", "job": 1, "feed": "sis"}, {"do": "test"}, {"do": "test", "feed": ""},
        {"do": "list", "feed": "x" * 201}, {"do": "migrate", "roles": True},
        {"do": "migrate", "term": ""}, {"do": "migrate", "term": ["Winter 2026"]},
        {"do": "migrate", "term": "Winter 2026; --"},
        {"do": "test", "number": "short"}, {"do": "test", "number": 1},
        {"do": "test", "number": "x" * 20, "feed": "sis"}, {"do": "list", "number": "x" * 20},
    ],
)  # fmt: skip
def test_every_other_event_is_refused(wrong: object) -> None:
    with pytest.raises(EventUnknown):
        read_event(wrong)


@given(
    JSON
    | st.fixed_dictionaries(
        {"do": st.sampled_from(["run", "test", "migrate"]), "job": JSON, "term": JSON}
    )
)
def test_whatever_comes_is_an_event_or_refused_in_the_same_words(wrong: object) -> None:
    try:
        read_event(wrong)
    except EventUnknown as refused:
        assert refused.details["why"] in WORDS


WORDS = (
    'its "term" is no term such as "Winter 2026".',
    "it is no object.",
    'its "do" is none of due, run, test, list, migrate.',
    "it says more than it should.",
    'its "job" is no number of a job.',
    'its "feed" is no name of a feed.',
    'its "number" is no number of a test.',
)


def test_a_failure_tells_its_sentence_and_whether_time_heals_it() -> None:
    told = failure(DatabaseUnavailable(sqlstate="", private="Jane"))
    assert isinstance(told, TransientFailure)
    assert str(told).endswith("[database_unavailable]")
    assert isinstance(failure(EventUnknown(why="x")), PermanentFailure)


def test_an_unforeseen_failure_tells_no_text_of_its_own() -> None:
    try:
        raise ValueError("Jane Doe")
    except ValueError as error:
        told = failure(error)
    assert isinstance(told, PermanentFailure)
    assert "Jane" not in str(told)
    assert "ValueError at test_events.py" in str(told)
