"""What is to be done by a named person by when."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from sharewell.agencies.models import Account, Agency
from sharewell.cases.models.case import Case


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks, done and waiting."""

    def waiting(self) -> TaskQuerySet:
        """Those that are not done."""
        return self.filter(done_at=None)


class Task(models.Model):
    """Something a named person does by a moment; late ones go up to the on-call manager."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="tasks")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=40)  # an id of packs/tasks.yaml
    about_id = models.UUIDField(null=True, blank=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tasks")
    note = models.CharField(max_length=500, blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    deferred_from = models.DateTimeField(null=True, blank=True)
    defer_reason = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner", "due_at"], name="task_waiting", condition=Q(done_at=None)
            ),
            models.Index(fields=["due_at"], name="task_clock", condition=Q(done_at=None)),
            models.Index(fields=["about_id", "kind"], name="task_about"),
        ]
