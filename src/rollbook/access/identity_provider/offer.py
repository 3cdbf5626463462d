"""Which identity provider a page offers: none while its settings cannot be read."""

import os

from rollbook.access.identity_provider import configuration
from rollbook.access.identity_provider.kinds import IdentityProvider
from rollbook.access.models import User
from rollbook.access.queries import is_connected


def provider_to_offer() -> IdentityProvider | None:
    """Return the provider with which people can sign in."""
    return configuration.provider_to_offer(os.environ)


def provider_of_person(user: User) -> IdentityProvider | None:
    """Return the provider with which this person can confirm who it is."""
    return provider_to_offer() if is_connected(user) else None
