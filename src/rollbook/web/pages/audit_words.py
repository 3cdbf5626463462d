"""What the codes of the audit log mean, in words; the CSV has both."""

from collections.abc import Mapping
from typing import Any, Final

WORDS: Final[Mapping[str, str]] = {
    "backup.restored": "Backup restored",
    "installation.move_begun": "Move to another database begun",
    "installation.moved": "Moved to another database",
    "backup.written": "Backup written",
    "key.rotated": "Key of the installation replaced",
    "feed.added": "Feed added",
    "feed.changed": "Feed changed",
    "feed.webhook_secret_renewed": "Webhook's signing secret renewed",
    "feed.webhook_tried": "Test message sent to a webhook",
    "feed.webhook_secret_shown": "Webhook's signing secret shown",
    "feed.connection_tested": "Connection tested",
    "feed.host_key_pinned": "Server's key trusted",
    "feed.code_ignored": "Unknown code ignored",
    "feed.file_name_ignored": "File under another name ignored",
    "feed.fields_handed_over": "Fields handed over to another feed",
    "feed.mapping_changed": "Meaning of columns or values changed",
    "feed.muted": "Mails of a feed muted, or no longer",
    "feed.removed": "Feed removed",
    "import.approved": "Held import applied",
    "import.attempt_called_off": "Next attempt called off",
    "import.cancel_requested": "Import stopped",
    "import.completed": "Import completed",
    "import.discarded": "Held import discarded",
    "import.failed": "Import failed",
    "import.file_put_away": "Imported file put away on the server",
    "import.held": "Import held",
    "import.noted": "Note added to an import",
    "import.requested": "Import asked for",
    "import.reopened": "Failed import not resolved after all",
    "import.resolved": "Failed import resolved",
    "import.started": "Import started",
    "import.undone": "Import undone",
    "import.wait_skipped": "Wait for a complete file skipped",
    "layout.added": "Layout added",
    "layout.changed": "Layout changed",
    "layout.removed": "Layout removed",
    "link.made": "Sign-up link made",
    "link.withdrawn": "Sign-up link withdrawn",
    "person.activated": "Person activated",
    "person.added": "Person added",
    "person.deactivated": "Person deactivated",
    "person.password_changed": "Password changed",
    "person.role_changed": "Role changed",
    "person.schools_changed": "Schools of a person changed",
    "person.second_factors_removed": "Second factors removed",
    "person.sign_in_reset": "Sign-in reset",
    "records.expired": "Old records deleted",
    "rehearsal.decided": "Decided in advance on a rehearsed file",
    "rehearsal.decision_used": "Decision in advance carried out",
    "rehearsal.taken_back": "Decision in advance taken back",
    "schools.mapped": "Schools mapped",
    "schools.unmapped": "School no longer mapped",
    "second_factor.added": "Second factor added",
    "second_factor.removed": "Second factor removed",
    "second_factor.sealed": "Second factors encrypted",
    "settings.changed": "Settings changed",
    "sign_in.failed": "Sign-in refused",
    "sign_in.reset_requested": "Link for a new password asked for",
    "sign_in.succeeded": "Signed in",
    "students.downloaded": "Students' values downloaded",
    "students.record_made": "Student's record made",
    "students.viewed": "Students' values seen",
    "term.added": "Term added",
    "term.changed": "Term changed",
    "token.made": "API token made",
    "token.refused": "API token refused",
    "token.revoked": "API token revoked",
    "value.protected": "Value protected",
    "value.released": "Protected value released",
    "year.switched": "School year switched",
    "year.switch_undone": "Switch of the school year undone",
}


def action_words(code: str) -> str:
    """Return the words for an action; the code itself where a newer version has written it."""
    return WORDS.get(code, code)


def changes(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Return what an event says of each thing: its name, its value before and after."""
    old, new = before or {}, after or {}
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [("", _shown(before), _shown(after))]
    changes = [
        (name.replace("_", " "), _shown(old.get(name)), _shown(new.get(name)))
        for name in {**old, **new}
    ]
    return [each for each in changes if each[1] or each[2]]


def changes_text(before: Any, after: Any) -> str:
    """Return what an event says as one text: `time zone: UTC → America/New_York; days: 1, 2`."""
    return "; ".join(_change_text(*each) for each in changes(before, after))


def _change_text(name: str, before: str, after: str) -> str:
    said = f"{before} → {after or '(nothing)'}" if before else after
    return f"{name}: {said}" if name else said


def _shown(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    return str(value)
