"""What Rollbook's functions may do with secrets, uploads and each other."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct


def let_read_installation_key(role: iam.Role, secret: secretsmanager.Secret) -> None:
    """Let it read the installation's own key."""
    _allow(role, ["secretsmanager:GetSecretValue"], secret.secret_arn)


def let_keep_credentials(
    role: iam.Role, scope: Construct, *, prefix: str, of: str = "feed"
) -> None:
    """Let it keep the credentials of feeds, or `of` others: read, add, replace and remove."""
    arn = cdk.Stack.of(scope).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{prefix}{of}/*",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    _allow(
        role,
        [
            "secretsmanager:GetSecretValue",
            "secretsmanager:DescribeSecret",
            "secretsmanager:CreateSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:RestoreSecret",
            "secretsmanager:DeleteSecret",
        ],
        arn,
    )


def let_use_key(role: iam.Role, key: kms.Key) -> None:
    """Let it encrypt and decrypt with the stack's key, through other services."""
    _allow(role, ["kms:Decrypt", "kms:GenerateDataKey"], key.key_arn)


def let_take_uploads(role: iam.Role, bucket: s3.Bucket) -> None:
    """Let it give an address to upload to, read what came, and delete it."""
    _allow(role, ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], f"{bucket.bucket_arn}/*")


def let_invoke(role: iam.Role, function: lambda_.IFunction) -> None:
    """Let it begin the importer."""
    _allow(role, ["lambda:InvokeFunction"], function.function_arn)


def _allow(role: iam.Role, actions: list[str], resource: str) -> None:
    role.add_to_policy(iam.PolicyStatement(actions=actions, resources=[resource]))
