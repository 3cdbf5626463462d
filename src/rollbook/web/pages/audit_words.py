"""What the codes of the audit log mean, in words; the CSV has both."""

from collections.abc import Mapping
from typing import Any, Final

WORDS: Final[Mapping[str, str]] = {
    "backup.restored": "Backup restored",
    "backup.written": "Backup written",
    "feed.added": "Feed added",
    "feed.changed": "Feed changed",
    "feed.code_ignored": "Unknown code ignored",
    "feed.browsed": "Folders on a server looked at",
    "feed.connection_tested": "Connection tested",
    "feed.fields_handed_over": "Fields handed over to another feed",
    "feed.file_name_ignored": "File under another name ignored",
    "feed.host_key_pinned": "Server's key trusted",
    "feed.mapping_changed": "Meaning of columns or values changed",
    "feed.muted": "Emails of a feed muted, or no longer",
    "feed.removed": "Feed removed",
    "feed.webhook_secret_renewed": "Webhook's signing secret renewed",
    "feed.webhook_secret_shown": "Webhook's signing secret shown",
    "feed.webhook_tried": "Test message sent to a webhook",
    "identity_provider.changed": "Sign-in with the identity provider changed",
    "identity_provider.removed": "Sign-in with the identity provider turned off",
    "import.approved": "Held import imported anyway",
    "import.attempt_called_off": "Retry canceled",
    "import.cancel_requested": "Import stopped",
    "import.completed": "Import completed",
    "import.discarded": "Held import discarded",
    "import.failed": "Import failed",
    "import.file_put_away": "Imported file moved or deleted on the server",
    "import.fixes_imported": "Fixed rows of an import imported",
    "import.held": "Import held",
    "import.noted": "Note added to an import",
    "import.reopened": "Failed import not resolved after all",
    "import.requested": "Import requested",
    "import.resolved": "Failed import resolved",
    "import.row_fix_discarded": "Saved fix of a row discarded",
    "import.row_fixed": "Row of an import fixed",
    "import.started": "Import started",
    "import.undone": "Import undone",
    "import.wait_skipped": "Wait for a complete file skipped",
    "installation.move_begun": "Move to another database started",
    "installation.moved": "Moved to another database",
    "key.rotated": "Key of the installation replaced",
    "layout.added": "Layout added",
    "layout.changed": "Layout changed",
    "layout.removed": "Layout removed",
    "link.made": "Sign-up link made",
    "link.withdrawn": "Sign-up link withdrawn",
    "person.activated": "Person turned on",
    "person.added": "Person added",
    "person.connected": "District account connected",
    "person.connection_allowed": "Old district account allowed again",
    "person.deactivated": "Person turned off",
    "person.disconnected": "District account disconnected",
    "person.password_changed": "Password changed",
    "person.role_changed": "Role changed",
    "person.schools_changed": "Schools of a person changed",
    "person.second_factors_removed": "Second factors removed",
    "person.sign_in_reset": "Sign-in reset",
    "records.expired": "Old records deleted",
    "rehearsal.decided": "Decided in advance on a rehearsed file",
    "rehearsal.decision_used": "Decision in advance used",
    "rehearsal.taken_back": "Decision in advance taken back",
    "schools.mapped": "Schools matched",
    "schools.unmapped": "School no longer matched",
    "second_factor.added": "Second factor added",
    "second_factor.removed": "Second factor removed",
    "second_factor.sealed": "Second factors encrypted",
    "settings.changed": "Settings changed",
    "sign_in.failed": "Sign-in rejected",
    "sign_in.reset_requested": "Password reset requested",
    "sign_in.succeeded": "Signed in",
    "students.downloaded": "Students' values downloaded",
    "students.record_made": "Student's record made",
    "students.viewed": "Students' values viewed",
    "term.added": "Term added",
    "term.changed": "Term changed",
    "token.made": "API token made",
    "token.refused": "API token rejected",
    "token.revoked": "API token revoked",
    "value.protected": "Value protected",
    "value.released": "Protected value released",
    "year.switch_undone": "Switch of the school year undone",
    "year.switched": "School year switched",
}


def action_words(code: str) -> str:
    """Return the words for an action; the code itself where a newer version has written it."""
    return WORDS.get(code, code)


LONGEST: Final = 2_000
"""Characters of a value on the page: the mapping of a usual file."""


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


def begun(text: str) -> str:
    """Return the beginning of a text that is too long for a line of the page."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… The CSV file has the rest."


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
