"""Which nights on record a feed's limits would have held, and other limits in their place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_administrators
from rollbook.core.limits.backtest import Backtest
from rollbook.core.limits.limit import NEVER
from rollbook.records.models import Feed
from rollbook.records.queries.backtest import MOST_NIGHTS, SETTINGS, try_limits
from rollbook.web.pages.feeds.limits_form import LABELS
from rollbook.web.pages.feeds.shortcuts import any_feed_or_404, in_inbox


class TriedForm(forms.Form):
    """A percentage for each limit; one that is left out is the feed's."""

    def __init__(self, data: Mapping[str, Any], *, feed: Feed) -> None:
        in_use = {setting: str(getattr(feed, setting)) for setting in SETTINGS}
        super().__init__(in_use | {name: data[name] for name in SETTINGS if data.get(name)})
        for setting in SETTINGS:
            self.fields[setting] = forms.IntegerField(
                min_value=0, max_value=NEVER, label=LABELS[setting]
            )


@dataclass(frozen=True, slots=True)
class Setting:
    """One percentage of the feed, and all that is compared with it."""

    bound: forms.BoundField
    kinds: Sequence[Backtest]


@require_safe
@for_administrators
def backtest(request: HttpRequest, name: str) -> HttpResponse:
    feed = any_feed_or_404(name)
    form = TriedForm(request.GET, feed=feed)
    form.is_valid()
    tried = try_limits(feed, form.cleaned_data)
    by_setting = groupby(sorted(tried.limits, key=attrgetter("setting")), attrgetter("setting"))
    kinds = {setting: [each for each in group if each.nights] for setting, group in by_setting}
    return render(
        request,
        "feeds/backtest.html",
        {
            "feed": feed,
            "in_inbox": in_inbox(feed),
            "tried": tried,
            "settings": [Setting(form[each], kinds[each]) for each in SETTINGS if kinds[each]],
            "most": MOST_NIGHTS,
        },
    )
