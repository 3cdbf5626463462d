"""What an error says on the command line: its options by name, and the commands that help."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.errors import RollbookError

OPTIONS: Final[Mapping[str, str]] = {
    "host": "--host", "port": "--port", "username": "--user", "pattern": "--pattern",
    "host_key": "--host-key", "private_key": "--key-file",
    "legacy_algorithms": "--legacy", "required": "--requires",
    "recipients": "--recipients", "encoding": "--encoding", "percent_scale": "--percent-scale",
    "layout": "--layout", "files": "--files", "other_columns": "--other-columns",
    "half_days": "--half-days", "blanks": "--blanks", "new_students": "--new-students",
    "header": "--header", "value": "--value", "meant": "--value", "blank_marker": "--blank",
    "forgotten_header": "--remove-header", "forgotten_value": "--remove-value",
    "forgotten_marker": "--remove-blank", "ignore_others": "--ignore-others",
    "times": "--at", "days": "--days", "pauses": "--pause", "is_on": "--on",
    "ends_on": "--to", "to": "--to", "from": "--from", "reason": "--reason",
    "issues": "--issues", "after_import": "--after-import",
    "after_import_folder": "--after-import-folder", "after_import_ending": "--after-import-ending",
    "sign_in_seconds": "--sign-in-seconds", "scopes": "--scope",
    "requested_by": "--requested-by",
}  # fmt: skip
"""Field of an error -> the option that sets it. An argument is known by its place."""

STEPS: Final[Mapping[str, str]] = {
    "account_exists": "Set a new password with `rollbook admins reset {email}`.",
    "backup_without_key": "To restore without the key, add --without-key.",
    "credential_in_feed_file": "Use `rollbook feeds set NAME --password` (or "
    "--key-file, --make-key, --webhook).",
    "database_forbidden": "Use `rollbook migrate`.",
    "database_in_use": "Stop `rollbook serve` and `rollbook worker` with Ctrl-C.",
    "feed_without_server": "Use `rollbook feeds add`.",
    "file_exists": "Replace it with --force.",
    "file_unchanged": "To import it again, use --force.",
    "files_by_hand": "Import one with `rollbook import FILE --feed {feed}`.",
    "header_of_other_term": "Add a term with `rollbook terms add`.",
    "home_open": "Fix that with `chmod 700 {path}`.",
    "host_key_unknown": "Confirm it with `rollbook feeds test FEED`.",
    "import_running": "Look at it with `rollbook jobs show {job}`.",
    "key_wanted_too": "Set both with `rollbook feeds set FEED --make-key --password`.",
    "login_timeout": "Give it more time with `rollbook feeds set FEED --sign-in-seconds 30`.",
    "password_expired": "Set the new one with `rollbook feeds set FEED --password`.",
    "password_wanted_too": "Add it with `rollbook feeds set FEED --also-password`.",
    "key_differs": "See docs/how-to/rotate-keys.md.",
    "key_missing": "See docs/how-to/rotate-keys.md.",
    "key_not_placed_last": "Then add --replace.",
    "no_such_account": "Add one with `rollbook admins add {email}`.",
    "no_such_feed": "Add one with `rollbook feeds add`.",
    "no_such_field": "See all fields in docs/reference/fields.md.",
    "no_such_job": "See the imports with `rollbook jobs list`.",
    "not_empty": "To replace it, add --replace.",
    "not_unknown_levels": "See them with `rollbook jobs levels {job}`.",
    "no_such_student": "To search by name, use Students in your browser.",
    "no_such_token": "See the tokens with `rollbook tokens list`.",
    "token_exists": "Use `rollbook tokens revoke {name}`.",
    "owners_first": "Use `rollbook migrate` with that DATABASE_URL.",
    "rows_overtaken": "To confirm, add --over.",
    "schema_gone": "Use `rollbook restore FILE` and `rollbook migrate`.",
    "owner_needed": "Standard output has only that statement, for psql. Then try again.",
    "database_lacks": "Use `rollbook migrate`.",
    "schools_forbidden": "`rollbook migrate` prints the statement for the owner.",
    "several_files": "Use `rollbook feeds set FEED --files all`.",
    "tables_changed": "`rollbook health` says how to fix each.",
    "tables_need_owner": "`rollbook migrate > owner.sql`, then `psql -f owner.sql` as that role.",
    "value_means_something": 'For that, use --value "FIELD:{text}=".',
}
"""Reason of an error -> the next step on the command line, filled with the error's details."""


def error_text(error: RollbookError) -> str:
    """Return the public message with the options it is about and the command that helps."""
    options = {OPTIONS.get(field) for field in error.faults} - {None}
    named = f"{', '.join(sorted(filter(None, options)))}: " if options else ""
    step = next_step(error.reason, error.details)
    said = error.message
    if "statement" in error.details:  # it is copied from here, so nothing follows it
        return " ".join(filter(None, (f"{named}{said.what}", said.means, step, said.advice)))
    return " ".join(filter(None, (f"{named}{error}", step)))


def next_step(reason: str | None, details: Mapping[str, Any]) -> str:
    """Return what to do next on the command line about `reason`, "" where nothing special is."""
    known = {name: value for name, value in details.items() if value is not None}
    return STEPS.get(reason or "", "").format_map(defaultdict(str, known)).replace(" `.", "`.")
