"""Changing the district's settings, all or none, with their audit event."""

from collections.abc import Mapping

from django.db import transaction

from rollbook.core.errors import FieldsRefused
from rollbook.records.database import translated
from rollbook.records.district import SETTINGS, unusable, values
from rollbook.records.models import Setting
from rollbook.records.operations import audit, jobs


class SettingsRefused(FieldsRefused):
    """The settings were refused: {why}

    Nothing was changed."""

    reason = "settings_refused"


@translated()
@transaction.atomic
def change_settings(given: Mapping[str, str], *, actor: str) -> None:
    """Set what `given` names by key. Raises SettingsRefused."""
    known = {each.key: each for each in SETTINGS}
    faults = {
        key: known[key].fault(text)
        if key in known
        else f"There is no setting {key}. The settings are: {', '.join(known)}."
        for key, text in given.items()
    }
    if faults := {key: fault for key, fault in faults.items() if fault}:
        raise SettingsRefused(faults)
    before = values()
    broken = {each.key for each in unusable()}
    changed = {key: text for key, text in given.items() if text != before[key] or key in broken}
    for key, text in changed.items():
        Setting.objects.update_or_create(
            key=key,
            defaults={"value": text, "updated_at": jobs.now()},
            create_defaults={"value": text, "updated_at": jobs.now(), "created_at": jobs.now()},
        )
    if changed:
        audit.record(
            actor,
            "settings.changed",
            subject="settings",
            before={key: before[key] for key in changed},
            after=changed,
        )
