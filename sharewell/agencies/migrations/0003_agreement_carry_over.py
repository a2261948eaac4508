"""Give each agreement its keeper, each version its digest, and those that were superseded their end."""

import hashlib
from typing import Any

from django.db import migrations


def carry_over(apps: Any, schema_editor: object) -> None:
    agreement_model = apps.get_model("agencies", "Agreement")
    for agreement in agreement_model.objects.all():
        brought = list(agreement.versions.exclude(state="draft").order_by("number"))
        for version, after in zip(brought, [*brought[1:], None], strict=True):
            ends = [version.ends_at] if version.ends_at else []
            ends += [max(after.starts_at, version.starts_at)] if after else []
            version.state, version.ends_at = "in_force", min(ends, default=None)
            version.save()
        for version in agreement.versions.all():
            version.digest = hashlib.sha256(version.text.encode()).hexdigest()
            version.save()
            agreement.keeper = agreement.keeper or version.parties.order_by("slug").first()
        agreement.save()


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_agreement_times")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
