"""The functions: one zip, one role each, with no right that is not listed here."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

RUNTIME = lambda_.Runtime.PYTHON_3_13
"""The one that `make lambda` makes byte code for."""
ARCHITECTURE = lambda_.Architecture.X86_64


class VpcFunction(Construct):
    """A function in the private subnets; `role` may write its own log and no other."""

    def __init__(
        self,
        scope: Construct,
        called: str,
        *,
        handler: str,
        code: Path,
        memory: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        vpc: ec2.IVpc,
        group: ec2.ISecurityGroup,
        log: logs.LogGroup,
        disk: cdk.Size | None = None,
        lost: sqs.IQueue | None = None,
        description: str,
    ) -> None:
        super().__init__(scope, called)
        self.log = log
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(self.role)
        _let_join_network(self.role)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=handler,
            code=lambda_.Code.from_asset(str(code)),
            description=description,
            memory_size=memory,
            ephemeral_storage_size=disk,
            timeout=timeout,
            environment=dict(environment),
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            security_groups=[group],
            role=self.role.without_policy_updates(),
            log_group=log,
        )
        # Needed before the function can be made: it joins the network then.
        self.function.node.add_dependency(self.role)
        if lost:
            self._send_lost_events_to(lost)

    def _send_lost_events_to(self, queue: sqs.IQueue) -> None:
        """Never run an event twice: what is to be tried again is decided by Rollbook's rows."""
        queue.grant_send_messages(self.role)
        lambda_.CfnEventInvokeConfig(
            self,
            "Events",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=3600,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(
                    destination=queue.queue_arn
                )
            ),
        ).node.add_dependency(self.role)


def _let_join_network(role: iam.Role) -> None:
    """The rights by which Lambda puts a function into subnets; EC2 takes no resource for them."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=[
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ],
            resources=["*"],
        )
    )
    # The function itself has no use for them.
    role.add_to_policy(
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=["ec2:*"],
            resources=["*"],
            conditions={"ArnLike": {"lambda:SourceFunctionArn": "arn:*:lambda:*:*:function:*"}},
        )
    )
