"""Log groups: encrypted, and deleted after the time that the settings give, or with the stack."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct


class Logbook(Construct):
    """Makes the log group of each part."""

    def __init__(self, scope: Construct, *, name: str, key: kms.IKey, days: int) -> None:
        super().__init__(scope, "Logs")
        self._name = name
        self._key = key
        self._retention = {
            30: logs.RetentionDays.ONE_MONTH,
            60: logs.RetentionDays.TWO_MONTHS,
            90: logs.RetentionDays.THREE_MONTHS,
            180: logs.RetentionDays.SIX_MONTHS,
            365: logs.RetentionDays.ONE_YEAR,
            731: logs.RetentionDays.TWO_YEARS,
        }[days]

    def group(self, part: str) -> logs.LogGroup:
        """Return a new group for the part called so."""
        return logs.LogGroup(
            self,
            part.capitalize(),
            # Services write where the name begins so; others' policies would grow too long.
            log_group_name=f"/aws/vendedlogs/{self._name}/{part}",
            encryption_key=self._key,
            retention=self._retention,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
