"""The three forms of a feed's columns: a header, a value, a blank marker."""

from dataclasses import dataclass
from typing import Any

from django import forms

from rollbook.core.catalogue.students import Catalogue


class HeaderForm(forms.Form):
    """What one header means. The page shows it as a line of its table."""

    header = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    field = forms.CharField(required=False, label="This is …")


class ValueForm(forms.Form):
    """What a text means in one field. What may be mapped is judged where it is kept."""

    field = forms.CharField(required=False, label="Field", widget=forms.Select)
    text = forms.CharField(required=False, strip=False, label="Text in the file")
    meant = forms.CharField(
        required=False,
        strip=False,
        label="Means",
        widget=forms.TextInput({"placeholder": "blank"}),
    )

    def __init__(self, data: Any, catalogue: Catalogue) -> None:
        super().__init__(data, auto_id="value-%s")
        self.fields["field"].widget.choices = [
            (each.name, each.header) for each in catalogue.fields if each.area != "identification"
        ]


class BlankForm(forms.Form):
    """A text that means "not known" in every column."""

    text = forms.CharField(required=False, strip=False, label="Text in the file")


@dataclass(frozen=True, slots=True)
class Forms:
    """The three forms of the page; the one that was sent is bound."""

    header: HeaderForm
    value: ValueForm
    blank: BlankForm

    @property
    def refused(self) -> forms.Form | None:
        """The form in which something needs to be corrected."""
        return next((each for each in (self.header, self.value, self.blank) if each.errors), None)

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen for each header of the form that was refused."""
        if not self.header.is_bound:
            return {}
        data: Any = self.header.data
        pairs = zip(data.getlist("header"), data.getlist("field"), strict=False)
        return {header: field for header, field in pairs if field}

    @property
    def refused_header(self) -> str | None:
        """The header whose meaning needs to be corrected: the one named, or the first mapped."""
        if not self.header.errors:
            return None
        told = " ".join(str(each) for each in self.header.errors.values())
        mapped = [header for header, field in self.chosen.items() if field != "="]
        named = [header for header in mapped if f"“{header}”" in told]
        return next(iter([*named, *mapped, *self.chosen]), self.header.data.get("header"))
