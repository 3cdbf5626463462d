"""The modules of allauth's pages, each loaded when one of its pages is asked for (on_demand.py)."""

from typing import Any


def account() -> Any:
    from allauth.account import views

    return views


def factors() -> Any:
    from allauth.mfa.base import views

    return views


def recovery_codes() -> Any:
    from allauth.mfa.recovery_codes import views

    return views


def totp() -> Any:
    from allauth.mfa.totp import views

    return views


def webauthn() -> Any:
    from allauth.mfa.webauthn import views

    return views
