"""Tell the ledger of every row that is added, with its digest, so that no later change of it goes unseen."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import sealed_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("persons", "0002_append_only_and_decisions"), ("ledger", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.RunSQL(*sealed_sql("persons_struckfact")),
        migrations.RunSQL(*sealed_sql("persons_verification")),
        migrations.RunSQL(*sealed_sql("persons_mergeproposal")),
        migrations.RunSQL(*sealed_sql("persons_merge")),
        migrations.RunSQL(*sealed_sql("persons_splitproposal")),
        migrations.RunSQL(*sealed_sql("persons_split")),
        migrations.RunSQL(*sealed_sql("persons_populationfeed", key=("number",))),
        migrations.RunSQL(*sealed_sql("persons_populationfeedline")),
    ]
