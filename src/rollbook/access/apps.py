"""The Django app of people and their roles."""

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
        from django.db.models.signals import post_delete, post_save

        from rollbook.access import trail

        post_save.connect(trail.factor_saved, sender=Authenticator)
        post_delete.connect(trail.factor_removed, sender=Authenticator)
        authentication_failed.connect(trail.factor_refused)
