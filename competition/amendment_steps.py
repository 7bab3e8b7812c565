"""What the hub of a call says about changes that wait."""

from __future__ import annotations

import datetime as dt

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competition.amendment_rules import runs_by_amendment
from competition.models import Call
from competition.selectors.amendments import gathering_of
from competition.workspace import NextAction


def publish_amendment_step(call: Call, user, now: dt.datetime) -> NextAction | None:
    """Changes that were gathered and that nobody has been told of."""
    if not runs_by_amendment(call, now) or not rules.has_perm("competition.manage_call", user, call):
        return None
    gathering = gathering_of(call)
    if gathering is None or not gathering.changes:
        return None
    count = len(gathering.changes)
    text = ngettext("%(count)s change waits to be published.", "%(count)s changes wait to be published.", count)
    url = reverse("workspace:amendment_review", args=[call.pk])
    return NextAction(_("Publish the amendment"), text % {"count": count}, url, 15, _("Look through and publish"))
