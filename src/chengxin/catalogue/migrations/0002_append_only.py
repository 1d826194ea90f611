"""Guard the issued editions: nobody rewrites the ground of a decision."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalogue", "0001_edition"), ("ledger", "0002_append_only")]

    operations: ClassVar = [migrations.RunSQL(*append_only_sql("catalogue_edition"))]
