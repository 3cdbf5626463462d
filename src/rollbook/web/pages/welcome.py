"""The one-time link: a person makes the account that the link is for, and is signed in."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rollbook.access.operations import LinkUsed, address_of_link, redeem_link, role_of_link
from rollbook.access.permissions import for_everyone
from rollbook.core.errors import UsageError
from rollbook.web.error_texts import add_to_form


class AccountForm(forms.Form):
    """Address and password of a new account."""

    email = forms.EmailField(
        label="Your email address",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text="You sign in with it.",
    )
    password = forms.CharField(
        label="Choose a password",
        strip=False,  # as when signing in
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters, not counting spaces. A sentence is easier to remember "
        "than a puzzle.",
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    role = role_of_link(token)
    if role is None:
        return render(request, "welcome/used.html", status=410)
    address = address_of_link(token)
    form = AccountForm(request.POST or None, initial={"email": address})
    if request.method == "POST" and form.is_valid():
        try:
            user = redeem_link(token, form.cleaned_data["email"], form.cleaned_data["password"])
        except LinkUsed:
            return render(request, "welcome/used.html", status=410)
        except UsageError as error:
            add_to_form(form, error)
        else:
            get_adapter(request).login(request, user)
            return redirect("dashboard")
    return render(request, "welcome/page.html", {"form": form, "role": role, "address": address})
