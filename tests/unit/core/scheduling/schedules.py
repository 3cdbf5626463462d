"""Schedules as districts may set them, and moments around the changes of their clocks."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from rollbook.core.scheduling.schedule import Pause, Schedule

QUICK = settings(max_examples=100)
ZONES = ("America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu")
# Half an hour's change, a change at midnight, and the other half of the globe.
FAR_ZONES = ("Australia/Lord_Howe", "America/Asuncion", "Pacific/Auckland")

# Fifteen months: each clock changes at least twice.
MOMENTS = st.integers(0, 456 * 24 * 60).map(
    lambda minute: datetime(2023, 9, 1, tzinfo=UTC) + timedelta(minutes=minute)
)


def _pause(first: date, length: int) -> Pause:
    return Pause(first, first + timedelta(days=length), "break")


PAUSES = st.builds(_pause, st.dates(date(2023, 9, 1), date(2024, 12, 1)), st.integers(0, 80))


@st.composite
def schedules(draw: st.DrawFn, *, is_on: bool | None = None) -> Schedule:
    minutes = draw(
        st.lists(st.integers(0, 95).map(lambda n: n * 15), min_size=1, max_size=4, unique=True)
    )
    return Schedule(
        zone=draw(st.sampled_from(ZONES + FAR_ZONES)),
        times=tuple(time(*divmod(minute, 60)) for minute in minutes),
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        pauses=tuple(draw(st.lists(PAUSES, max_size=2))),
        is_on=draw(st.booleans()) if is_on is None else is_on,
    )
