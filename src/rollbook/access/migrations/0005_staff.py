"""Staff see the students of the schools that an administrator assigns to them."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

ROLES = [("administrator", "Administrator"), ("viewer", "Viewer"), ("staff", "Staff")]


def _schools() -> "models.Field[Any, Any]":
    texts = django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=255), size=None
    )
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=255),
        db_default=models.Value([], texts),
        default=list,
        size=None,
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0004_tokens")]

    operations = [
        migrations.RemoveConstraint(model_name="user", name="role_is_known"),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(choices=ROLES, max_length=20),
        ),
        migrations.AlterField(
            model_name="signinlink",
            name="role",
            field=models.CharField(choices=ROLES, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["administrator", "viewer", "staff"])),
                name="role_is_known",
            ),
        ),
        migrations.AddField(model_name="user", name="schools", field=_schools()),
        migrations.AddField(model_name="signinlink", name="schools", field=_schools()),
    ]
