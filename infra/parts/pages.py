"""The way to the pages: an HTTP API, the only thing of the stack that the public can reach."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

# No path: a link of an invitation or a password reset is a secret for as long as it lasts.
LOGGED = {
    "time": "$context.requestTime",
    "request": "$context.requestId",
    "address": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "fault": "$context.integrationErrorMessage",
}


class Gateway(Construct):
    """`host` is the name under which browsers reach the pages; `serve` puts the function behind."""

    def __init__(self, scope: Construct, *, name: str, domain: str, certificate: str) -> None:
        super().__init__(scope, "Gateway")
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=name,
            create_default_stage=False,
            disable_execute_api_endpoint=bool(domain),
        )
        self._domain = domain
        self._certificate = certificate
        self.dns_target: str | None = None
        stack = cdk.Stack.of(self)
        self.host = domain or f"{self.api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def serve(self, function: lambda_.IFunction, *, log: logs.LogGroup) -> None:
        """Lead every request to the function, in payload format 2.0."""
        apigateway.HttpRoute(
            self,
            "Route",
            http_api=self.api,
            route_key=apigateway.HttpRouteKey.DEFAULT,
            integration=integrations.HttpLambdaIntegration(
                "Pages",
                function,
                payload_format_version=apigateway.PayloadFormatVersion.VERSION_2_0,
            ),
        )
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=50, burst_limit=100),
        )
        plain = stage.node.default_child
        assert isinstance(plain, apigateway.CfnStage)
        plain.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(LOGGED)
        )
        if self._domain:
            self._name(stage)

    def _name(self, stage: apigateway.HttpStage) -> None:
        domain = apigateway.DomainName(
            self,
            "Domain",
            domain_name=self._domain,
            certificate=certificates.Certificate.from_certificate_arn(
                self, "Certificate", self._certificate
            ),
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        apigateway.ApiMapping(self, "Mapping", api=self.api, domain_name=domain, stage=stage)
        self.dns_target = domain.regional_domain_name
