"""The migration of the database as a step of the deployment, under a role of its own."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.parts.functions import RUNTIME

STEP = Path(__file__).parents[1] / "migration_step.py"


class MigrationStep(Construct):
    """Calls the migrating function once for each `version` and each secret of the role that
    serves, and fails the deployment with it."""

    def __init__(
        self,
        scope: Construct,
        *,
        migration: lambda_.Function,
        version: str,
        serving: str,
        log: logs.LogGroup,
    ) -> None:
        super().__init__(scope, "MigrationStep")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[migration.function_arn]
            )
        )
        step = lambda_.Function(
            self,
            "Function",
            runtime=RUNTIME,
            handler="index.handler",
            code=lambda_.Code.from_inline(STEP.read_text()),
            description="Migrates Rollbook's database when a version is deployed",
            timeout=cdk.Duration.minutes(15),
            environment={"MIGRATION": migration.function_name},
            role=role.without_policy_updates(),
            log_group=log,
        )
        step.node.add_dependency(role)
        self.resource = cdk.CustomResource(
            self,
            "Step",
            service_token=step.function_arn,
            resource_type="Custom::RollbookMigration",
            properties={"Version": version, "ServingSecret": serving},
            service_timeout=cdk.Duration.minutes(20),
        )
        self.resource.node.add_dependency(step)
