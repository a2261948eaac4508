"""Versions are drafted, signed by two people, then brought into force."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def account(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_agreement_carry_over")]

    operations = [
        migrations.AlterField(
            "agreement",
            "keeper",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_agreements",
                to="agencies.agency",
            ),
        ),
        migrations.AlterField("agreementversion", "digest", models.CharField(max_length=64)),
        migrations.AlterField(
            "agreementversion",
            "state",
            models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("signing", "signing"),
                    ("in_force", "in_force"),
                    ("given_up", "given_up"),
                ],
                default="draft",
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            "agreementversion",
            models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "signing"))),
                fields=("agreement",),
                name="agreement_one_in_hand",
            ),
        ),
        migrations.AddConstraint(
            "agreementversion",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    models.Q(
                        ("starts_at__isnull", False),
                        models.Q(
                            ("ends_at", None),
                            ("ends_at__gte", models.F("starts_at")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="agreement_times_in_order",
            ),
        ),
        migrations.CreateModel(
            name="AgreementSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("party", models.SlugField()),
                ("digest", models.CharField(max_length=64)),
                ("accepted", models.JSONField(default=list)),
                ("signatory", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=200)),
                ("signed_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("account", account(related_name="signatures")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="agencies.agreementversion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "account"), name="signature_once"),
                    models.UniqueConstraint(
                        fields=("version", "party"), name="signature_one_for_party"
                    ),
                ],
            },
        ),
    ]
