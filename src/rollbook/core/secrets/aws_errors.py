"""What can go wrong with AWS Secrets Manager, in our own words.

The words of AWS name the account and the role, and never travel on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rollbook.core.errors import RollbookError
from rollbook.core.secrets.store import SecretNotFound, SecretUnreadable


class AwsExtraMissing(RollbookError):
    """ROLLBOOK_SECRETS is aws, but what talks to AWS isn't installed.

    Nothing was changed.

    Install Rollbook with its extra: pip install "rollbook[aws]"."""

    reason = "aws_extra_missing"


class AwsNotConfigured(RollbookError):
    """We can't reach AWS Secrets Manager: {what} isn't configured.

    Nothing was changed.

    {advice}"""

    reason = "aws_not_configured"


class AwsCredentialsRefused(RollbookError):
    """AWS rejected Rollbook's credentials: they are wrong, expired or turned off.

    Nothing was changed.

    Renew them, or give the machine a role."""

    reason = "aws_credentials_refused"


class SecretAccessDenied(RollbookError):
    """AWS doesn't let Rollbook {action} the secret “{name}”.

    Nothing was changed.

    Give Rollbook's role the right {right} on it and, if the secret has its own KMS key, the right
    to use that key."""

    reason = "secret_access_denied"


class SecretMissing(SecretNotFound):
    """There is no secret “{name}” in AWS Secrets Manager, in this account and region.

    Nothing was changed.

    Enter the credentials again in the settings of the feed, or check the region and
    ROLLBOOK_AWS_SECRET_PREFIX."""


class SecretMalformed(SecretUnreadable):
    """The secret “{name}” in AWS Secrets Manager isn't a JSON object of names and texts.

    Nothing was changed.

    Correct it in AWS, or enter the credentials again in the settings of the feed."""

    is_transient = False


class AwsUnavailable(RollbookError):
    """AWS Secrets Manager didn't answer, or was too busy.

    Nothing was changed.

    Try again. If that doesn't help, check this machine's network and the region."""

    reason = "aws_unavailable"
    is_transient = True


class AwsRefused(RollbookError):
    """AWS Secrets Manager wouldn't {action} the secret “{name}”.

    Nothing was changed.

    Look at the secret in AWS, and check whether something else manages it."""

    reason = "aws_refused"


DENIED = {"AccessDeniedException", "AccessDenied", "DecryptionFailure", "EncryptionFailure"}
SIGN_IN = {
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
    "SignatureDoesNotMatch", "ExpiredTokenException", "ExpiredToken", "IncompleteSignature",
    "MissingAuthenticationToken", "MissingAuthenticationTokenException",
}  # fmt: skip
BUSY = {
    "InternalServiceError", "InternalServiceErrorException", "InternalFailure",
    "ServiceUnavailable", "ServiceUnavailableException", "Throttling", "ThrottlingException",
    "ThrottledException", "RequestTimeout", "RequestTimeoutException",
    "TooManyRequestsException", "RequestLimitExceeded",
}  # fmt: skip
RIGHTS = {
    "read": "secretsmanager:GetSecretValue",
    "write": "secretsmanager:PutSecretValue, CreateSecret, DescribeSecret and RestoreSecret",
    "delete": "secretsmanager:DeleteSecret and DescribeSecret",
}


@contextmanager
def explained(name: str, action: str) -> Iterator[None]:
    """Raise what botocore raises as an error of ours. `action`: read, write or delete."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        # `from None`: the original's text names the account, and a traceback would print it.
        raise _of_service(code_of(error), name, action=action) from None
    except BotoCoreError as error:
        raise _of_client(error, name, action=action) from None


def code_of(error: Any) -> str:
    """Return the code of a ClientError."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _of_service(code: str, name: str, *, action: str) -> RollbookError:
    if code in DENIED:
        return SecretAccessDenied(name=name, action=action, right=RIGHTS[action])
    if code in SIGN_IN:
        return AwsCredentialsRefused()
    if code in BUSY:
        return AwsUnavailable()
    if code == "ResourceNotFoundException":
        return SecretMissing(name=name)
    detail = f"AWS says {code}." if code.isidentifier() else ""
    return AwsRefused(name=name, action=action, private=detail)


def _of_client(error: Exception, name: str, *, action: str) -> RollbookError:
    from botocore import exceptions

    if isinstance(error, exceptions.NoRegionError | exceptions.InvalidRegionError):
        return AwsNotConfigured(what="the region", advice="Set AWS_REGION, such as us-west-2.")
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        return AwsUnavailable()
    if isinstance(
        error,
        exceptions.NoCredentialsError
        | exceptions.PartialCredentialsError
        | exceptions.CredentialRetrievalError
        | exceptions.TokenRetrievalError
        | exceptions.SSOError
        | exceptions.ProfileNotFound,
    ):
        return AwsNotConfigured(
            what="how to sign in to AWS",
            advice="Give the machine a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    return AwsRefused(name=name, action=action, code=type(error).__name__)
