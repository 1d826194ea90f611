"""Put into two indexes what a batch asks of every line: whose number it is, and whether that person bears the name."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

NARROW_INDEX_OUT = "DROP INDEX persons_name_person_id_046738eb"
NARROW_INDEX_BACK = "CREATE INDEX persons_name_person_id_046738eb ON persons_name (person_id)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("persons", "0003_sealed_rows")]

    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(fields=("blind",), include=("person",), name="identifier_one_person"),
        ),
        migrations.AlterField(
            model_name="identifier",
            name="blind",
            field=models.BinaryField(max_length=16),
        ),
        migrations.AddIndex(
            model_name="name",
            index=models.Index(fields=["person", "digest"], name="name_of_person"),
        ),
        migrations.SeparateDatabaseAndState(
            # Altering the field would drop every index that is on its column alone, the unique one of open names too.
            database_operations=[migrations.RunSQL(NARROW_INDEX_OUT, NARROW_INDEX_BACK)],
            state_operations=[
                migrations.AlterField(
                    model_name="name",
                    name="person",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="names",
                        to="persons.person",
                    ),
                ),
            ],
        ),
    ]
