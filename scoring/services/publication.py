"""Making known who sits in a jury."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.models import Call
from competition.services.revisions import merged
from scoring.models import JuryPublication


@transaction.atomic
def publish_jury(
    *,
    by: User,
    call: Call,
    is_published: bool,
    objections_until: dt.date | None = None,
    expected_revision: int | None = None,
    seen: Mapping[str, str] | None = None,
) -> JuryPublication:
    """Show the jury to everybody, or no longer, and say until when agencies may object.

    Objections that are open stay open. Raises NotAllowed, StaleEdit (see services.revisions).
    """
    require("scoring.manage_jury", by, call)
    JuryPublication.objects.get_or_create(call=call)
    row = JuryPublication.objects.select_for_update().get(call=call)
    wanted = {"is_published": is_published, "objections_until": objections_until}
    present = {name: getattr(row, name) for name in wanted}
    kept = merged(present=present, wanted=wanted, seen=seen, expected=expected_revision, count=row.revision)
    changes = {name: value for name, value in kept.items() if value != present[name]}
    if not changes:
        return row
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    row.save(update_fields=[*changes, "revision"])
    audit.record(call=call, action="scoring.publish_jury", by=by, fields=sorted(changes))
    return row
