"""The form of the district's settings."""

from typing import Any

from django import forms

from rollbook.core.scheduling.zone import zone_choices
from rollbook.records import district

SECTIONS = (
    ("Notifications",
     (district.RECIPIENTS, district.PROBLEMS_ONLY, district.DECISIONS_ONLY,
      district.UNCHANGED_DAYS)),
    ("District", (district.NAME, district.TIME_ZONE)),
    ("What is kept how long",
     (district.FILES_DAYS, district.ISSUES_DAYS, district.CHANGES_DAYS, district.JOBS_DAYS,
      district.AUDIT_DAYS)),
    ("Data quality", (*district.TESTED_GRADES.values(), district.OLD_DAYS, district.REPORT)),
)  # fmt: skip


class SettingsForm(forms.Form):
    """One field for each setting of a section, named by its key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for setting in (each for _, settings in SECTIONS for each in settings):
            self.fields[setting.key] = forms.CharField(
                required=bool(setting.default),
                max_length=2000,
                label=setting.heading,
                help_text=setting.help,
            )

        zone = district.TIME_ZONE.key
        chosen = str(self[zone].value() or district.TIME_ZONE.default)
        self.fields[zone].widget = forms.Select(choices=zone_choices(chosen))

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[each.key] for each in settings]) for title, settings in SECTIONS]
