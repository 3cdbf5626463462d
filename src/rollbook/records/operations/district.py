"""Changing the district's settings, all or none, with their audit event."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from rollbook.core.errors import FieldsRefused
from rollbook.records.database import translated
from rollbook.records.district import CATEGORY, SETTINGS, DistrictSetting, unusable, values
from rollbook.records.models import Setting
from rollbook.records.operations import audit, jobs
from rollbook.records.operations.old_limits import plan_old_limits
from rollbook.records.operations.seen import check_seen, wait_for_other_edits


class SettingsRefused(FieldsRefused):
    """The settings weren't saved: {why}

    Nothing was changed."""

    reason = "settings_refused"


@translated()
@transaction.atomic
def change_settings(given: Mapping[str, str], *, actor: str, seen: str = "") -> None:
    """Set what `given` names by key. Raises SettingsRefused.

    `seen`: the version of all settings that the page showed; raises ChangedMeanwhile.
    """
    wait_for_other_edits()
    check_seen(seen, values(), what="the settings")
    known = {each.key: each for each in SETTINGS}
    given = {key: known[key].kept(text) if key in known else text for key, text in given.items()}
    before = values()
    faults = {
        key: known[key].fault(text) or (text != before[key] and known[key].new_fault(text)) or ""
        if key in known
        else f"There is no setting {key}. The settings are: {', '.join(known)}."
        for key, text in given.items()
    }
    if faults := {key: fault for key, fault in faults.items() if fault}:
        raise SettingsRefused(faults)
    broken = {each.key for each in unusable()}
    changed = {key: text for key, text in given.items() if text != before[key] or key in broken}
    for key, text in sorted(changed.items()):  # two at once must not wait for each other
        _store(known[key], text)
    if changed:
        plan_old_limits(datetime.now(UTC))
        audit.record(
            actor,
            "settings.changed",
            subject="settings",
            before={key: before[key] for key in changed},
            after=changed,
        )


def _store(setting: DistrictSetting, text: str) -> None:
    """Write the row, with words for those who see it among another application's settings."""
    now = jobs.now()
    # Where two set it for the first time at once, the second one waits here and changes the row.
    row, is_new = Setting.objects.get_or_create(
        key=setting.key,
        defaults={
            "value": text,
            "category": CATEGORY,
            "description": setting.description,
            "created_at": now,
            "updated_at": now,
        },
    )
    if is_new:
        return
    row.value, row.updated_at = text, now
    row.category = row.category or CATEGORY
    row.description = row.description or setting.description
    row.save()
