"""Findings of AWS's own rules that are meant so, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct


@dataclass(frozen=True, slots=True)
class Meant:
    """One finding under one part of the stack, and why it is meant so."""

    part: str
    rule: str
    reason: str


def acknowledge(stack: cdk.Stack, *, prefix: str) -> None:
    """Note each reason where its finding is. `prefix` is that of the feeds' secrets."""
    for meant in (*ALWAYS, *_of_functions(stack, prefix=prefix)):
        part = stack.node.try_find_child(meant.part)
        if part is not None:
            cdk.Validations.of(part).acknowledge(
                cdk.Acknowledgment(id=f"AwsSolutions::{meant.rule}", reason=meant.reason)
            )


ALWAYS = (
    Meant(
        "Keys",
        "AwsSolutions-SMG4",
        "Another key has to encrypt everything again: `rollbook keys rotate`, never a timer.",
    ),
    Meant(
        "Database",
        "AwsSolutions-RDS6",
        "Sign-in is by secrets, over verified TLS; the owner's changes every seven days.",
    ),
    Meant(
        "Database",
        "AwsSolutions-SMG4",
        "A new password is the role's after the next migration, which a timer would not call.",
    ),
    Meant(
        "Gateway",
        "AwsSolutions-APIG4",
        "Rollbook signs people in itself: passkeys, second factor, limits on wrong passwords.",
    ),
    Meant(
        "Uploads",
        "AwsSolutions-S1",
        "Files stay for minutes; who uploaded what is in Rollbook's audit log.",
    ),
    Meant("LostEvents", "AwsSolutions-SQS3", "This is the dead-letter queue itself."),
    Meant(
        "Night",
        "AwsSolutions-SF2",
        "The execution's history and log have every step; a trace would add no step of ours.",
    ),
    Meant(
        "Night",
        "AwsSolutions-IAM5[Resource::*]",
        "The delivery of a state machine's log takes no resource.",
    ),
    *(
        Meant(
            part,
            "AwsSolutions-L1",
            "The requirements are locked and their byte code is made for this version.",
        )
        for part in ("Importer", "Pages", "Migration", "MigrationStep")
    ),
)


def _of_functions(stack: cdk.Stack, *, prefix: str) -> Iterator[Meant]:
    for part in ("Importer", "Pages", "Migration"):
        yield Meant(
            part,
            "AwsSolutions-IAM5[Resource::*]",
            "Joining the network takes no resource; the function's own code is denied all of it.",
        )
    bucket = _logical_id(stack, "Uploads", "Bucket")
    yield Meant(
        "Pages",
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>"
        f":<AWS::AccountId>:secret:{prefix}sign-in/*]",
        "AWS adds six characters to the name of the one secret under this prefix.",
    )
    for part in ("Importer", "Pages"):
        yield Meant(
            part,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>"
            f":<AWS::AccountId>:secret:{prefix}feed/*]",
            "Administrators add feeds, each with a secret of its own under this prefix.",
        )
        yield Meant(
            part,
            f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]",
            "Each upload has a name of its own in this bucket, which holds nothing else.",
        )


def _logical_id(stack: cdk.Stack, *path: str) -> str:
    found: Construct = stack
    for child in path:
        found = found.node.find_child(child)
    name: str = stack.get_logical_id(found.node.default_child)
    return name
