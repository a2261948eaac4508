import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0001_initial"),
        ("cases", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("held_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("form_key", models.UUIDField(unique=True)),
                ("discussed_with", models.CharField(blank=True, max_length=300)),
                ("explained", models.JSONField(blank=True, default=list)),
                ("language", models.CharField(blank=True, max_length=100)),
                ("interpreter", models.CharField(blank=True, max_length=200)),
                ("material", models.JSONField(blank=True, default=list)),
                ("understanding_checked", models.BooleanField(default=False)),
                ("understanding_how", models.TextField(blank=True)),
                ("wants_to_happen", models.TextField(blank=True)),
                (
                    "position",
                    models.CharField(
                        choices=[
                            ("obtained", "obtained"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("not_sought", "not_sought"),
                            ("not_possible", "not_possible"),
                            ("unknown", "unknown"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("reason_words", models.TextField(blank=True)),
                ("given_by", models.CharField(blank=True, max_length=14)),
                ("giver_name", models.CharField(blank=True, max_length=200)),
                ("giver_authority", models.CharField(blank=True, max_length=300)),
                (
                    "giver_is_source",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                ("parents_differ", models.TextField(blank=True)),
                ("child_competence", models.TextField(blank=True)),
                (
                    "capacity",
                    models.CharField(
                        choices=[
                            ("has", "has"),
                            ("lacks", "lacks"),
                            ("fluctuating", "fluctuating"),
                            ("not_assessed", "not_assessed"),
                            ("unknown", "unknown"),
                        ],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                ("capacity_note", models.TextField(blank=True)),
                (
                    "safe_to_ask",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                (
                    "safe_to_inform",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                (
                    "safe_to_inform_child",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                (
                    "safe_to_tell_partners",
                    models.CharField(
                        choices=[("true", "true"), ("false", "false"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=7,
                    ),
                ),
                ("covers_recipients", models.JSONField(blank=True, default=list)),
                ("covers_purposes", models.JSONField(blank=True, default=list)),
                ("covers_tier", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("covers_labels", models.JSONField(blank=True, default=list)),
                ("boundaries", models.JSONField(blank=True, default=list)),
                ("must_not_know", models.JSONField(blank=True, default=list)),
                ("written", models.BooleanField(default=False)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("copy_given", models.BooleanField(default=False)),
                ("copy_note", models.CharField(blank=True, max_length=300)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revisit_at", models.DateTimeField(blank=True, null=True)),
                ("revisit_when", models.JSONField(blank=True, default=list)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversations",
                        to="cases.case",
                    ),
                ),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="consent.conversation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "-recorded_at"], name="conversation_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "position__in",
                                (
                                    "obtained",
                                    "refused",
                                    "withdrawn",
                                    "not_sought",
                                    "not_possible",
                                    "unknown",
                                ),
                            )
                        ),
                        name="consent_position_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("position__in", ("not_sought", "not_possible")), _negated=True
                            ),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("reason_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consent_not_asked_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("position", "obtained"), _negated=True),
                            models.Q(("covers_tier__isnull", False), ("expires_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="consent_obtained_is_bounded",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("follows", None)),
                        fields=("case",),
                        name="consent_first_once",
                    ),
                ],
            },
        ),
    ]
