"""Guard representations, and tie a decision to the very officer who entered."""

from typing import ClassVar

from django.db import migrations

from chengxin.ledger.append_only import append_only_sql

ENTERER = """
    ALTER TABLE admission_representationdecision ADD CONSTRAINT representation_decision_of_its_enterer
        FOREIGN KEY (representation_id, entered_by) REFERENCES admission_representation (id, entered_by)
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("admission", "0001_representations"), ("ledger", "0002_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(
            ENTERER,
            "ALTER TABLE admission_representationdecision DROP CONSTRAINT representation_decision_of_its_enterer",
        ),
        migrations.RunSQL(*append_only_sql("admission_representation")),
        migrations.RunSQL(*append_only_sql("admission_representationdecision")),
        migrations.RunSQL(*append_only_sql("admission_representationend")),
    ]
