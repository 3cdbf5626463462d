"""People who may sign in, the links by which they first come in, and their programs' tokens."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from rollbook.core.folding import address_folded
from rollbook.core.loading.school_names import school_key

FIRST_LINK = "rollbook serve"
"""Who makes the link for the first administrator. It ends when there is one."""


class Role(models.TextChoices):
    """What a person may do."""

    ADMINISTRATOR = "administrator", "Administrator"
    VIEWER = "viewer", "Viewer"
    STAFF = "staff", "Staff"


def _schools() -> "ArrayField[Any, Any]":
    return ArrayField(
        models.CharField(max_length=255),
        default=list,
        db_default=models.Value([], ArrayField(models.CharField(max_length=255))),
    )


class People(BaseUserManager["User"]):
    """Finds people by their email address, in any case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=address_folded(username or ""))


class User(AbstractBaseUser):
    """A person. The email address is the name to sign in with."""

    email = models.EmailField(max_length=254, unique=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    schools = _schools()
    """Of staff: the schools whose students they see, as an administrator chose them."""
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

    @property
    def is_staff_member(self) -> bool:
        """Whether the person sees the students of some schools, and nothing else."""
        return self.role == Role.STAFF

    @property
    def school_keys(self) -> frozenset[str] | None:
        """Whose students the person may see, as `school_key` writes schools; None: everyone's."""
        if self.is_administrator:
            return None
        chosen = self.schools if self.is_staff_member else []
        return frozenset(map(school_key, chosen)) - {""}

    @property
    def key(self) -> str:
        """Who it is, for limits, uploads and idempotency keys; a token's begins otherwise."""
        return f"person {self.pk}"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """No person has Django's permissions: roles decide (see permissions.py)."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class SignInLink(models.Model):
    """A link that makes one account, once. Only the digest of its token is kept."""

    digest = models.CharField(primary_key=True, max_length=64)
    role = models.CharField(max_length=20, choices=Role.choices)
    schools = _schools()
    email = models.EmailField(max_length=254, default="", db_default="")
    """Whose account it makes; '' for the first who uses it."""
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link for a new {self.role}"


class DisconnectedAccount(models.Model):
    """An account of the identity provider that a person had: it does not connect on its own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=191)
    disconnected_at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(
                fields=["user", "issuer", "subject"], name="an_account_is_disconnected_once"
            )
        ]

    def __str__(self) -> str:
        return f"account that {self.user} had"


class ApiToken(models.Model):
    """A secret by which a program acts for an administrator. Only its digest is kept."""

    name = models.CharField(max_length=50)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=100, default="", db_default="")
    """The address that used it last; '' where none is known."""

    class Meta:
        constraints = [  # noqa: RUF012 - Django's way
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="tokens_in_use_have_names_of_their_own",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def fault(self, now: datetime) -> str:
        """Return why it is refused at the moment `now`, "" where it is not.

        One of: revoked, expired, owner.
        """
        # One whose time was over is given up at that moment, so that its name is free.
        if self.revoked_at is not None and self.revoked_at < self.expires_at:
            return "revoked"
        if self.expires_at <= now:
            return "expired"
        return "" if self.owner.is_active and self.owner.is_administrator else "owner"


class IdempotentRequest(models.Model):
    """A request with an idempotency key, and the import that it began."""

    caller = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    """The digest of the key: what a program sends there may be anything."""
    fingerprint = models.CharField(max_length=64)
    job = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["caller", "key"], name="one_request_with_each_key")
        ]

    def __str__(self) -> str:
        return f"request of {self.caller} for job {self.job}"
