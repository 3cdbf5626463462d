"""What is wrong with a field, in our words: the library's name its types, not what to write."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.api.problems import UNKNOWN_NAME

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This is missing.",
    "extra_forbidden": UNKNOWN_NAME,
    "string_type": "Write a text.",
    "string_too_short": "This may not be empty.",
    "string_too_long": "Write at most {max_length} characters.",
    "string_pattern_mismatch": "This holds characters that it may not.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "int_type": "Write a whole number.",
    "int_parsing": "Write a whole number.",
    "int_parsing_size": "Write a smaller number.",
    "greater_than_equal": "Write a number of at least {ge}.",
    "less_than_equal": "Write a number of at most {le}.",
    "literal_error": "Write one of {expected}.",
    "enum": "Write one of {expected}.",
    "datetime_type": "Write a date, or a date and time such as 2026-11-26T02:00:00Z.",
    "datetime_parsing": "Write a date, or a date and time such as 2026-11-26T02:00:00Z.",
    "datetime_from_date_parsing": "Write a date, or a date and time such as 2026-11-26T02:00:00Z.",
    "json_invalid": "This is no JSON.",
    "model_attributes_type": "Write a JSON object.",
}
"""Pydantic's type of an error -> sentence, filled from the error's context."""


def fault_in_words(fault: Mapping[str, Any]) -> str:
    """Return what is wrong, without what was sent."""
    sentence = _SENTENCES.get(fault["type"])
    if sentence is None:  # ours says it already, after the library's "Value error, "
        return str(fault["msg"]).removeprefix("Value error, ")
    return sentence.format_map(fault.get("ctx") or {})
