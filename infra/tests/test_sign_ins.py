"""The roles that functions sign in to the database as: one as its owner, the others to serve."""

import json
from dataclasses import replace

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from infra.parts.database import ExistingDatabase
from infra.tests.conftest import EXISTING
from infra.tests.template import Template, listed, plain

assert EXISTING.existing is not None
GIVEN = EXISTING.existing


def test_the_migration_alone_signs_in_as_the_owner(own: Template, existing: Template) -> None:
    (made,) = (name for name in own.of("AWS::SecretsManager::Secret") if "Serving" in name)
    cluster = next(iter(own.of("AWS::RDS::DBCluster")))
    for template, owner, serving in (
        (own, f"<{cluster}.MasterUserSecret.SecretArn>", f"<{made}>"),
        (existing, GIVEN.secret, GIVEN.serving_secret),
    ):
        for function, signs_in in (
            ("Migration", owner),
            ("Importer", serving),
            ("Pages", serving),
        ):
            environ = template.only("AWS::Lambda::Function", f"{function}Function")["Environment"]
            assert plain(environ["Variables"]["ROLLBOOK_DATABASE_SECRET"]) == signs_in
            may_read = {
                plain(resource)
                for role, statement in template.statements()
                if role.startswith(f"{function}Role")
                and "secretsmanager:GetSecretValue" in listed(statement["Action"])
                for resource in listed(statement["Resource"])
            }
            assert serving in may_read
            assert (owner in may_read) is (function == "Migration")
        migration = template.only("AWS::Lambda::Function", "MigrationFunction")["Environment"]
        assert plain(migration["Variables"]["ROLLBOOK_SERVING_SECRET"]) == serving
        (step,) = template.of("Custom::RollbookMigration").values()
        assert plain(step["Properties"]["ServingSecret"]) == serving, "another one migrates again"


def test_the_role_that_serves_gets_a_password_that_nobody_chose(own: Template) -> None:
    generated = own.only("AWS::SecretsManager::Secret", "DatabaseServing")["GenerateSecretString"]
    assert json.loads(generated["SecretStringTemplate"]) == {"username": "rollbook_serve"}
    assert (generated["GenerateStringKey"], generated["PasswordLength"]) == ("password", 40)


def test_an_existing_database_gets_a_secret_for_the_role_that_serves_where_none_is_named() -> None:
    stack = cdk.Stack()
    network = ec2.Vpc(stack, "Vpc")
    database = ExistingDatabase(
        stack,
        existing=replace(GIVEN, serving_secret="", serving_secret_key=""),
        functions=ec2.SecurityGroup(stack, "Functions", vpc=network),
        key=kms.Key(stack, "Key"),
    )
    assert database.owner.arn == GIVEN.secret
    assertions.Template.from_stack(stack).resource_count_is("AWS::SecretsManager::Secret", 1)
