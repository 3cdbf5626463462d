"""The form of a new token."""

from django import forms

from rollbook.access.operations.tokens import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME
from rollbook.access.scopes import MEANINGS


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME,
        label="Name",
        help_text="What uses it, such as “nightly trigger”. It is in the audit log beside yours.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, initial=DEFAULT_DAYS, label="Days it lasts"
    )
    scopes = forms.MultipleChoiceField(
        choices=[(each.value, f"{each.value}: {words}") for each, words in MEANINGS.items()],
        widget=forms.CheckboxSelectMultiple,
        label="What the program may do",
    )
