"""What an error says on a page: at the field it is about, with the next step that pages have."""

from collections.abc import Mapping
from typing import Final

from django.forms import Form

from rollbook.core.errors import RollbookError

STEPS: Final[Mapping[str, str]] = {
    "account_exists": "Sign in with it. An administrator can reset its sign-in.",
    "feed_without_server": "Change that under Feeds.",
    "files_by_hand": "Upload one under Import now.",
    "header_of_other_term": "Add terms under Settings, Terms.",
    "import_running": "See Import history.",
    "key_wanted_too": "Change that under Feeds.",
    "login_timeout": "Change that under Feeds.",
    "password_expired": "Change that under Feeds.",
    "password_wanted_too": "Change that under Feeds.",
    "no_such_account": "Invite this person under People.",
    "no_such_feed": "Add one under Feeds.",
    "several_files": "Change that under Feeds.",
    "value_means_something": "Do that under Values, and leave the meaning blank.",
}
"""Reason of an error -> the next step on the pages. Those who cannot act are not sent there."""


def error_text(error: RollbookError) -> str:
    """Return the public message and what to do next on the pages."""
    return _with_step(str(error), error)


def fault_texts(error: RollbookError) -> Mapping[str, str]:
    """Return what is wrong with each field that the error is about, by the field's name."""
    return {field: _with_step(text, error) for field, text in error.faults.items()}


def add_to_form(
    form: Form, error: RollbookError, *, names: Mapping[str, str] | None = None
) -> None:
    """Show the error at the fields it is about; above the form, what the form has no field for.

    `names` gives the form's name of a field where it has another one.
    """
    known = names or {}
    for field, text in fault_texts(error).items():
        name = known.get(field, field)
        form.add_error(name if name in form.fields else None, text)
    if not error.faults:
        form.add_error(None, error_text(error))


def _with_step(text: str, error: RollbookError) -> str:
    step = STEPS.get(error.reason, "")
    return f"{text} {step}" if step else text
