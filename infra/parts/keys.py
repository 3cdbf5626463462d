"""The one KMS key of the stack, and the secret that is the installation's own key."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct


class Keys(Construct):
    """`key` encrypts everything at rest; `installation` protects what Rollbook itself encrypts."""

    def __init__(self, scope: Construct, *, name: str) -> None:
        super().__init__(scope, "Keys")
        self.key = kms.Key(
            self,
            "Key",
            alias=f"alias/{name}",
            description="Rollbook: database, secrets, uploads, logs, alarms",
            enable_key_rotation=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        self._let_logs_in()
        self.key.grant_encrypt_decrypt(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
        self.installation = secretsmanager.Secret(
            self,
            "Installation",
            description="Rollbook's own key. Without it stored files and sessions are lost.",
            encryption_key=self.key,
            # 43 of these characters and "=" are the Base64 of 32 bytes.
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=43, exclude_punctuation=True, include_space=False
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )

    def _let_logs_in(self) -> None:
        stack = cdk.Stack.of(self)
        group = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name="*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        self.key.grant_encrypt_decrypt(
            iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com").with_conditions(
                {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group}}
            )
        )
