"""What an error says on the command line: its options by name, and the commands that help."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from rollbook.core.errors import RollbookError

OPTIONS: Final[Mapping[str, str]] = {
    "host": "--host", "port": "--port", "username": "--user", "pattern": "--pattern",
    "host_key": "--host-key", "legacy_algorithms": "--legacy", "required": "--requires",
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
    "credential_in_feed_file": "`rollbook feeds set NAME --password` does that (or "
    "--key-file, --make-key, --webhook).",
    "database_forbidden": "The command is `rollbook migrate`.",
    "database_in_use": "`rollbook serve` and `rollbook worker` end with Ctrl-C.",
    "feed_without_server": "The command is `rollbook feeds add`.",
    "file_exists": "Replace it with --force.",
    "file_unchanged": "To import it again, use --force.",
    "files_by_hand": "Import one with `rollbook import FILE --feed {feed}`.",
    "header_of_other_term": "A term is added with `rollbook terms add`.",
    "home_open": "`chmod 700 {path}` closes it.",
    "host_key_unknown": "Confirm it with `rollbook feeds test FEED`.",
    "import_running": "Look at it with `rollbook jobs show {job}`.",
    "key_wanted_too": "`rollbook feeds set FEED --make-key --password` sets both.",
    "login_timeout": "`rollbook feeds set FEED --sign-in-seconds 30` gives it more.",
    "password_expired": "`rollbook feeds set FEED --password` sets the new one.",
    "password_wanted_too": "`rollbook feeds set FEED --also-password` adds it.",
    "key_differs": "How keys are replaced is told in docs/how-to/rotate-keys.md.",
    "key_missing": "How keys are replaced is told in docs/how-to/rotate-keys.md.",
    "key_not_placed_last": "Add --replace then.",
    "no_such_account": "Add one with `rollbook admins add {email}`.",
    "no_such_feed": "Add one with `rollbook feeds add`.",
    "no_such_field": "All fields are listed in docs/reference/fields.md.",
    "no_such_job": "`rollbook jobs list` shows those that there are.",
    "not_empty": "To give it up, add --replace.",
    "not_unknown_levels": "`rollbook jobs levels {job}` shows them.",
    "no_such_student": "Students are sought by name on the pages, under Students.",
    "no_such_token": "`rollbook tokens list` shows those that there are.",
    "token_exists": "The command for that is `rollbook tokens revoke {name}`.",
    "owners_first": "That is `rollbook migrate` with that DATABASE_URL.",
    "schema_gone": "`rollbook restore FILE` and `rollbook migrate` do that.",
    "owner_needed": "Standard output is it alone, for psql. Then give the same command again.",
    "database_lacks": "That is what `rollbook migrate` does.",
    "schools_forbidden": "`rollbook migrate` prints the statement for the owner.",
    "several_files": "`rollbook feeds set FEED --files all` does that.",
    "tables_changed": "`rollbook health` names what mends each.",
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
