"""What can go wrong at an identity provider, in our words: its own text is shown to nobody."""

from rollbook.core.errors import RollbookError, UsageError


class ProviderUnreachable(RollbookError):
    """Your district's sign-in can't be reached: {why}.

    Nothing was changed.

    Try again in a minute, or sign in with your password."""

    reason = "provider_unreachable"
    is_transient = True


class ProviderMisconfigured(RollbookError):
    """Your district's sign-in isn't set up right: {why}.

    Nothing was changed.

    Sign in with your password, and ask an administrator to check Settings, Sign-in."""

    reason = "provider_misconfigured"


class ProviderRefused(UsageError):
    """These settings can't be used: {why}

    Nothing was changed."""

    reason = "provider_refused"


class NotSignedIn(RollbookError):
    """{why}

    You weren't signed in.

    {advice}"""

    reason = "not_signed_in"

    def __init__(self, code: str, *, why: str, advice: str = "") -> None:
        """`code`: why, as the audit log says it."""
        super().__init__(why=why, advice=advice)
        self.code = code
        self.subject = ""
        """The address, where the provider vouches for it."""
