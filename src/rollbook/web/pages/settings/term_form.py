"""The form of a new term."""

from django import forms

from rollbook.core.catalogue.terms import SEASONS, Term, parse_term_name


class TermForm(forms.Form):
    season = forms.ChoiceField(choices=[(each, each) for each in SEASONS])
    year = forms.IntegerField(min_value=2000, max_value=2099)
    starts_on = forms.DateField(
        required=False, label="First day", widget=forms.DateInput({"type": "date"})
    )
    ends_on = forms.DateField(
        required=False, label="Last day", widget=forms.DateInput({"type": "date"})
    )
    meant = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    """The name that was shown with its assumed days, and is meant."""

    def term(self) -> Term:
        """Return what was filled in. Raises UsageError."""
        given = self.cleaned_data
        name = parse_term_name(f"{given['season']} {given['year']}")
        return Term(name, given["starts_on"], given["ends_on"])
