"""The form of a new token."""

from django import forms

from rollbook.access.operations.tokens import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME
from rollbook.access.scopes import MEANINGS


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME,
        label="Name",
        help_text="What uses it, like “nightly trigger”. The audit log shows it next to your name.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, initial=DEFAULT_DAYS, label="Expires after (days)"
    )
    scopes = forms.MultipleChoiceField(
        choices=[(each.value, f"{each.value}: {words}") for each, words in MEANINGS.items()],
        widget=forms.CheckboxSelectMultiple,
        label="What the program may do",
    )
