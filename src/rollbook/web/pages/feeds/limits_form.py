"""The part of a feed's form that says when a file waits for a person."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms

from rollbook.records.models import Feed
from rollbook.records.queries.backtest import last_nights
from rollbook.web.pages.feeds.own_numbers import own_numbers

IDENTITY_LIMITS: Final[Mapping[str, str]] = {
    "names_limit": "Name changed",
    "ssid_limit": "SSID changed",
    "school_limit": "School changed",
    "grade_limit": "Grade changed (not to the next grade)",
    "new_limit": "New students",
    "one_school_limit": "At one school: missing, new or rejected",
    "moved_limit": "At one school: school or grade changed",
}
"""Limit -> what would change for so many percent of the students."""

COLUMN_LIMITS: Final[Mapping[str, str]] = {
    "blanked_limit": "Values of a column now blank",
    "shifted_limit": "Values of a column changed",
}
"""Limit -> what has become of so many percent of a column since the last files from the server."""

LABELS: Final[Mapping[str, str]] = {
    "rejected_limit": "Rows rejected",
    "missing_limit": "Students missing",
    **IDENTITY_LIMITS,
    **COLUMN_LIMITS,
}
"""All limits, as a table names them."""

BY_HAND: Final = ("rejected_limit", "missing_limit", *IDENTITY_LIMITS)
LIMITS: Final = (*BY_HAND, *COLUMN_LIMITS)


class LimitsForm(forms.Form):
    """Percentages, and why they change. One of `limits` that is left empty stays as it is."""

    limits: ClassVar[Mapping[str, str]] = {**IDENTITY_LIMITS, **COLUMN_LIMITS}

    rejected_limit = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=10,
        label="Rows rejected",
    )
    missing_limit = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=20,
        label="Students missing",
        help_text="Students in the last import who aren't in this file. Roster feed only.",
    )
    promotion_on = forms.DateField(
        required=False,
        label="Students move up a grade on",
        widget=forms.DateInput({"type": "date"}),
        help_text="We don't hold a file for a school that moves up a grade"
        " within two weeks of this "
        "day. Leave blank to use your school year, or June to September if it isn't set.",
    )
    reason = forms.CharField(
        required=False,
        label="Reason for the change",
        help_text="One line for your team. It's kept in Changes.",
    )

    def __init__(self, *args: Any, feed: Feed | None = None, **options: Any) -> None:
        self.feed = feed
        super().__init__(*args, **options)
        for limit, label in self.limits.items():
            self.fields[limit] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=100,
                initial=_as_it_is(limit, feed),
                label=label,
            )

        for limit in ("rejected_limit", "missing_limit", *self.limits):
            self.fields[limit].unit = "%"  # type: ignore[attr-defined]  # shown beside the number

    def tell_own_numbers(self) -> None:
        """Say beside each limit what it means to the feed; for a form that is shown as a whole."""
        judged = last_nights(self.feed) if self.feed is not None else ()
        for limit, text in own_numbers(judged).items():
            if limit in self.fields:
                told = str(self.fields[limit].help_text)
                self.fields[limit].help_text = f"{told} {text}".strip()

    def clean_promotion_on(self) -> str:
        day = self.cleaned_data["promotion_on"]
        return day.isoformat() if day else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for limit in self.limits:
            if data.get(limit) is None:
                data[limit] = _as_it_is(limit, self.feed)
        return data

    def identity_limits(self) -> list[forms.BoundField]:
        """Return the fields of what may happen to students and columns, to be shown together."""
        return [self[limit] for limit in self.limits]


def _as_it_is(limit: str, feed: Feed | None) -> int:
    return int(getattr(feed or Feed(), limit))
