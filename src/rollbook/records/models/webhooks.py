"""What is to be told to a feed's webhook."""

from django.db import models


class WebhookMessage(models.Model):
    """A message to be sent, sent, or given up. It holds no student's value."""

    id = models.BigAutoField(primary_key=True)
    feed_id = models.IntegerField()
    job_id = models.IntegerField()
    url = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    """null: sent, or given up."""
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)
    """Why the last try failed."""

    class Meta:
        db_table = "webhook_messages"
        indexes = [  # noqa: RUF012 - Django's way
            models.Index(fields=["feed_id", "-id"], name="webhook_messages_by_feed"),
            models.Index(
                fields=["next_try_at"],
                name="webhook_messages_to_send",
                condition=models.Q(next_try_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"webhook message {self.pk}"
