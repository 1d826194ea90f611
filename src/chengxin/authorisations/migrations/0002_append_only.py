"""Guard what a person allowed and took back: rows are written and read, never changed."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("authorisations", "0001_tables"), ("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(*append_only_sql(table))
        for table in (
            "authorisations_authorisation",
            "authorisations_withdrawal",
            "authorisations_paperscan",
        )
    ]
