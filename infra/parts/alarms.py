"""What rings: alarms to one topic, by mail. Silence rings too."""

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as states
from constructs import Construct

NAMESPACE: Final = "Rollbook"
"""Of the metrics that are counted in the importer's log."""
SILENCE_HOURS: Final = 12
"""Longer than any pause between two starts: from half past five to two o'clock it is 8.5 hours."""

MINUTES: Final = cdk.Duration.minutes(5)
HOUR: Final = cdk.Duration.hours(1)
BREACHING: Final = cloudwatch.TreatMissingData.BREACHING
QUIET: Final = cloudwatch.TreatMissingData.NOT_BREACHING


@dataclass(frozen=True, slots=True)
class Watched:
    """What the alarms look at."""

    importer: lambda_.IFunction
    pages: lambda_.IFunction
    importer_log: logs.ILogGroup
    machine: states.StateMachine
    lost: sqs.IQueue
    api: apigateway.HttpApi


class Alarms(Construct):
    """`alarms` in the order in which they matter, for the dashboard."""

    def __init__(
        self, scope: Construct, *, name: str, to: str, key: kms.IKey, watched: Watched
    ) -> None:
        super().__init__(scope, "Alarms")
        self._name = name
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_subscription(subscriptions.EmailSubscription(to))
        self.alarms: list[cloudwatch.Alarm] = []
        self._of_the_night(watched)
        self._of_imports(watched.importer_log)
        self._of_events(watched.lost)
        for called, function in (("Importer", watched.importer), ("Pages", watched.pages)):
            self._of_a_function(called, function)
        self._ring(
            "PagesFail",
            watched.api.metric_server_error(period=MINUTES, statistic="Sum"),
            "Browsers get errors from the pages.",
            at_least=5,
        )

    def _of_the_night(self, watched: Watched) -> None:
        machine = watched.machine
        self._ring(
            "NightFailed",
            machine.metric_failed(period=MINUTES, statistic="Sum"),
            "A start ended as failed: an import needs a person, or the importer does not answer.",
        )
        self._ring(
            "NightTimedOut",
            machine.metric_timed_out(period=MINUTES, statistic="Sum"),
            "A start did not come to its end within twelve hours.",
        )
        self._ring(
            "Silence",
            machine.metric_succeeded(period=HOUR, statistic="Sum"),
            f"In {SILENCE_HOURS} hours no start came to a good end: nothing is imported.",
            below=True,
            periods=SILENCE_HOURS,
            missing=BREACHING,
            tells_end=True,
        )

    def _of_imports(self, log: logs.ILogGroup) -> None:
        overdue = logs.MetricFilter(
            self,
            "CountOverdue",
            log_group=log,
            filter_pattern=logs.FilterPattern.string_value("$.outcome", "=", "overdue"),
            metric_namespace=NAMESPACE,
            metric_name=f"{self._name}-FeedOverdue",
            metric_value="1",
            # Any other line of the importer says that none is.
            default_value=0,
        )
        self._ring(
            "FeedOverdue",
            overdue.metric(period=MINUTES, statistic="Sum"),
            "A feed is behind its own schedule, pauses left out.",
            missing=cloudwatch.TreatMissingData.IGNORE,
            tells_end=True,
        )

    def _of_events(self, lost: sqs.IQueue) -> None:
        self._ring(
            "LostEvents",
            lost.metric_approximate_number_of_messages_visible(period=MINUTES, statistic="Maximum"),
            "A start or a button's event was lost. It is in the queue; see the importer's log.",
            tells_end=True,
        )

    def _of_a_function(self, called: str, function: lambda_.IFunction) -> None:
        self._ring(
            f"{called}Errors",
            function.metric_errors(period=MINUTES, statistic="Sum"),
            "The function ended with an error. Its log says which.",
        )
        self._ring(
            f"{called}Throttled",
            function.metric_throttles(period=MINUTES, statistic="Sum"),
            "The account's limit of functions at once was reached.",
        )

    def _ring(
        self,
        called: str,
        metric: cloudwatch.IMetric,
        why: str,
        *,
        at_least: int = 1,
        below: bool = False,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = QUIET,
        tells_end: bool = False,
    ) -> None:
        """Make one alarm. What happened once is not over when five minutes have gone by."""
        compare = cloudwatch.ComparisonOperator
        alarm = cloudwatch.Alarm(
            self,
            called,
            alarm_name=f"{self._name}-{called}",
            alarm_description=why,
            metric=metric,
            threshold=at_least,
            comparison_operator=compare.LESS_THAN_THRESHOLD
            if below
            else compare.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        if tells_end:
            alarm.add_ok_action(actions.SnsAction(self.topic))
        self.alarms.append(alarm)
