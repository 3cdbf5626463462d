"""What a job leaves behind: its log, its issues, its rejected rows, its file; and the audit."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class JobEvent(models.Model):
    """One line of a job's log, visible at once."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField(db_index=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    message = models.TextField()

    class Meta:
        db_table = "job_events"

    def __str__(self) -> str:
        return f"event {self.pk} of job {self.job_id}"


class IssueKind(models.Model):
    """What issues of one job say, once for all that say the same. `value` is a student's data."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    batch = models.BigIntegerField()
    """One writer's own, so that two writers of one job cannot use the same number."""
    number = models.SmallIntegerField()
    column_header = models.TextField(null=True)
    field = models.TextField(null=True)
    code = models.CharField(max_length=50)
    severity = models.CharField(max_length=10)
    value = models.TextField(null=True)
    message = models.TextField()

    class Meta:
        db_table = "issue_kinds"
        indexes = [  # noqa: RUF012 - Django's way
            models.Index(fields=["job_id", "code"], name="issue_kinds_by_code")
        ]
        constraints = [  # noqa: RUF012
            models.CheckConstraint(
                condition=models.Q(severity__in=("error", "warning")),
                name="severity_of_a_kind_is_known",
            ),
            models.UniqueConstraint(fields=["batch", "number"], name="one_kind_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of job {self.job_id}"


class IssueBlock(models.Model):
    """Some issues of one job, found one after the other: the arrays hold one element of each.

    Each is a kind of the same batch. An array without any value is null.
    """

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    batch = models.BigIntegerField()
    kinds = ArrayField(models.SmallIntegerField(null=True))
    """Null in the place of an issue that was deleted."""
    row_numbers = ArrayField(models.IntegerField(null=True), null=True)
    student_ids = ArrayField(models.TextField(null=True), null=True)

    class Meta:
        db_table = "issue_blocks"
        indexes = [  # noqa: RUF012
            models.Index(fields=["job_id", "id"], name="issue_blocks_in_order")
        ]

    def __str__(self) -> str:
        return f"issues of job {self.job_id}"


class IssueRow(models.Model):
    """One issue, out of its block and its kind: a view, which takes rows and deletes them.

    `value` and `student_id` are a student's data. Always ask for a job: only that is quick.
    """

    id = models.BigAutoField(primary_key=True)
    block = models.BigIntegerField(null=True)
    """The number of its block."""
    job_id = models.IntegerField()
    row_number = models.IntegerField(null=True)
    student_id = models.TextField(null=True)
    column_header = models.TextField(null=True)
    field = models.TextField(null=True)
    code = models.CharField(max_length=50)
    severity = models.CharField(max_length=10)
    value = models.TextField(null=True)
    message = models.TextField()

    class Meta:
        db_table = "issues"
        managed = False

    def __str__(self) -> str:
        return f"{self.code} of job {self.job_id}"


class RejectedRow(models.Model):
    """A rejected row as the file wrote it, for the fix-it file."""

    id = models.BigAutoField(primary_key=True)
    job_id = models.IntegerField()
    row_number = models.IntegerField()
    cells = models.JSONField()

    class Meta:
        db_table = "rejected_rows"
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["job_id", "row_number"], name="one_rejection_per_row")
        ]

    def __str__(self) -> str:
        return f"row {self.row_number} of job {self.job_id}"


class ServerFile(models.Model):
    """A file on a server that was imported and is still to be moved, renamed or deleted there."""

    job_id = models.IntegerField(db_index=True)
    feed_id = models.IntegerField(db_index=True)
    server = models.TextField()
    """User, host and port, so that no other server's file is touched."""
    path = models.BinaryField()
    """As the server writes it, in whatever encoding."""
    size = models.BigIntegerField()
    modified = models.BigIntegerField()
    is_due = models.BooleanField()
    """False while the import is held: it is not imported yet."""

    class Meta:
        db_table = "server_files"

    def __str__(self) -> str:
        return f"file of job {self.job_id} on its server"


class StoredFile(models.Model):
    """The encrypted bytes of a failed or held job's file, until `expires_at`."""

    id = models.UUIDField(primary_key=True)
    job_id = models.IntegerField(db_index=True)
    size = models.BigIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "stored_files"

    def __str__(self) -> str:
        return f"file of job {self.job_id}"


class StoredFileChunk(models.Model):
    """One encrypted part of a stored file."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="chunks")
    position = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        db_table = "stored_file_chunks"
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(fields=["file", "position"], name="one_chunk_per_position")
        ]

    def __str__(self) -> str:
        return f"part {self.position}"


class AuditEvent(models.Model):
    """Who did what, when. Append-only: the database refuses to change or delete a row."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    origin = models.CharField(max_length=200, default="", db_default="")
    """The network address it came from, or account and machine of a command."""

    class Meta:
        db_table = "audit_events"
        indexes = (
            models.Index(
                fields=["actor", "subject", "-at"],
                condition=models.Q(action="students.viewed"),
                name="audit_events_looked",
            ),
            models.Index(
                fields=["-at"],
                condition=models.Q(action="backup.written"),
                name="audit_events_backups",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditSeal(models.Model):
    """The place of an event in the chain of the audit; it outlives the event. Append-only."""

    number = models.BigIntegerField(primary_key=True)
    """1 for the first sealed event, without gaps."""
    event = models.OneToOneField(
        AuditEvent, models.DO_NOTHING, null=True, db_constraint=False, related_name="seal"
    )
    """None where the event is no longer there; `event_id` stays."""
    at = models.DateTimeField()
    """When the event happened, by which its retention goes."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the event, in hexadecimal."""
    hash = models.CharField(max_length=64)
    """SHA-256 of the hash before, `at` and `digest` (see audit_chain.py)."""

    class Meta:
        db_table = "audit_seals"

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"
