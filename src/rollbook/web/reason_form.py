"""The form of a decision: the reason for it."""

from django import forms


class ReasonForm(forms.Form):
    """Why it is decided so; what a reason must be is judged where it is kept."""

    reason = forms.CharField(
        required=False, label="Reason", help_text="It is kept in the audit log beside your name."
    )
