"""Tell the ledger of every row that is added, with its digest, so that no later change of it goes unseen."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import sealed_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reports", "0002_append_only"), ("ledger", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.RunSQL(*sealed_sql("reports_report")),
        migrations.RunSQL(*sealed_sql("reports_reportitem", key=("report_id", "record_key"))),
        migrations.RunSQL(*sealed_sql("reports_reportwithdrawal", key=("report_id",))),
    ]
