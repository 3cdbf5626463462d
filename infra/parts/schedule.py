"""When the importer is asked: EventBridge Scheduler, and the state machine that it starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as states
from constructs import Construct

from infra.settings import Settings

DEFINITION: Final = Path(__file__).parents[1] / "night.asl.json"


@dataclass(frozen=True, slots=True)
class Start:
    """At what times of the district's clock the state machine is started, and why."""

    called: str
    hours: str
    minute: int
    why: str


def starts(settings: Settings) -> tuple[Start, ...]:
    """Return the starts of a day, in order of their importance.

    Scheduler passes over a time that the clock skips. The second start is an hour and a quarter
    later, and a clock never skips that much: on each night there is one of the two.
    """
    return (
        Start("Night", f"{settings.hour}", 0, "Imports what is due"),
        Start(
            "ClockChange",
            f"{settings.clock_change_hour}",
            15,
            "Imports what is due where the clock skipped the hour, or the first start was lost",
        ),
        Start("Mails", "7,12,17", 30, "Sends mails that were missed, makes up missed imports"),
    )


class Night(Construct):
    """The state machine, and what starts it."""

    def __init__(
        self,
        scope: Construct,
        *,
        settings: Settings,
        importer: lambda_.IFunction,
        log: logs.LogGroup,
        lost: sqs.IQueue,
    ) -> None:
        super().__init__(scope, "Night")
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[importer.function_arn]
            )
        )
        self.machine = states.StateMachine(
            self,
            "Machine",
            state_machine_name=f"{settings.name}-night",
            definition_body=states.DefinitionBody.from_string(DEFINITION.read_text()),
            definition_substitutions={"Importer": importer.function_arn},
            role=role,
            logs=states.LogOptions(
                destination=log, level=states.LogLevel.ALL, include_execution_data=False
            ),
        )
        group = scheduler.ScheduleGroup(self, "Group", removal_policy=cdk.RemovalPolicy.DESTROY)
        target = targets.StepFunctionsStartExecution(
            self.machine,
            dead_letter_queue=lost,
            retry_attempts=10,
            max_event_age=cdk.Duration.hours(1),
        )
        zone = cdk.TimeZone.of(settings.time_zone)
        for start in starts(settings):
            scheduler.Schedule(
                self,
                start.called,
                description=start.why,
                schedule_group=group,
                target=target,
                schedule=scheduler.ScheduleExpression.cron(
                    minute=f"{start.minute}", hour=start.hours, time_zone=zone
                ),
            )
