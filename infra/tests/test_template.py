"""What is deployed: closed, encrypted, guarded, watched, and with few rights."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.tests.template import Template, listed, plain

ROLES = Path(__file__).parent / "roles.json"


def test_the_public_reaches_the_pages_and_nothing_else(template: Template) -> None:
    kinds = {each["Type"] for each in template.content["Resources"].values()}
    assert not kinds & {
        "AWS::Lambda::Url",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::EC2::Instance",
        "AWS::ApiGateway::RestApi",
        "AWS::CloudFront::Distribution",
        "AWS::RDS::DBProxy",
    }
    route = template.only("AWS::ApiGatewayV2::Route")
    assert route["RouteKey"] == "$default"
    integration = template.only("AWS::ApiGatewayV2::Integration")
    assert plain(integration["IntegrationUri"]).startswith("<Pages")
    assert integration["PayloadFormatVersion"] == "2.0"
    permission = template.only("AWS::Lambda::Permission")
    assert plain(permission["FunctionName"]).startswith("<Pages")
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "<GatewayApi" in plain(permission["SourceArn"])


def test_no_security_group_lets_an_address_in(template: Template) -> None:
    for each in template.of("AWS::EC2::SecurityGroup").values():
        assert "SecurityGroupIngress" not in each["Properties"]
    for each in template.of("AWS::EC2::SecurityGroupIngress").values():
        assert not {"CidrIp", "CidrIpv6"} & set(each["Properties"])
        assert plain(each["Properties"]["SourceSecurityGroupId"]).startswith("<NetworkFunctions")
        assert each["Properties"]["FromPort"] == each["Properties"]["ToPort"] == 5432


def test_functions_reach_tls_sftp_and_the_database_alone(own: Template, existing: Template) -> None:
    for template, ports in ((own, {443, 22}), (existing, {443, 22, 2222})):
        group = template.only("AWS::EC2::SecurityGroup", "NetworkFunctions")
        assert {each["ToPort"] for each in group["SecurityGroupEgress"]} == ports
        database = template.only("AWS::EC2::SecurityGroupEgress")
        assert database["ToPort"] == 5432


def test_the_database_has_no_way_out_and_no_public_address(own: Template) -> None:
    assert own.only("AWS::RDS::DBInstance")["PubliclyAccessible"] is False
    subnets = own.only("AWS::RDS::DBSubnetGroup")["SubnetIds"]
    assert len(subnets) == 2
    assert all(each["Ref"].startswith("NetworkVpcdata") for each in subnets)
    routes = own.of("AWS::EC2::Route").values()
    assert not [each for each in routes if "Vpcdata" in each["Properties"]["RouteTableId"]["Ref"]]
    assert all(
        not each["Properties"]["MapPublicIpOnLaunch"]
        for each in own.of("AWS::EC2::Subnet").values()
    )


def test_everything_leaves_by_one_address_that_stays_when_the_stack_goes(own: Template) -> None:
    ((name, address),) = own.of("AWS::EC2::EIP").items()
    assert (address["DeletionPolicy"], address["UpdateReplacePolicy"]) == ("Retain", "Retain")
    nat = own.only("AWS::EC2::NatGateway")
    assert plain(nat["AllocationId"]) == f"<{name}.AllocationId>"
    assert plain(own.content["Outputs"]["OutgoingAddress"]["Value"]) == f"<{name}.PublicIp>"


def test_everything_that_is_kept_is_encrypted(template: Template) -> None:
    ((key, declared),) = template.of("AWS::KMS::Key").items()
    assert declared["Properties"]["EnableKeyRotation"] is True
    arn = {"Fn::GetAtt": [key, "Arn"]}
    for cluster in template.of("AWS::RDS::DBCluster").values():
        assert cluster["Properties"]["StorageEncrypted"] is True
        assert cluster["Properties"]["KmsKeyId"] == arn
        assert cluster["Properties"]["MasterUserSecret"] == {"KmsKeyId": arn}
    for kind in ("AWS::Logs::LogGroup", "AWS::SecretsManager::Secret"):
        assert all(each["Properties"]["KmsKeyId"] == arn for each in template.of(kind).values())
    assert template.only("AWS::SNS::Topic")["KmsMasterKeyId"] == arn
    assert template.only("AWS::SQS::Queue")["SqsManagedSseEnabled"] is True
    (rule,) = template.only("AWS::S3::Bucket")["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"] == {
        "KMSMasterKeyID": arn,
        "SSEAlgorithm": "aws:kms",
    }


def test_the_database_takes_encrypted_connections_alone(own: Template) -> None:
    parameters = own.only("AWS::RDS::DBClusterParameterGroup")["Parameters"]
    assert parameters["rds.force_ssl"] == "1"


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"])
def test_queue_and_topic_are_reached_over_tls_alone(kind: str, template: Template) -> None:
    assert "aws:SecureTransport" in json.dumps(template.only(kind))


def test_the_uploads_are_private_over_tls_and_gone_after_a_day(template: Template) -> None:
    bucket = template.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["ExpirationInDays"], rule["Status"]) == (1, "Enabled")
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    pages = plain(template.content["Outputs"]["PagesAddress"]["Value"])
    assert [plain(each) for each in cors["AllowedOrigins"]] == [pages]
    assert cors["AllowedMethods"] == ["POST"]
    (how,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert how["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    statements = template.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert {each["Effect"] for each in statements} == {"Deny"}


def test_no_policy_of_a_resource_allows_everybody(template: Template) -> None:
    for each in template.content["Resources"].values():
        for part in ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument"):
            for statement in each.get("Properties", {}).get(part, {}).get("Statement", ()):
                if statement["Effect"] == "Allow" and "Principal" in statement:
                    everybody = statement["Principal"] in ("*", {"AWS": "*"})
                    assert not everybody or statement.get("Condition"), each


def test_the_database_is_guarded_against_deletion_and_backed_up(own: Template) -> None:
    (cluster,) = own.of("AWS::RDS::DBCluster").values()
    properties = cluster["Properties"]
    assert (cluster["DeletionPolicy"], cluster["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")
    assert properties["DeletionProtection"] is True
    assert properties["BackupRetentionPeriod"] == 14
    assert properties["EngineVersion"].startswith("17.")
    assert properties["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0,
        "MaxCapacity": 4,
        "SecondsUntilAutoPause": 300,
    }


def test_keys_outlive_the_stack(template: Template) -> None:
    for kind in ("AWS::KMS::Key", "AWS::SecretsManager::Secret"):
        for name, each in template.of(kind).items():
            if name.startswith("Keys"):
                assert each["DeletionPolicy"] == "Retain"


def test_the_installation_key_has_the_entropy_of_32_bytes(template: Template) -> None:
    generated = template.only("AWS::SecretsManager::Secret", "Keys")["GenerateSecretString"]
    assert generated == {
        "ExcludePunctuation": True,
        "IncludeSpace": False,
        "PasswordLength": 43,
    }


def test_every_log_has_an_end_and_every_function_a_log_of_its_own(template: Template) -> None:
    groups = template.of("AWS::Logs::LogGroup")
    assert {each["Properties"]["RetentionInDays"] for each in groups.values()} == {90}
    functions = template.of("AWS::Lambda::Function")
    used = [each["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for each in functions.values()]
    assert len(set(used)) == len(functions) == 4
    assert set(used) <= set(groups)


def test_the_requests_log_has_no_path_in_which_a_one_time_link_could_be(
    template: Template,
) -> None:
    form = json.loads(template.only("AWS::ApiGatewayV2::Stage")["AccessLogSettings"]["Format"])
    assert not [each for each in form.values() if "path" in each.lower() or "route" in each]


def test_each_role_may_do_what_is_listed_and_no_more(own: Template) -> None:
    found: dict[str, dict[str, list[str]]] = {}
    for role, statement in own.statements():
        resources = [plain(each) for each in listed(statement["Resource"])]
        for resource in resources:
            actions = [f"{statement['Effect']} {each}" for each in listed(statement["Action"])]
            known = found.setdefault(role[:-8], {}).setdefault(resource, [])
            known.extend(each for each in actions if each not in known)
    assert found == json.loads(ROLES.read_text()), json.dumps(found, indent=1)


def test_the_roles_beside_another_application_have_the_same_rights(
    own: Template, existing: Template
) -> None:
    def actions(template: Template) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for role, statement in template.statements():
            found.setdefault(role, set()).update(listed(statement["Action"]))
        return {role: each for role, each in found.items() if "FlowLog" not in role}

    assert actions(own) == actions(existing)


def test_no_role_has_a_managed_policy_or_all_actions_of_a_service(template: Template) -> None:
    for each in template.of("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in each["Properties"]
        assert "Policies" not in each["Properties"]
    for _, statement in template.statements():
        if statement["Effect"] == "Allow":
            assert not [each for each in listed(statement["Action"]) if "*" in each]


def test_no_setting_holds_a_credential(template: Template) -> None:
    for each in template.of("AWS::Lambda::Function").values():
        names: dict[str, Any] = each["Properties"]["Environment"]["Variables"]
        unsafe = {"ROLLBOOK_SECRET_KEY", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"}
        assert not unsafe & set(names)
        assert "@" not in plain(names.get("DATABASE_URL", ""))


def test_events_that_are_lost_go_to_the_queue_and_are_not_run_twice(template: Template) -> None:
    events = template.only("AWS::Lambda::EventInvokeConfig")
    (queue,) = template.of("AWS::SQS::Queue")
    assert events["MaximumRetryAttempts"] == 0
    assert plain(events["DestinationConfig"]["OnFailure"]["Destination"]) == f"<{queue}.Arn>"
    assert plain(events["FunctionName"]).startswith("<Importer")


def test_each_alarm_goes_to_the_topic_and_is_told_by_mail(template: Template) -> None:
    (topic,) = template.of("AWS::SNS::Topic")
    assert template.only("AWS::SNS::Subscription")["Endpoint"] == "it@example.org"
    alarms = template.of("AWS::CloudWatch::Alarm")
    names = {each["Properties"]["AlarmName"] for each in alarms.values()}
    assert names == {
        f"rollbook-{each}"
        for each in (
            "NightFailed",
            "NightTimedOut",
            "Silence",
            "FeedOverdue",
            "LostEvents",
            "ImporterErrors",
            "ImporterThrottled",
            "PagesErrors",
            "PagesThrottled",
            "PagesFail",
        )
    }
    for each in alarms.values():
        assert each["Properties"]["AlarmActions"] == [{"Ref": topic}]
        assert each["Properties"]["AlarmDescription"]


def test_silence_rings(template: Template) -> None:
    silence = template.only("AWS::CloudWatch::Alarm", "AlarmsSilence")
    assert silence["TreatMissingData"] == "breaching"
    assert silence["MetricName"] == "ExecutionsSucceeded"
    assert silence["Period"] * silence["EvaluationPeriods"] == 12 * 3600
    others = template.of("AWS::CloudWatch::Alarm").values()
    assert [each["Properties"]["TreatMissingData"] for each in others].count("breaching") == 1


def test_overdue_feeds_are_counted_in_the_importers_log(template: Template) -> None:
    counted = template.only("AWS::Logs::MetricFilter")
    assert counted["LogGroupName"]["Ref"].startswith("LogsImporter")
    assert counted["FilterPattern"] == '{ $.outcome = "overdue" }'
    overdue = template.only("AWS::CloudWatch::Alarm", "AlarmsFeedOverdue")
    # Between two starts nothing is known, so what was known stays.
    assert overdue["TreatMissingData"] == "ignore"


def test_an_alarm_tells_its_end_only_where_it_is_one(template: Template) -> None:
    alarms = [each["Properties"] for each in template.of("AWS::CloudWatch::Alarm").values()]
    assert {each["AlarmName"] for each in alarms if "OKActions" in each} == {
        "rollbook-Silence",
        "rollbook-FeedOverdue",
        "rollbook-LostEvents",
    }


def test_the_first_migration_waits_for_the_database_and_the_way_to_it(own: Template) -> None:
    (step,) = own.of("Custom::RollbookMigration").values()
    for kind in (
        "AWS::RDS::DBInstance",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::NatGateway",
    ):
        assert set(own.of(kind)) <= set(step["DependsOn"]), kind


def test_functions_change_after_the_database_was_migrated(template: Template) -> None:
    ((step, declared),) = template.of("Custom::RollbookMigration").items()
    assert len(declared["Properties"]["Version"]) == 64
    for name, each in template.of("AWS::Lambda::Function").items():
        waits = step in each.get("DependsOn", ())
        assert waits is name.startswith(("Importer", "Pages"))


def test_an_existing_network_and_database_get_one_rule_and_nothing_of_ours(
    existing: Template,
) -> None:
    kinds = {each["Type"] for each in existing.content["Resources"].values()}
    assert not [each for each in kinds if each.startswith("AWS::RDS")]
    assert {each for each in kinds if each.startswith("AWS::EC2")} == {
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
    }
    assert existing.only("AWS::EC2::SecurityGroupIngress")["GroupId"] == "sg-0123456789abcdef0"
    names = existing.only("AWS::Lambda::Function", "ImporterFunction")["Environment"]["Variables"]
    assert names["DATABASE_URL"] == (
        "postgresql://proxy.proxy-abc.us-west-2.rds.amazonaws.com:5432/students?sslmode=verify-full"
        "&sslrootcert=/var/task/rds-authorities.pem"
    )
    assert names["ROLLBOOK_OUTGOING_ADDRESS"] == "203.0.113.7"


def test_with_a_name_of_the_district_the_pages_have_no_other(
    own: Template, existing: Template
) -> None:
    assert existing.only("AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True
    outputs = existing.content["Outputs"]
    assert outputs["PagesAddress"]["Value"] == "https://rollbook.example.org"
    assert "DomainTarget" in outputs
    assert own.only("AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is False
    assert "DomainTarget" not in own.content["Outputs"]


def test_the_outputs_name_what_an_operator_needs_and_no_secret(template: Template) -> None:
    assert set(template.content["Outputs"]) - {"DomainTarget"} == {
        "PagesAddress",
        "OutgoingAddress",
        "DatabaseSecret",
        "OwnerSecret",
        "InstallationKeySecret",
        "FeedSecrets",
        "ImporterFunction",
        "PagesFunction",
        "MigrationFunction",
        "NightStateMachine",
        "DashboardName",
        "UploadsBucket",
    }
    assert "resolve:secretsmanager" not in json.dumps(template.content)
