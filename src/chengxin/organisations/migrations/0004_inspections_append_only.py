"""Guard inspections: rows are written and read, never changed."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisations", "0003_inspections"), ("ledger", "0002_append_only")]

    operations: ClassVar = [migrations.RunSQL(*append_only_sql("organisations_inspection"))]
