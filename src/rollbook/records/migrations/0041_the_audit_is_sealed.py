"""Events of the audit are sealed in a chain, which nobody who only serves may rewrite."""

from django.db import migrations, models

REVOKED = """
do $$
declare
    grantee name;
begin
    for grantee in
        select distinct r.rolname from pg_class c
        cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where c.oid = 'rollbook.audit_seals'::regclass and a.grantee <> c.relowner
    loop
        execute format(
            'revoke update, delete, truncate, trigger on rollbook.audit_seals from %I', grantee
        );
    end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0040_changes_by_student_and_job")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"db_table": "audit_seals"},
        ),
        migrations.RunSQL(REVOKED, migrations.RunSQL.noop),
    ]
