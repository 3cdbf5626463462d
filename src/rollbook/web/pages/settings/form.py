"""The form of the district's settings."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from rollbook.core.scheduling.zone import zone_choices
from rollbook.records import district
from rollbook.records.addresses import addresses
from rollbook.records.district import DistrictSetting

SECTIONS = (
    ("Notifications",
     (district.RECIPIENTS, district.PROBLEMS_ONLY, district.DECISIONS_ONLY,
      district.UNCHANGED_DAYS)),
    ("District", (district.NAME, district.TIME_ZONE)),
    ("Data retention",
     (district.FILES_DAYS, district.ISSUES_DAYS, district.CHANGES_DAYS, district.JOBS_DAYS,
      district.AUDIT_DAYS)),
    ("Data quality", (*district.TESTED_GRADES.values(), district.OLD_DAYS, district.REPORT)),
)  # fmt: skip
LISTS: Final = (
    district.RECIPIENTS, district.PROBLEMS_ONLY, district.DECISIONS_ONLY, district.REPORT,
)  # fmt: skip
"""Settings that are lists of addresses: one a line."""


class SettingsForm(forms.Form):
    """One field for each setting of a section, named by its key."""

    def __init__(self, data: Any, *, initial: Mapping[str, str]) -> None:
        self._stored = initial
        lists = {each.key: "\n".join(addresses(initial[each.key])) for each in LISTS}
        super().__init__(data, initial={**initial, **lists})
        for setting in (each for _, settings in SECTIONS for each in settings):
            self.fields[setting.key] = _field(setting)
        zone = district.TIME_ZONE.key
        chosen = str(self[zone].value() or district.TIME_ZONE.default)
        self.fields[zone].widget = forms.Select(choices=zone_choices(chosen))

    def clean(self) -> dict[str, Any]:
        """A list that was not changed stays as it is stored, however its lines are broken."""
        data = super().clean() or {}
        for key in (each.key for each in LISTS if each.key in data):
            given, stored = addresses(data[key]), self._stored[key]
            data[key] = stored if given == addresses(stored) else ", ".join(given)
        return data

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[each.key] for each in settings]) for title, settings in SECTIONS]


def _field(setting: DistrictSetting) -> forms.CharField:
    field = forms.CharField(
        required=bool(setting.default),
        max_length=2000,
        label=setting.title,
        help_text=setting.help,
    )
    if setting in LISTS:
        field.widget = forms.Textarea({"rows": 2, "spellcheck": "false"})
        field.help_text = f"{setting.help} One address per line."
    if setting.unit:
        field.widget = forms.NumberInput({"min": 0})
        field.unit = setting.unit  # type: ignore[attr-defined]  # what the template shows beside it
    return field
