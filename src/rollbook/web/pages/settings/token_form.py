"""The form of a new token."""

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from rollbook.access.operations.tokens import DEFAULT_DAYS, LONGEST_DAYS, LONGEST_NAME
from rollbook.access.scopes import MEANINGS, TITLES, Scope


def _words(scope: Scope) -> SafeString:
    """What the scope allows; its name for programs is that of the API's reference."""
    return format_html(
        '<span><strong>{}</strong> <code>{}</code><br><span class="muted">{}</span></span>',
        TITLES[scope],
        scope.value,
        MEANINGS[scope],
    )


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=LONGEST_NAME,
        label="Name",
        help_text="Of the program, such as “nightly trigger”. The audit log shows it, too.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, initial=DEFAULT_DAYS, label="Days until it ends"
    )
    scopes = forms.MultipleChoiceField(
        choices=[(each.value, _words(each)) for each in MEANINGS],
        widget=forms.CheckboxSelectMultiple,
        label="What the program may do",
    )
