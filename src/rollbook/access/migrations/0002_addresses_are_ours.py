"""Repairs installations in which looking at a made-up address has kept people from second factors.

allauth wrote an unverified address for the account that the made-up key named, and refused
authenticator apps and passkeys to everybody who had one. Accounts have one address, in our table.
"""

from django.db import migrations

REPAIR = "delete from account_emailconfirmation; delete from account_emailaddress;"

# Otherwise the first look at one's recovery codes writes this.
SEEN = (
    "update mfa_authenticator set data = data || '{\"viewed_at\": 1}'"
    " where type = 'recovery_codes' and not data ? 'viewed_at'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_people"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunSQL(REPAIR, migrations.RunSQL.noop),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
    ]
