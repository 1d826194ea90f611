"""Give logins of before a year from today until they must be confirmed, and clients' secrets of before their rows."""

from typing import ClassVar

from django.db import migrations

CONFIRMED = """
    UPDATE accounts_account SET confirmed_on = (now() AT TIME ZONE 'Asia/Shanghai')::date
    WHERE kind = 'OFFICER' AND confirmed_on IS NULL
"""
SECRETS = """
    INSERT INTO accounts_clientsecret (client_id, hashed, opened_by, opened_at, ended_at)
    SELECT client.id, application.client_secret, 'system:migration', client.opened_at, client.closed_at
    FROM accounts_apiclient client JOIN oauth2_provider_application application ON application.id = client.application_id
    WHERE NOT EXISTS (SELECT 1 FROM accounts_clientsecret secret WHERE secret.client_id = client.id)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0005_append_only_acts_and_changes"),
        ("oauth2_provider", "__first__"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(CONFIRMED, migrations.RunSQL.noop, elidable=True),
        migrations.RunSQL(SECRETS, migrations.RunSQL.noop, elidable=True),
    ]
