"""A feed may say in what its text files are written."""

from django.db import migrations, models

ENCODINGS = (
    "auto",
    "utf-8",
    "windows-1252",
    "mac-roman",
    "cp850",
    "cp437",
    "windows-1250",
    "windows-1254",
    "iso-8859-2",
)


class Migration(migrations.Migration):
    dependencies = [("records", "0015_messages_quote_no_file")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="encoding",
            field=models.CharField(db_default="auto", default="auto", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("encoding__in", ENCODINGS)), name="encoding_is_known"
            ),
        ),
    ]
