"""Mails to people about their own account. No link, except the one that was asked for."""

from dataclasses import dataclass
from typing import Final

from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Mail, Notice

FOR_THE_PERSON: Final = (
    "You get this email because you have an account. Rollbook never asks for a password by email."
)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed about how a person signs in."""

    subject: str
    what: str
    means: str


PASSWORD: Final = Change(
    "Your password was changed",
    "The password of your account was changed.",
    "Sign in with the new one. You were signed out everywhere else.",
)
RESET: Final = Change(
    "Your sign-in was reset",
    "An administrator set a new password for your account and removed its second factor.",
    "You were signed out everywhere.",
)
FACTOR_ADDED: Final = Change(
    "A second factor was added",
    "An authenticator app was added to your account.",
    "You now enter a code from the app when you sign in.",
)
FACTOR_REMOVED: Final = Change(
    "A second factor was removed",
    "An authenticator app was removed from your account.",
    "You no longer need its code to sign in.",
)
CODES_ADDED: Final = Change(
    "New recovery codes were made",
    "Recovery codes were made for your account.",
    "Each one signs you in once, in place of your second factor. Earlier codes no longer work.",
)
CODES_REMOVED: Final = Change(
    "Recovery codes were removed",
    "The recovery codes of your account were removed.",
    "They no longer work.",
)
FACTOR_UNREADABLE: Final = Change(
    "A second factor was removed",
    "The installation's key was replaced. Your authenticator app couldn't be read with the old "
    "key, so it was removed.",
    "No one could sign in with its codes. If you have no other second factor, your password "
    "alone signs you in. Add a new one under “Sign-in security”. You were signed out everywhere.",
)
CODES_UNREADABLE: Final = Change(
    "Recovery codes were removed",
    "The installation's key was replaced. Your recovery codes couldn't be read with the old key, "
    "so they were removed.",
    "No one could sign in with them. Make new ones under “Sign-in security”. You were signed out "
    "everywhere.",
)
PASSKEY_ADDED: Final = Change(
    "A passkey was added",
    "A passkey or security key was added to your account.",
    "It can be used to sign in.",
)
PASSKEY_REMOVED: Final = Change(
    "A passkey was removed",
    "A passkey or security key was removed from your account.",
    "It can no longer be used to sign in.",
)
FACTORS_REMOVED: Final = Change(
    "Your second factors were removed",
    "An administrator removed the second factors of your account.",
    "Your password alone signs you in. You were signed out everywhere.",
)
ADMINISTRATOR: Final = Change(
    "You are now an administrator",
    "Your role was changed to administrator.",
    "You can set things up, import, and see students' values.",
)
VIEWER: Final = Change(
    "You are now a viewer",
    "Your role was changed to viewer.",
    "You can see imports, but no student's values and no settings.",
)
STAFF: Final = Change(
    "You are now staff",
    "Your role was changed to staff.",
    "You can see the students of the schools that an administrator assigns to you, and nothing "
    "else.",
)
OF_ROLE: Final = {"administrator": ADMINISTRATOR, "viewer": VIEWER, "staff": STAFF}
"""The role that a person was given -> what is told."""

CONNECTED: Final = Change(
    "Your district account was connected",
    "You signed in to Rollbook with your district account for the first time, and it was connected "
    "with your account here.",
    "From now on you can sign in with it. A password that you have still works too.",
)
DISCONNECTED: Final = Change(
    "Your district account was disconnected",
    "An administrator disconnected your account from your district account.",
    "You were signed out everywhere. That district account can't sign in again until an "
    "administrator allows it.",
)
ALLOWED_AGAIN: Final = Change(
    "Your district account can sign in again",
    "An administrator allowed the district account that was disconnected from your account.",
    "The next sign-in with it connects it again, if it has the same email address.",
)
DEACTIVATED: Final = Change(
    "Your account was turned off",
    "An administrator turned off your account.",
    "You were signed out and can't sign in.",
)
ACTIVATED: Final = Change(
    "Your account was turned on",
    "An administrator turned on your account.",
    "You can sign in as before. Your API tokens that weren't revoked work again.",
)
TOKEN_MADE: Final = Change(
    "An API token was made for you",
    "Someone made an API token that acts for you.",
    "A program that has it can do what its scopes allow. See or revoke it under Settings, API "
    "tokens.",
)


def changed(change: Change) -> Mail:
    """Return the mail to the person whose sign-in was changed. It has no link."""
    return mail_of(
        Notice(
            Kind.SIGN_IN_CHANGED,
            change.subject,
            change.what,
            change.means,
            "Nothing, if you expected this. If not, tell your district's administrator right away.",
            affects="you",
            footer=FOR_THE_PERSON,
        )
    )


def link_for_new_password(link: str) -> Mail:
    """Return the mail with the link under which a new password is chosen."""
    return mail_of(
        Notice(
            Kind.SIGN_IN_LINK,
            "Choose a new password",
            "Someone, probably you, asked for a new password.",
            "Your password stays the same until you choose a new one.",
            "To choose one, open the link within an hour. If it wasn't you, do nothing.",
            link,
            affects="you",
            footer=FOR_THE_PERSON,
            button="Choose a password",
        )
    )
