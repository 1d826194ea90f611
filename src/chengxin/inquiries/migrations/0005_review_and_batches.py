"""Make the tables of reviews and of batches of inquiries."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0004_repetition"),
    ]

    operations = [
        migrations.CreateModel(
            name="InquiryBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=16, unique=True)),
                ("organisation_code", models.CharField(max_length=64)),
                ("actor_key", models.CharField(max_length=100)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("purpose_code", models.CharField(max_length=64)),
                (
                    "item_codes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None),
                ),
                ("form", models.CharField(max_length=16)),
                ("declared_name", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=16)),
                ("line_count", models.IntegerField()),
                ("done_count", models.IntegerField(default=0)),
                ("answered_count", models.IntegerField(default=0)),
                ("refused_count", models.IntegerField(default=0)),
                ("unreadable_count", models.IntegerField(default=0)),
                ("received_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("kept_until", models.DateField()),
                ("discarded_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="InquiryBatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="inquiries.inquirybatch",
                    ),
                ),
                ("line", models.IntegerField()),
                ("inquiry_reference", models.CharField(blank=True, max_length=16)),
                ("outcome", models.CharField(max_length=16)),
                ("code", models.CharField(max_length=64)),
                ("sealed", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("look_id", models.BigIntegerField(unique=True)),
                ("rule_code", models.CharField(max_length=24)),
                ("organisation_code", models.CharField(max_length=64)),
                ("actor_key", models.CharField(max_length=100)),
                ("purpose_code", models.CharField(max_length=64)),
                ("case_number", models.CharField(blank=True, max_length=100)),
                ("outcome", models.CharField(max_length=10)),
                ("looked_at", models.DateTimeField()),
                ("sampled_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("state", models.CharField(max_length=16)),
                ("reasons", models.TextField(blank=True)),
                ("suspended_subject", models.CharField(blank=True, max_length=100)),
                ("decided_by", models.CharField(blank=True, max_length=100)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sampling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("sampled_count", models.IntegerField()),
                ("sampled_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="InquiryBatchFile",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="file",
                        serialize=False,
                        to="inquiries.inquirybatch",
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.AddIndex(
            model_name="inquirybatch",
            index=models.Index(fields=["organisation_code", "-id"], name="inquiry_batch_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="inquirybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__regex", "^[A-Z2-7]{16}$")), name="inquiry_batch_reference_opaque"
            ),
        ),
        migrations.AddConstraint(
            model_name="inquirybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "done_count",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("answered_count"), "+", models.F("refused_count")
                            ),
                            "+",
                            models.F("unreadable_count"),
                        ),
                    ),
                    ("done_count__lte", models.F("line_count")),
                ),
                name="inquiry_batch_lines_accounted_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquirybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state", "WAITING")),
                    models.Q(
                        ("done_count", models.F("line_count")), ("finished_at__isnull", False), ("state", "ANSWERED")
                    ),
                    _connector="OR",
                ),
                name="inquiry_batch_answered_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["state", "due_on", "id"], name="review_worklist"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["organisation_code", "state"], name="review_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rule_code__in",
                        [
                            "PAPER_FIRST",
                            "OTHER_CASE",
                            "NO_FOLLOW_UP",
                            "REFUSED_SERIES",
                            "REPEATED",
                            "NIGHT",
                            "BULK",
                            "OFFICE_SHARE",
                            "SHARE",
                        ],
                    )
                ),
                name="review_rule_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by", ""),
                        ("state", "WAITING"),
                        ("suspended_subject", ""),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["PROPER", "MISUSE"]),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("reasons", ""), _negated=True),
                        models.Q(("decided_by", models.F("actor_key")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="review_decided_by_another_with_reasons",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "MISUSE"), models.Q(("suspended_subject", ""), _negated=True)),
                    models.Q(models.Q(("state", "MISUSE"), _negated=True), ("suspended_subject", "")),
                    _connector="OR",
                ),
                name="review_misuse_suspends",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampling",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_at__gte", models.F("since_at"))), name="sampling_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="inquirybatchline",
            constraint=models.UniqueConstraint(fields=("batch", "line"), name="inquiry_batch_line_once"),
        ),
        migrations.AddConstraint(
            model_name="inquirybatchline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("inquiry_reference", ""), ("outcome", "UNREADABLE"), ("sealed__isnull", True)),
                    models.Q(
                        models.Q(("outcome", "UNREADABLE"), _negated=True),
                        models.Q(("inquiry_reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inquiry_batch_line_unreadable_asked_nothing",
            ),
        ),
    ]
