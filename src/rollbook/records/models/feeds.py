"""Feeds, terms and the ciphertext of credentials."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rollbook.core.feed_settings import AUTO, ENCODINGS
from rollbook.core.file_set import MODES, NEWEST
from rollbook.core.sources.arrival import LONGEST_UNCHANGED_FOR, UNCHANGED_FOR
from rollbook.records.models.fields import one_of, percentage


class Feed(models.Model):
    """Where a file comes from and how it is treated. Credentials are in the secret store."""

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=255, default="")
    port = models.IntegerField(default=22)
    username = models.CharField(max_length=255, default="")
    folder = models.TextField(default="")
    pattern = models.CharField(max_length=255, default="")
    host_key = models.TextField(default="")
    sign_in_seconds = models.IntegerField(default=5, db_default=5)
    legacy_algorithms = ArrayField(models.CharField(max_length=50), default=list)
    is_roster = models.BooleanField(default=True)
    required = ArrayField(models.CharField(max_length=50), default=list)
    worksheet = models.CharField(max_length=255, default="")
    encoding = models.CharField(max_length=20, default=AUTO, db_default=AUTO)
    layout = models.CharField(max_length=60, default=AUTO, db_default=AUTO)
    files = models.CharField(max_length=10, default=NEWEST, db_default=NEWEST)
    """Whether the newest file that matches is imported, or all of its delivery as one."""
    other_columns = models.CharField(max_length=10, default="warn", db_default="warn")
    percent_scale = models.CharField(max_length=10, default="auto")
    half_days = models.CharField(max_length=10, default="refuse")
    blanks = models.CharField(max_length=10, default="keep")
    new_students = models.CharField(max_length=10, default="create")
    leading_zeros = models.BooleanField(default=True)
    rejected_limit = models.IntegerField(default=10)
    missing_limit = models.IntegerField(default=20, db_default=20)
    names_limit = models.IntegerField(default=5, db_default=5)
    ssid_limit = models.IntegerField(default=5, db_default=5)
    school_limit = models.IntegerField(default=25, db_default=25)
    grade_limit = models.IntegerField(default=25, db_default=25)
    new_limit = models.IntegerField(default=10, db_default=10)
    one_school_limit = models.IntegerField(default=50, db_default=50)
    moved_limit = models.IntegerField(default=75, db_default=75)
    promotion_on = models.CharField(max_length=10, default="", db_default="")
    """The day on which students go up to their next grades, as 2027-07-01; '' for none."""
    blanked_limit = models.IntegerField(default=50, db_default=50)
    shifted_limit = models.IntegerField(default=40, db_default=40)
    # The default is the database's alone: that of the tests has a shorter one.
    unchanged_for = models.IntegerField(db_default=UNCHANGED_FOR)
    """Seconds for which a file on the server must stay the same before it counts as complete."""
    headers = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    blank_markers = ArrayField(models.CharField(max_length=100), default=list)
    after_import = models.CharField(max_length=10, default="stay", db_default="stay")
    after_import_folder = models.TextField(default="", db_default="")
    after_import_ending = models.CharField(
        max_length=50, default=".imported", db_default=".imported"
    )
    recipients = ArrayField(models.CharField(max_length=254), default=list)
    muted_until = models.DateTimeField(null=True)
    """Until when no mail is written of it, unless a night is lost."""
    webhook = models.TextField(default="", db_default="")
    """An https address that is told of ended and held imports; '' for none."""
    webhook_salt = models.CharField(max_length=32, default="", db_default="")
    """What its signing secret is derived from, hexadecimal; not secret."""
    schedule = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    """As core/schedule writes it, without the zone, which is the district's."""
    planned_at = models.DateTimeField(null=True)
    """The last planned run that has been begun, or when the schedule was last set."""
    rehearsed_for = models.DateTimeField(null=True)
    """The last planned run whose rehearsal has been begun."""
    schedule_set_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)
    """Of its settings: `FeedVersion`."""
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "feeds"
        constraints = [  # noqa: RUF012 - Django's way
            one_of("encoding", *ENCODINGS),
            one_of("files", *MODES),
            one_of("other_columns", "warn", "note"),
            one_of("percent_scale", "auto", "100", "1"),
            one_of("half_days", "refuse", "up", "down", "nearest"),
            one_of("blanks", "keep", "clear"),
            one_of("new_students", "create", "reject"),
            one_of("after_import", "stay", "move", "rename", "delete"),
            models.CheckConstraint(
                condition=models.Q(port__gte=1, port__lte=65535), name="port_is_a_port"
            ),
            models.CheckConstraint(
                condition=models.Q(sign_in_seconds__gte=5, sign_in_seconds__lte=60),
                name="sign_in_seconds_are_few",
            ),
            percentage("missing_limit"),
            percentage("rejected_limit"),
            percentage("names_limit"),
            percentage("ssid_limit"),
            percentage("school_limit"),
            percentage("grade_limit"),
            percentage("new_limit"),
            percentage("one_school_limit"),
            percentage("moved_limit"),
            percentage("blanked_limit"),
            percentage("shifted_limit"),
            models.CheckConstraint(
                condition=models.Q(unchanged_for__gte=0, unchanged_for__lte=LONGEST_UNCHANGED_FOR),
                name="unchanged_for_is_an_hour_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What people call it: the feed without a server is that of files by hand."""
        return self.name if self.host else f"{self.name} (uploaded by hand)"

    @property
    def server(self) -> str:
        """Where its file comes from: as `SftpConnection.server`."""
        return f"{self.username}@{self.host}:{self.port}"

    def muted_at(self, now: datetime) -> datetime | None:
        """Return until when the mute lasts that holds at `now`; None where none does."""
        is_muted = self.muted_until is not None and self.muted_until > now
        return self.muted_until if is_muted else None


class FeedVersion(models.Model):
    """A change of a feed's settings, which made version `number` of them. The first has no row."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, db_index=False, related_name="+")
    number = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.TextField()
    reason = models.TextField(default="", db_default="")
    before = models.JSONField()
    """The settings of the version before it, all of them, as a file of feeds has them."""

    class Meta:
        db_table = "feed_versions"
        constraints = [  # noqa: RUF012 - Django's way
            models.UniqueConstraint("feed", "number", name="feed_has_each_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.feed}, version {self.number}"


class FieldOwner(models.Model):
    """A field that one feed writes, and others do not."""

    field = models.TextField(primary_key=True)
    """Its name in the catalogue."""
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, db_index=False, related_name="+")
    since = models.DateTimeField()

    class Meta:
        db_table = "field_owners"

    def __str__(self) -> str:
        return self.field


class TermRow(models.Model):
    """A term that `student_data_snapshots` has columns for."""

    key = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=40)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "terms"
        constraints = [  # noqa: RUF012
            # Where a day is not known, the comparison is neither true nor false, and that is fine.
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="term_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SecretBlob(models.Model):
    """Ciphertext of one secret; its key is never in the database."""

    name = models.CharField(primary_key=True, max_length=200)
    blob = models.BinaryField()

    class Meta:
        db_table = "secrets"

    def __str__(self) -> str:
        return self.name
