"""The whole of Rollbook on AWS, composed of its parts; what each is lies in `parts`."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.parts import rights
from infra.parts.alarms import Alarms, Watched
from infra.parts.dashboard import Dashboard
from infra.parts.database import Database, ExistingDatabase, OwnDatabase, SignIn
from infra.parts.functions import VpcFunction
from infra.parts.keys import Keys
from infra.parts.logbook import Logbook
from infra.parts.mail import Mail
from infra.parts.migration import MigrationStep
from infra.parts.network import Network
from infra.parts.pages import Gateway
from infra.parts.schedule import Night
from infra.parts.uploads import Uploads
from infra.settings import Settings

IMPORTER = "rollbook.aws.importer.handler"
PAGES = "rollbook.aws.pages.handler"


class RollbookStack(cdk.Stack):
    """One district. `code` is the zip of `make lambda`, `version` its digest."""

    def __init__(self, scope: Construct, settings: Settings, *, code: Path, version: str) -> None:
        super().__init__(
            scope,
            settings.name,
            description=f"Rollbook for {settings.district}",
            termination_protection=True,
        )
        cdk.Tags.of(self).add("application", "rollbook")
        cdk.Tags.of(self).add("district", settings.district)
        self._settings = settings
        self._code = code
        self._lay_ground(settings)
        migration, importer, pages = self._functions()
        step = MigrationStep(
            self,
            migration=migration.function,
            version=version,
            serving=self._database.serving.arn,
            log=self._logs.group("deployment"),
        )
        # Its name is known before the database answers, and before the way to it is open.
        step.resource.node.add_dependency(self._database, self._network)
        for each in (importer, pages):
            each.function.node.add_dependency(step.resource)
        self._gateway.serve(pages.function, log=self._logs.group("requests"))
        night = Night(
            self,
            settings=settings,
            importer=importer.function,
            log=self._logs.group("night"),
            lost=self._lost,
        )
        self._watch(importer=importer, pages=pages, night=night)
        self._tell(importer=importer, pages=pages, migration=migration, night=night)

    def _lay_ground(self, settings: Settings) -> None:
        self._keys = Keys(self, name=settings.name)
        key = self._keys.key
        self._logs = Logbook(self, name=settings.name, key=key, days=settings.log_days)
        self._network = Network(
            self,
            existing=settings.existing,
            sftp_ports=settings.sftp_ports,
            flow_logs=None if settings.existing else self._logs.group("network"),
        )
        self._database = self._find_database()
        self._gateway = Gateway(
            self,
            name=settings.name,
            domain=settings.domain,
            certificate=settings.certificate,
        )
        self._uploads = Uploads(self, key=key, origin=f"https://{self._gateway.host}")
        self._mail = Mail(self, sender=settings.mail_from)
        self._lost = sqs.Queue(
            self,
            "LostEvents",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )

    def _functions(self) -> tuple[VpcFunction, VpcFunction, VpcFunction]:
        serving = self._database.serving
        migration = self._function(
            "Migration",
            IMPORTER,
            signs_in=self._database.owner,
            memory=1024,
            seconds=840,
            more={"ROLLBOOK_SERVING_SECRET": serving.arn},
            description="Migrates the database",
        )
        serving.let_read(migration.role)
        importer = self._function(
            "Importer",
            IMPORTER,
            signs_in=serving,
            memory=2048,
            seconds=900,
            lost=self._lost,
            disk=2048,
            description="Fetches and imports, sends mails, tests connections",
        )
        to_importer = {"ROLLBOOK_LAMBDA_FUNCTION": importer.function.function_name}
        pages = self._function(
            "Pages",
            PAGES,
            signs_in=serving,
            memory=1769,
            seconds=29,
            more=to_importer,
            description="The pages",
        )
        rights.let_invoke(pages.role, importer.function)
        rights.let_keep_credentials(pages.role, self, prefix=self._prefix, of="sign-in")
        for each in (importer, pages):
            rights.let_keep_credentials(each.role, self, prefix=self._prefix)
            rights.let_take_uploads(each.role, self._uploads.bucket)
        self._mail.let_send(importer.role)
        return migration, importer, pages

    def _watch(self, *, importer: VpcFunction, pages: VpcFunction, night: Night) -> None:
        watched = Watched(
            importer=importer.function,
            pages=pages.function,
            importer_log=importer.log,
            machine=night.machine,
            lost=self._lost,
            api=self._gateway.api,
        )
        name = self._settings.name
        alarms = Alarms(
            self, name=name, to=self._settings.alarms_to, key=self._keys.key, watched=watched
        )
        Dashboard(self, name=name, watched=watched, alarms=alarms.alarms)

    @property
    def _prefix(self) -> str:
        return f"{self._settings.name}/"

    def _find_database(self) -> Database:
        if existing := self._settings.existing:
            return ExistingDatabase(
                self,
                existing=existing,
                functions=self._network.functions,
                key=self._keys.key,
            )
        return OwnDatabase(
            self,
            settings=self._settings,
            vpc=self._network.vpc,
            functions=self._network.functions,
            key=self._keys.key,
        )

    def _function(
        self,
        called: str,
        handler: str,
        *,
        signs_in: SignIn,
        memory: int,
        seconds: int,
        description: str,
        lost: sqs.IQueue | None = None,
        disk: int | None = None,
        more: Mapping[str, str] | None = None,
    ) -> VpcFunction:
        made = VpcFunction(
            self,
            called,
            handler=handler,
            code=self._code,
            memory=memory,
            timeout=cdk.Duration.seconds(seconds),
            environment={
                **self._environment(),
                "ROLLBOOK_DATABASE_SECRET": signs_in.arn,
                **(more or {}),
            },
            vpc=self._network.vpc,
            group=self._network.functions,
            log=self._logs.group(called.lower()),
            disk=cdk.Size.mebibytes(disk) if disk else None,
            lost=lost,
            description=description,
        )
        signs_in.let_read(made.role)
        rights.let_read_installation_key(made.role, self._keys.installation)
        rights.let_use_key(made.role, self._keys.key)
        return made

    def _environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._database.url,
            "ROLLBOOK_SECRET_KEY_SECRET": self._keys.installation.secret_arn,
            "ROLLBOOK_SECRETS": "aws",
            "ROLLBOOK_AWS_SECRET_PREFIX": self._prefix,
            "ROLLBOOK_RUNNER": "lambda",
            "ROLLBOOK_LOG_FORMAT": "json",
            "ROLLBOOK_EMAIL_URL": "ses://",
            "ROLLBOOK_EMAIL_FROM": self._settings.mail_from,
            "ROLLBOOK_URL": f"https://{self._gateway.host}",
            "ROLLBOOK_ALLOWED_HOSTS": self._gateway.host,
            "ROLLBOOK_TLS": "proxy",
            "ROLLBOOK_OUTGOING_ADDRESS": self._network.outgoing_address,
            "ROLLBOOK_UPLOADS_BUCKET": self._uploads.bucket.bucket_name,
            "ROLLBOOK_LARGEST_FILE_MB": "512",
        }

    def _tell(
        self, *, importer: VpcFunction, pages: VpcFunction, migration: VpcFunction, night: Night
    ) -> None:
        told = {
            "PagesAddress": f"https://{self._gateway.host}",
            "OutgoingAddress": self._network.outgoing_address,
            "DatabaseSecret": self._database.serving.arn,
            "OwnerSecret": self._database.owner.arn,
            "InstallationKeySecret": self._keys.installation.secret_arn,
            "FeedSecrets": f"{self._prefix}feed/NAME",
            "ImporterFunction": importer.function.function_name,
            "PagesFunction": pages.function.function_name,
            "MigrationFunction": migration.function.function_name,
            "NightStateMachine": night.machine.state_machine_arn,
            "DashboardName": self._settings.name,
            "UploadsBucket": self._uploads.bucket.bucket_name,
        }
        if self._gateway.dns_target:
            told["DomainTarget"] = self._gateway.dns_target
        for called, value in told.items():
            cdk.CfnOutput(self, called, value=value)
