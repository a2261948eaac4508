"""The person at risk, as one agency knows them."""

from __future__ import annotations

import uuid

from django.db import models

from sharewell.agencies.models import Agency
from sharewell.cases.models.words import choices


class Person(models.Model):
    """A person at risk, as one agency knows them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200)
    birth_date = models.DateField(null=True, blank=True)
    age = models.PositiveSmallIntegerField(null=True, blank=True)  # in years, as said on age_on
    age_on = models.DateField(null=True, blank=True)
    subject_kind = models.CharField(max_length=5, choices=choices(("adult", "child")))
