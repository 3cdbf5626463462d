"""The database refuses what no choice, port, percentage or severity is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_own_tables"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent_scale__in", ("auto", "100", "1"))),
                name="percent_scale_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("half_days__in", ("refuse", "up", "down", "nearest"))),
                name="half_days_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("blanks__in", ("keep", "clear"))), name="blanks_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("new_students__in", ("create", "reject"))),
                name="new_students_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("port__gte", 1), ("port__lte", 65535)), name="port_is_a_port"
            ),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("rejected_limit__gte", 0), ("rejected_limit__lte", 100)),
                name="rejected_limit_is_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuerow",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ("error", "warning"))), name="severity_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="termrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="term_ends_after_start",
            ),
        ),
    ]
