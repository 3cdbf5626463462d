"""Which nights on record a feed's limits would have held, and other limits in their place."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.backtest import NEVER
from rollbook.records.queries.backtest import MOST_NIGHTS, SETTINGS, try_limits
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404


class TriedForm(forms.Form):
    """A percentage for each limit; one that is left out is the feed's."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for setting in SETTINGS:
            self.fields[setting] = forms.IntegerField(required=False, min_value=0, max_value=NEVER)


@require_safe
@for_administrators
def backtest(request: HttpRequest, name: str) -> HttpResponse:
    feed = any_feed_or_404(name)
    form = TriedForm(request.GET)
    tried = try_limits(feed, _percentages(form))
    lines = [(each, form[each.setting]) for each in tried.limits if each.nights]
    return render(
        request,
        "feeds/backtest.html",
        {"feed": feed, "tried": tried, "lines": lines, "form": form, "most": MOST_NIGHTS},
    )


def _percentages(form: TriedForm) -> dict[str, int]:
    """What was typed and is a percentage; the rest says at its field that it is none."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value is not None}
