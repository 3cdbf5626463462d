"""What is to be told to a feed's webhook."""

from django.db import models

from rollbook.records.models.follow_up import Outgoing


class WebhookMessage(Outgoing):
    """A message to a feed's webhook."""

    feed_id = models.IntegerField()
    job_id = models.IntegerField()
    url = models.TextField()
    body = models.TextField()

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
