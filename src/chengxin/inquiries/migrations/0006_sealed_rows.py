"""Tell the ledger of every row that is added, with its digest, so that no later change of it goes unseen."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import sealed_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inquiries", "0005_review_and_batches"), ("ledger", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.RunSQL(*sealed_sql("inquiries_inquiry")),
        migrations.RunSQL(*sealed_sql("inquiries_repetition")),
    ]
