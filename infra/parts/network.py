"""The network: one fixed way out that districts can allow, and subnets without any for the data."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.settings import Existing

POSTGRES = 5432


class Network(Construct):
    """A network of our own, or the given one, and the security group of the `functions`."""

    def __init__(
        self,
        scope: Construct,
        *,
        existing: Existing | None,
        sftp_ports: tuple[int, ...],
        flow_logs: logs.LogGroup | None,
    ) -> None:
        super().__init__(scope, "Network")
        if existing:
            self.vpc: ec2.IVpc = ec2.Vpc.from_vpc_attributes(
                self,
                "Vpc",
                vpc_id=existing.vpc,
                availability_zones=list(existing.availability_zones),
                private_subnet_ids=list(existing.subnets),
            )
            self.outgoing_address = existing.outgoing_address
        else:
            self.vpc = self._own(flow_logs)
        self.functions = ec2.SecurityGroup(
            self,
            "Functions",
            vpc=self.vpc,
            allow_all_outbound=False,
            description="Functions of Rollbook: out to AWS, to SFTP servers and to the database",
        )
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS and webhooks")
        for port in sftp_ports:
            self.functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(port), "SFTP servers")

    def _own(self, flow_logs: logs.LogGroup | None) -> ec2.Vpc:
        # Kept when the stack goes, so that what districts have allowed stays ours.
        address = ec2.CfnEIP(self, "OutgoingAddress", domain="vpc")
        address.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        self.outgoing_address = address.attr_public_ip
        vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=1,
            nat_gateway_provider=ec2.NatProvider.gateway(
                eip_allocation_ids=[address.attr_allocation_id]
            ),
            restrict_default_security_group=False,
            subnet_configuration=[
                _tier("public", ec2.SubnetType.PUBLIC),
                _tier("functions", ec2.SubnetType.PRIVATE_WITH_EGRESS),
                _tier("data", ec2.SubnetType.PRIVATE_ISOLATED),
            ],
        )
        vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        if flow_logs:
            ec2.FlowLog(
                self,
                "FlowLog",
                resource_type=ec2.FlowLogResourceType.from_vpc(vpc),
                destination=ec2.FlowLogDestination.to_cloud_watch_logs(flow_logs),
                traffic_type=ec2.FlowLogTrafficType.REJECT,
            )
        return vpc


def _tier(name: str, kind: ec2.SubnetType) -> ec2.SubnetConfiguration:
    return ec2.SubnetConfiguration(
        name=name,
        subnet_type=kind,
        cidr_mask=24,
        # Only the NAT gateway is there, with an address of its own.
        map_public_ip_on_launch=False if kind == ec2.SubnetType.PUBLIC else None,
    )
