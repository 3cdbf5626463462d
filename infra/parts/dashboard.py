"""One page in CloudWatch: does anything ring, did the night run, what do the pages do."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.parts.alarms import Watched

HOUR = cdk.Duration.hours(1)


class Dashboard(Construct):
    """The first three dashboards of an account cost nothing."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        watched: Watched,
        alarms: list[cloudwatch.Alarm],
    ) -> None:
        super().__init__(scope, "Dashboard")
        machine, importer, pages = watched.machine, watched.importer, watched.pages
        self.name = name
        cloudwatch.Dashboard(
            self,
            "Page",
            dashboard_name=name,
            default_interval=cdk.Duration.days(7),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", width=24, alarms=alarms)],
                [
                    _graph(
                        "Starts that ended well, and failed",
                        machine.metric_succeeded(period=HOUR, statistic="Sum"),
                        machine.metric_failed(period=HOUR, statistic="Sum"),
                    ),
                    _graph(
                        "Longest call of the importer",
                        importer.metric_duration(period=HOUR, statistic="Maximum"),
                    ),
                ],
                [
                    _graph(
                        "Requests, and errors",
                        watched.api.metric_count(period=HOUR, statistic="Sum"),
                        watched.api.metric_server_error(period=HOUR, statistic="Sum"),
                    ),
                    _graph(
                        "The pages' answer, 95th percentile",
                        pages.metric_duration(period=HOUR, statistic="p95"),
                    ),
                ],
            ],
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, width=12, left=list(metrics))
