"""Agreements are kept by an agency, and in force between two moments."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def account(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, **options
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [
        migrations.AddField(
            "agreement",
            "keeper",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="kept_agreements",
                to="agencies.agency",
            ),
        ),
        migrations.RemoveConstraint("agreementversion", "agreement_one_in_force"),
        migrations.AddField(
            "agreementversion", "digest", models.CharField(max_length=64, default="")
        ),
        migrations.AddField("agreementversion", "revision", models.PositiveIntegerField(default=1)),
        migrations.AddField("agreementversion", "saved_by", account(null=True, related_name="+")),
        migrations.AddField(
            "agreementversion", "saved_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("agreementversion", "brought_by", account(null=True, related_name="+")),
        migrations.AddField(
            "agreementversion", "brought_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("agreementversion", "ended_by", account(null=True, related_name="+")),
        migrations.AddField(
            "agreementversion", "ended_at", models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField("agreementversion", "end_reason", models.TextField(blank=True)),
    ]
