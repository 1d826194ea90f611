"""Tell the ledger of every row that is added, with its digest, so that no later change of it goes unseen."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import sealed_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("authorisations", "0002_append_only"), ("ledger", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.RunSQL(*sealed_sql("authorisations_authorisation")),
        migrations.RunSQL(*sealed_sql("authorisations_withdrawal", key=("authorisation_id",))),
        migrations.RunSQL(*sealed_sql("authorisations_paperscan", key=("authorisation_id",))),
    ]
