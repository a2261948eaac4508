"""The tables of the evidence log.

Four are append-only and one is a queue; triggers in the database hold both (migrations 0002 and 0003). No
column holds personal data, and no foreign key leaves this room: erasing a record elsewhere leaves
the proof whole.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """The exact bytes of one entry, written in the transaction of the act it proves."""

    id = models.UUIDField(primary_key=True, editable=False)
    data = models.BinaryField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return self.id.hex


class Pending(models.Model):
    """An entry that has no index yet, in order of arrival; the sequencer empties it.

    Without it, finding what has no index would cost a search through the whole log.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="pending")

    class Meta:
        verbose_name_plural = "pending"

    def __str__(self) -> str:
        return self.entry_id.hex


class Sequenced(models.Model):
    """The index of an entry in the log: 0, 1, 2 and so on without a gap, for ever."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sequenced")

    class Meta:
        verbose_name_plural = "sequenced"

    def __str__(self) -> str:
        return str(self.index)


class Node(models.Model):
    """The hash of one complete subtree; see :mod:`sharewell.core.log.tree`."""

    pk = models.CompositePrimaryKey("level", "position")
    level = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.level}/{self.position}"


class Checkpoint(models.Model):
    """What the log said of itself at one size, signed: the exact bytes of a C2SP signed note."""

    size = models.BigIntegerField(primary_key=True)
    note = models.BinaryField()

    def __str__(self) -> str:
        return str(self.size)
