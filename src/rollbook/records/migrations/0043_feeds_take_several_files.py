"""A feed may import all files of one export; each of them is noted until it is put away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0042_fields_have_owners")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="files",
            field=models.CharField(db_default="newest", default="newest", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(files__in=["newest", "all"]), name="files_is_known"
            ),
        ),
        migrations.AlterField(
            model_name="serverfile",
            name="job_id",
            field=models.IntegerField(db_index=True),
        ),
    ]
