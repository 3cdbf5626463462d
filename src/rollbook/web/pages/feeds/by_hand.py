"""How files uploaded by hand are read: the settings of their feed, which has no server."""

import os
from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rollbook.core.errors import RollbookError
from rollbook.records.models import Feed
from rollbook.records.operations.feeds import change_feed
from rollbook.web.error_texts import add_to_form
from rollbook.web.filled_again import sent_fields
from rollbook.web.pages.feeds.file_form import FileForm
from rollbook.web.pages.feeds.form_sections import form_sections
from rollbook.web.pages.feeds.limits_form import BY_HAND, IDENTITY_LIMITS, LimitsForm
from rollbook.web.pages.feeds.shortcuts import in_inbox, shown_feed
from rollbook.web.seen import seen_by

AS_THEY_STAND: Final = (
    "worksheet", "encoding", "layout", "percent_scale", "half_days", "blanks", "new_students",
    "leading_zeros", "promotion_on", *BY_HAND,
)  # fmt: skip
"""The feed's columns that the form shows and gives back without a change."""

SHOWN: Final = (*AS_THEY_STAND, "required")


class ByHandForm(FileForm, LimitsForm):
    """What is said of a file without a word about where it comes from.

    Its columns are compared with no earlier file, so that no limit of these is here.
    """

    limits = IDENTITY_LIMITS
    files = None  # type: ignore[assignment]  # who uploads several files means all of them

    def settings(self) -> dict[str, Any]:
        """Return the valid form as the feed's columns."""
        chosen = {column: self.cleaned_data[column] for column in AS_THEY_STAND}
        return chosen | {"required": self.cleaned_data["required"].split(",")}


def files_by_hand(request: HttpRequest, feed: Feed) -> HttpResponse:
    """Show the settings, or change them."""
    is_sent = request.method == "POST"
    form = ByHandForm(sent_fields(request), initial=_initial(feed), feed=feed)
    refused: RollbookError | None = None
    if is_sent and form.is_valid():
        changed = {
            name: value for name, value in form.settings().items() if getattr(feed, name) != value
        }
        try:
            change_feed(
                feed.name,
                settings=changed,
                secret=None,
                environ=os.environ,
                actor=str(request.user),
                reason=form.cleaned_data["reason"],
                seen=seen_by(request, SHOWN),
            )
        except RollbookError as error:
            refused = error
            add_to_form(form, error)
        else:
            messages.success(request, "Saved. It applies from the next import.")
            return redirect("feed_settings", feed.name)
    form.tell_own_numbers()
    seen = shown_feed(request, feed.name, SHOWN, refused)
    context = {
        "feed": feed,
        "form": form,
        "seen": seen,
        "in_inbox": in_inbox(feed),
        "sections": form_sections(form, feed),
    }
    return render(request, "feeds/by_hand.html", context)


def _initial(feed: Feed) -> Mapping[str, Any]:
    initial = {column: getattr(feed, column) for column in AS_THEY_STAND}
    return initial | {"required": ",".join(feed.required)}
