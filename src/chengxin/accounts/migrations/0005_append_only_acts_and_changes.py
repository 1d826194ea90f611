"""Guard what was done to logins, and tie a decision to the very officer who proposed."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql

PROPOSER = """
    ALTER TABLE accounts_roledecision ADD CONSTRAINT role_decision_of_its_proposer
        FOREIGN KEY (change_id, proposed_by) REFERENCES accounts_rolechange (id, proposed_by)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0004_administrators_codes_and_secrets"),
        ("ledger", "0002_append_only"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(PROPOSER, "ALTER TABLE accounts_roledecision DROP CONSTRAINT role_decision_of_its_proposer"),
        migrations.RunSQL(*append_only_sql("accounts_accountact")),
        migrations.RunSQL(*append_only_sql("accounts_rolechange")),
        migrations.RunSQL(*append_only_sql("accounts_roledecision")),
    ]
