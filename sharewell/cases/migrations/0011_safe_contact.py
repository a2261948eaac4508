"""Let a safe contact plan say ways, times and people one by one; what was in words stays in words."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_words(apps: Any, schema_editor: Any) -> None:
    """Carry the words of former plans over; what no gate can check counts as not known to be safe."""
    SafeContact = apps.get_model("cases", "SafeContact")
    for row in SafeContact.objects.exclude(hidden_words="", number=""):
        row.must_not_know = [{"name": row.hidden_words, "relation": ""}] if row.hidden_words else []
        row.how = ", ".join(filter(None, (row.how, row.number)))
        row.save(update_fields=["must_not_know", "how"])


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_handover"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField("safecontact", "channel", "how"),
        migrations.RenameField("safecontact", "must_not_know", "hidden_words"),
        migrations.AlterField("safecontact", "how", models.CharField(blank=True, max_length=300)),
        migrations.AddField("safecontact", "ways", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "safecontact",
            "when",
            models.CharField(
                choices=[("any", "any"), ("listed", "listed"), ("unknown", "unknown")],
                default="unknown",
                max_length=7,
            ),
        ),
        migrations.AddField("safecontact", "windows", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "safecontact", "must_not_know", models.JSONField(blank=True, default=list)
        ),
        migrations.AddField("safecontact", "no_letters", models.BooleanField(default=False)),
        migrations.AddField("safecontact", "no_visits", models.BooleanField(default=False)),
        migrations.AddField("safecontact", "cover", models.CharField(blank=True, max_length=300)),
        migrations.AddField(
            "safecontact", "interpreter", models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField(
            "safecontact", "meeting_place", models.CharField(blank=True, max_length=300)
        ),
        migrations.AddField(
            "safecontact", "agreed_by", models.CharField(blank=True, max_length=200)
        ),
        migrations.AddField("safecontact", "agreed_on", models.DateField(blank=True, null=True)),
        migrations.AddField("safecontact", "review_on", models.DateField(blank=True, null=True)),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
        migrations.RemoveField("safecontact", "number"),
        migrations.RemoveField("safecontact", "hidden_words"),
        migrations.CreateModel(
            name="ContactLeave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_leaves",
                        to="cases.case",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
