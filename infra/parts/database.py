"""The database: Aurora Serverless v2 of our own, or the given one; and who signs in to it."""

import json
from dataclasses import dataclass
from typing import Final, Protocol

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.parts.network import POSTGRES
from infra.settings import Existing, Settings

AUTHORITIES = "/var/task/rds-authorities.pem"
"""A file of the zip: the authorities behind RDS's servers. Without it libpq refuses them."""
ENGINE = rds.DatabaseClusterEngine.aurora_postgres(version=rds.AuroraPostgresEngineVersion.VER_17_7)


SERVES: Final = "rollbook_serve"
"""The role of the database that serves; the first migration makes it."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A role of the database, as the secret with its `username` and `password`."""

    secret: secretsmanager.ISecret
    arn: str

    def let_read(self, role: iam.IRole) -> None:
        """Let functions with this role of IAM sign in so."""
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[self.arn])
        )
        if self.secret.encryption_key:
            self.secret.encryption_key.grant_decrypt(role)


class Database(Protocol):
    """Where it is, and the roles that functions sign in as."""

    url: str
    owner: SignIn
    """Migrates, and nothing else."""
    serving: SignIn
    """Does all other work, and cannot rewrite the audit log."""


class OwnDatabase(Construct):
    """Encrypted, backed up, guarded against deletion, in subnets without a way out."""

    def __init__(
        self,
        scope: Construct,
        *,
        settings: Settings,
        vpc: ec2.IVpc,
        functions: ec2.SecurityGroup,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, "Database")
        group = ec2.SecurityGroup(
            self, "Group", vpc=vpc, allow_all_outbound=False, description="Database of Rollbook"
        )
        group.add_ingress_rule(functions, ec2.Port.tcp(POSTGRES), "Functions of Rollbook")
        functions.add_egress_rule(group, ec2.Port.tcp(POSTGRES), "Database of Rollbook")
        self.cluster = rds.DatabaseCluster(
            self,
            "Cluster",
            engine=ENGINE,
            writer=rds.ClusterInstance.serverless_v2("Writer"),
            serverless_v2_min_capacity=settings.minimum_capacity,
            serverless_v2_max_capacity=settings.maximum_capacity,
            serverless_v2_auto_pause_duration=_pause_after(settings),
            credentials=rds.Credentials.from_username("rollbook", encryption_key=key),
            manage_master_user_password=True,
            default_database_name="rollbook",
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[group],
            storage_encrypted=True,
            storage_encryption_key=key,
            backup=rds.BackupProps(retention=cdk.Duration.days(settings.backup_days)),
            copy_tags_to_snapshot=True,
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.SNAPSHOT,
            parameter_group=rds.ParameterGroup(
                self, "Parameters", engine=ENGINE, parameters={"rds.force_ssl": "1"}
            ),
        )
        secret = self.cluster.secret
        assert secret is not None
        # RDS makes this secret and changes its password every seven days.
        self.owner = SignIn(secret, secret.secret_arn)
        self.serving = _made(self, key)
        self.url = _url(self.cluster.cluster_endpoint.hostname, POSTGRES, "rollbook")


class ExistingDatabase(Construct):
    """The cluster, or the RDS Proxy in front of it, of another application."""

    def __init__(
        self, scope: Construct, *, existing: Existing, functions: ec2.SecurityGroup, key: kms.IKey
    ) -> None:
        super().__init__(scope, "Database")
        group = ec2.SecurityGroup.from_security_group_id(self, "Group", existing.security_group)
        port = ec2.Port.tcp(existing.port)
        group.add_ingress_rule(functions, port, "Functions of Rollbook")
        functions.add_egress_rule(group, port, "The database")
        self.owner = self._given("Secret", existing.secret, existing.secret_key)
        self.serving = (
            self._given("Serving", existing.serving_secret, existing.serving_secret_key)
            if existing.serving_secret
            else _made(self, key)
        )
        self.url = _url(existing.host, existing.port, existing.database)

    def _given(self, called: str, arn: str, key: str) -> SignIn:
        encryption = kms.Key.from_key_arn(self, f"{called}Key", key) if key else None
        secret = secretsmanager.Secret.from_secret_attributes(
            self, called, secret_complete_arn=arn, encryption_key=encryption
        )
        return SignIn(secret, arn)


def _made(scope: Construct, key: kms.IKey) -> SignIn:
    """Return a new secret; its password is the role's from the next migration on."""
    secret = secretsmanager.Secret(
        scope,
        "Serving",
        description="The database role with which Rollbook serves",
        encryption_key=key,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=json.dumps({"username": SERVES}),
            generate_string_key="password",
            password_length=40,
            exclude_punctuation=True,
            include_space=False,
        ),
    )
    return SignIn(secret, secret.secret_arn)


def _pause_after(settings: Settings) -> cdk.Duration | None:
    # The shortest that Aurora knows: each minute awake costs.
    return cdk.Duration.minutes(5) if settings.minimum_capacity == 0 else None


def _url(host: str, port: int, name: str) -> str:
    return f"postgresql://{host}:{port}/{name}?sslmode=verify-full&sslrootcert={AUTHORITIES}"
