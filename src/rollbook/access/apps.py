"""The Django app of people and their roles."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "rollbook.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
