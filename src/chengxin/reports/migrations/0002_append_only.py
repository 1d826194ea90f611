"""Guard what was issued and withdrawn: rows are written and read, never changed. Files alone may go."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("reports", "0001_tables"), ("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(*append_only_sql(table))
        for table in ("reports_report", "reports_reportitem", "reports_reportwithdrawal")
    ]
