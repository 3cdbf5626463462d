"""People with access: invite by link, deactivate, another role, a lost second factor."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rollbook.access import operations
from rollbook.access.models import Role, User
from rollbook.access.operations import visitors
from rollbook.access.permissions import confirm, for_administrators
from rollbook.access.queries import open_invitations, people
from rollbook.core.errors import UsageError
from rollbook.core.loading.school_names import school_key
from rollbook.records.operations.seen import ChangedMeanwhile
from rollbook.records.queries.schools import schools_of_students
from rollbook.web.error_texts import error_text
from rollbook.web.filled_again import sent_fields, show_no_form
from rollbook.web.seen import sent_version, shown_version
from rollbook.web.shown_briefly import GONE, show_on, shown_on

MEANINGS = {
    Role.ADMINISTRATOR: "Sets up Rollbook, imports, and sees students' values.",
    Role.VIEWER: "Sees how imports went, but no students' values.",
    Role.STAFF: "Sees only the students of the schools you assign.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The schools that were chosen, and the version of those that the page showed."""

    schools: Sequence[str]
    version: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that can be done to a person: its question, its effect, and the doing."""

    words: str
    effect: str
    do: Callable[[str, str, Sent], object]
    """Called with the person's address, who does it, and what was sent."""
    is_dangerous: bool = False
    widens: bool = True
    """Whether it gives access, so that the administrator confirms who they are."""
    asks_schools: bool = False


CHANGES: Mapping[str, Change] = {
    "deactivate": Change(
        "Deactivate",
        "This person is signed out right away and can't sign in anymore. What they did stays on "
        "record.",
        lambda email, actor, _: operations.deactivate(email, actor=actor),
        is_dangerous=True,
        widens=False,
    ),
    "activate": Change(
        "Activate",
        "This person can sign in again, with the same password and second factor as before.",
        lambda email, actor, _: operations.activate(email, actor=actor),
    ),
    "reset-factor": Change(
        "Remove the second factor",
        "The authenticator app, passkeys and recovery codes are removed, and this person is "
        "signed out. From then on, the password alone signs them in. Do this only if you're sure "
        "who is asking.",
        lambda email, actor, _: operations.remove_second_factors(email, actor=actor),
        is_dangerous=True,
    ),
    "disconnect": Change(
        "Disconnect the district account",
        "This person is signed out right away. A new district account connects at its first "
        "sign-in, if it has the same email address as this account. The old one can't sign in here "
        "until you allow it. A password still works: to keep someone out, deactivate them.",
        lambda email, actor, _: visitors.disconnect(email, actor=actor),
    ),
    "allow-again": Change(
        "Allow the old district account again",
        "The district account that was disconnected can sign in again, if it has the same email "
        "address as this account.",
        lambda email, actor, _: visitors.allow_again(email, actor=actor),
    ),
    "administrator": Change(
        "Make an administrator",
        MEANINGS[Role.ADMINISTRATOR],
        lambda email, actor, _: operations.change_role(email, Role.ADMINISTRATOR, actor=actor),
    ),
    "viewer": Change(
        "Make a viewer",
        MEANINGS[Role.VIEWER],
        lambda email, actor, _: operations.change_role(email, Role.VIEWER, actor=actor),
    ),
    "staff": Change(
        "Make staff",
        MEANINGS[Role.STAFF],
        lambda email, actor, sent: operations.change_role(
            email, Role.STAFF, actor=actor, schools=sent.schools
        ),
        asks_schools=True,
    ),
    "schools": Change(
        "Change the schools",
        "From now on, this person sees only the students of the schools below.",
        lambda email, actor, sent: operations.change_schools(
            email, sent.schools, actor=actor, seen=sent.version
        ),
        asks_schools=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A school that can be assigned."""

    name: str
    students: int
    is_chosen: bool


def _choices(chosen: Sequence[str]) -> Sequence[Choice]:
    """Return the schools that students are in or that are chosen, by name."""
    there = schools_of_students()
    keys = set(map(school_key, chosen))
    gone = keys - set(map(school_key, there))
    names = [*there, *(name for name in chosen if school_key(name) in gone)]
    return [Choice(name, there.get(name, 0), school_key(name) in keys) for name in sorted(names)]


@require_safe
@for_administrators
def people_list(request: HttpRequest) -> HttpResponse:
    sent = sent_fields(request, sent_to=reverse("invite"))
    if sent is None or "role" not in sent:
        show_no_form(request)
        sent = QueryDict()
    context = {
        "people": people(),
        "invitations": open_invitations(),
        "roles": MEANINGS,
        "schools": _choices(sent.getlist("schools")),
        "chosen_role": sent.get("role", Role.VIEWER),
        "typed_email": sent.get("email", ""),
    }
    return render(request, "people/list.html", context)


@require_POST
@never_cache
@for_administrators
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link, and show it on a page of its own: only its digest is kept for longer."""
    confirm(request)
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        token = operations.make_link(
            role=role,
            actor=str(request.user),
            valid_for=operations.INVITATION_VALID_FOR,
            schools=request.POST.getlist("schools"),
            email=request.POST.get("email", ""),
        )
    except UsageError as error:
        messages.error(request, error_text(error))
        return redirect("people")
    link = urljoin(settings.PUBLIC_URL, reverse("welcome", args=[token]))
    who = "staff member" if role is Role.STAFF else role.label.lower()
    return show_on(request, "invited", {"link": link, "who": who})


@require_safe
@never_cache
@for_administrators
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Show the link; `token` is the number under which it is kept for a few minutes."""
    shown = shown_on(request, "invited", token)
    if shown is None:
        messages.warning(request, GONE)
        return redirect("people")
    return render(request, "people/invited.html", shown)


@require_POST
@for_administrators
def withdraw(request: HttpRequest) -> HttpResponse:
    """Let an invitation that was not used yet make no account."""
    try:
        operations.withdraw_link(request.POST.get("link", ""), actor=str(request.user))
    except operations.LinkUsed:
        messages.error(request, "That invitation was already used or withdrawn.")
    else:
        messages.success(request, "The invitation was withdrawn.")
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def person_change(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Ask first, naming the effect; then do it."""
    user = get_object_or_404(User, pk=number)
    change = CHANGES.get(what)
    if change is None:
        raise Http404
    if request.method != "POST":
        return _ask(request, user, change, chosen=user.schools)
    if change.widens:
        confirm(request)
    sent = Sent(request.POST.getlist("schools"), sent_version(request))
    try:
        change.do(user.email, str(request.user), sent)
    except ChangedMeanwhile as error:
        user.refresh_from_db()
        return _ask(request, user, change, chosen=sent.schools, refused=error)
    except UsageError as error:
        messages.error(request, error_text(error))
    else:
        if not request.session.exists(request.session.session_key or ""):
            logout(request)  # the change was to one's own account, and has ended this sign-in
        messages.success(request, f"Done: {user.email}.")
    return redirect("people")


def _ask(
    request: HttpRequest,
    user: User,
    change: Change,
    *,
    chosen: Sequence[str],
    refused: ChangedMeanwhile | None = None,
) -> HttpResponse:
    context = {
        "person": user,
        "change": change,
        "schools": _choices(chosen) if change.asks_schools else (),
        "seen": shown_version(request, lambda: user.schools, refused),
        "error": "" if refused is None else error_text(refused),
    }
    return render(request, "people/change.html", context)
