"""Schools of the file can be mapped to those of the application in whose database Rollbook is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0022_imports_are_ours")]

    operations = [
        migrations.CreateModel(
            name="SchoolMapping",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("school", models.TextField()),
                ("school_name", models.TextField()),
            ],
            options={"db_table": "school_mappings"},
        ),
    ]
