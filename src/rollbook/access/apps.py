"""The Django app of people and their roles."""

from typing import Any

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "rollbook.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have second factors on record. Rows are watched, not allauth's own signals, because
        those are sent after the commit."""
        from allauth.mfa.models import Authenticator
        from allauth.mfa.signals import authentication_failed
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

        from rollbook.access import audit_signals

        pre_delete.connect(audit_signals.key_comes_first, sender=Authenticator)
        pre_save.connect(audit_signals.codes_are_shown, sender=Authenticator)
        post_save.connect(audit_signals.factor_saved, sender=Authenticator)
        post_delete.connect(audit_signals.factor_removed, sender=Authenticator)
        authentication_failed.connect(audit_signals.factor_refused)
        user_logged_in.connect(_begin_session)


def _begin_session(sender: Any, request: Any, **_: Any) -> None:
    from rollbook.access.sessions import begin

    if request is not None:
        begin(request)
