"""Time zones by the names that people use."""

from zoneinfo import available_timezones

import pytest

from rollbook.core.scheduling.zone import ZONES, zone_choices, zone_fault, zone_title, zone_words


def test_each_zone_of_the_list_exists_and_has_a_name_of_its_own() -> None:
    assert ZONES.keys() <= available_timezones()
    assert len({*ZONES.values()}) == len(ZONES)


def test_a_zone_is_named_in_a_list_and_beside_a_time() -> None:
    assert zone_title("America/Los_Angeles") == "Pacific Time (Los Angeles)"
    assert zone_words("America/Los_Angeles") == "Pacific Time"
    assert zone_words("America/New_York") == "Eastern Time"
    assert zone_words("Europe/Isle_of_Man") == "Europe/Isle of Man"


def test_a_zone_that_is_no_us_district_s_stays_the_chosen_one() -> None:
    assert ("Europe/Zurich", "Europe/Zurich") in zone_choices("Europe/Zurich")
    assert len(zone_choices("Europe/Zurich")) == len(ZONES) + 1
    assert zone_choices("America/Denver") == [*ZONES.items()]


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "Factory", "posix/UTC", "right/America/New_York", "x" * 99]
)
def test_a_file_beside_the_zones_is_none(name: str) -> None:
    assert "no time zone" in zone_fault(name)
    assert len(zone_fault(name)) < 150
    assert zone_fault("America/Argentina/ComodRivadavia") == zone_fault("UTC") == ""
