"""Mails to people about their own account. No link, except the one that was asked for."""

from dataclasses import dataclass
from typing import Final

from rollbook.notify.layout import mail_of
from rollbook.notify.messages import Kind, Mail, Notice

FOR_THE_PERSON: Final = (
    "You get this mail because you have an account. Rollbook never asks for a password by mail."
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
    "You sign in with the new one. You were signed out everywhere else.",
)
RESET: Final = Change(
    "Your sign-in was reset",
    "An administrator set a new password for your account and removed its second factor.",
    "You were signed out everywhere.",
)
FACTOR_ADDED: Final = Change(
    "A second factor was added",
    "An authenticator app was added to your account.",
    "Signing in asks for a code of it.",
)
FACTOR_REMOVED: Final = Change(
    "A second factor was removed",
    "An authenticator app was removed from your account.",
    "Signing in no longer asks for its code.",
)
CODES_ADDED: Final = Change(
    "New recovery codes were made",
    "Recovery codes were made for your account.",
    "Each of them signs you in once in place of your second factor. Earlier codes work no more.",
)
CODES_REMOVED: Final = Change(
    "Recovery codes were removed",
    "The recovery codes of your account were removed.",
    "They work no more.",
)
FACTOR_UNREADABLE: Final = Change(
    "A second factor was removed",
    "The key of the installation was replaced. Your authenticator app could not be read with the "
    "key before it, so it was removed.",
    "Nobody could sign in with its codes. Where you have no other second factor, your password "
    "alone signs you in; add a new one under “Sign-in security”. You were signed out everywhere.",
)
CODES_UNREADABLE: Final = Change(
    "Recovery codes were removed",
    "The key of the installation was replaced. Your recovery codes could not be read with the key "
    "before it, so they were removed.",
    "Nobody could sign in with them. Make new ones under “Sign-in security”. You were signed out "
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
    "You are an administrator now",
    "Your role was changed to administrator.",
    "You can set things up, import, and see students' values.",
)
VIEWER: Final = Change(
    "You are a viewer now",
    "Your role was changed to viewer.",
    "You can see imports, but no student's values and no settings.",
)
STAFF: Final = Change(
    "You are staff now",
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
    "You can connect it again by signing in with it.",
)
DEACTIVATED: Final = Change(
    "Your account was deactivated",
    "An administrator deactivated your account.",
    "You were signed out and cannot sign in.",
)
ACTIVATED: Final = Change(
    "Your account was activated",
    "An administrator activated your account.",
    "You can sign in as before. API tokens of yours that were not revoked work again.",
)
TOKEN_MADE: Final = Change(
    "An API token was made for you",
    "An API token that acts for you was made.",
    "A program that has it can do what its scopes allow. They are listed on the page “API tokens”, "
    "where it can be revoked too.",
)


def changed(change: Change) -> Mail:
    """Return the mail to the person whose sign-in was changed. It has no link."""
    return mail_of(
        Notice(
            Kind.SIGN_IN_CHANGED,
            change.subject,
            change.what,
            change.means,
            "If you expected this, nothing. If not, tell your district's administrator at once.",
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
            "Your password stays as it is until you choose another one.",
            "To choose one, open the link within an hour. If it was not you, do nothing.",
            link,
            affects="you",
            footer=FOR_THE_PERSON,
            button="Choose a password",
        )
    )
