"""Mail: the sender's identity with SES, and the right to send as it alone."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct


class Mail(Construct):
    """AWS asks the sender's address once, by mail, whether it is really theirs."""

    def __init__(self, scope: Construct, *, sender: str) -> None:
        super().__init__(scope, "Mail")
        self._sender = sender
        self._options = ses.ConfigurationSet(
            self,
            "Options",
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            reputation_metrics=True,
        )
        self._identity = ses.EmailIdentity(
            self,
            "Sender",
            identity=ses.Identity.email(sender),
            configuration_set=self._options,
        )

    def let_send(self, role: iam.IRole) -> None:
        """Let a function with this role send mails from this address, and from no other."""
        options = cdk.Stack.of(self).format_arn(
            service="ses",
            resource="configuration-set",
            resource_name=self._options.configuration_set_name,
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail", "ses:SendRawEmail"],
                resources=[self._identity.email_identity_arn, options],
                conditions={"StringEquals": {"ses:FromAddress": self._sender}},
            )
        )
