"""What the owner should look at about who may write in a call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import rules
from django.urls import reverse
from django.utils.translation import gettext as _

from competition.enums import AccessMode, Phase
from competition.models import Call
from competition.selectors.codes import usable_codes
from competition.selectors.exceptions import running_exceptions
from competition.workspace import HubWarning


def access_warnings(call: Call, user, now: dt.datetime) -> Iterator[HubWarning]:
    """A call by code without a code that can be used, and an exception that keeps the formal check open."""
    if not rules.has_perm("competition.manage_access", user, call):
        return
    url = reverse("workspace:access", args=[call.pk])
    phase = call.phase_at(now)
    by_code = call.access == AccessMode.CODE and phase in (Phase.DRAFT, Phase.ANNOUNCED, Phase.OPEN)
    if by_code and not usable_codes(call, now).exists():
        yield HubWarning(_("The call is open by code only, and there is no code that can be used."), url)
    if phase == Phase.FORMAL_CHECK:
        for exception in running_exceptions(call):
            text = _("%(name)s may still hand in, by an exception.") % {"name": exception.organisation}
            yield HubWarning(text, url)
