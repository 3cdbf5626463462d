"""People who may sign in, and the links by which they come in for the first time."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

FIRST_LINK = "rollbook serve"
"""Who makes the link for the first administrator. It ends when there is one."""


class Role(models.TextChoices):
    """What a person may do."""

    ADMINISTRATOR = "administrator", "Administrator"
    VIEWER = "viewer", "Viewer"


class People(BaseUserManager["User"]):
    """Finds people by their e-mail address, in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. The e-mail address is the name to sign in with."""

    email = models.EmailField(max_length=254, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [  # noqa: RUF012 - Django's way
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="address_is_in_lower_case"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """No person has Django's permissions: roles decide (see permissions.py)."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class SignInLink(models.Model):
    """A link that makes one account, once. Only the digest of its token is kept."""

    digest = models.CharField(primary_key=True, max_length=64)
    role = models.CharField(max_length=20, choices=Role.choices)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link for a new {self.role}"
