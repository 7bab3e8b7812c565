"""Drafts of an assignment beside computing them: throwing one away."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.guards import require
from accounts.models import User
from competition import audit
from scoring.errors import NotReady
from scoring.models import AssignmentRun


@transaction.atomic
def delete_draft(*, by: User, run: AssignmentRun) -> None:
    """Throw a draft away, with what was changed in it by hand.

    Raises NotReady for one that is published (it says why jurors have what they have) or is being computed.
    """
    require("scoring.run_assignment", by, run.call)
    row = AssignmentRun.objects.select_for_update(of=("self",)).select_related("call").filter(pk=run.pk).first()
    if row is None:
        return
    if row.published_at is not None:
        raise NotReady(_("This assignment is published. It stays, as the reason for who judges what."))
    if not row.is_over:
        raise NotReady(_("This draft is being computed. Wait until it is done."))
    audit.record(call=row.call, action="scoring.delete_assignment", by=by, run=str(row.key))
    row.delete()
