"""Who may write in a call beside the rule for everybody: the mode of access, and exceptions for one agency."""

from __future__ import annotations

from accounts.models import Organisation
from competition.errors import NeedsCode, NotEligible
from competition.models import Call
from competition.selectors.access import needs_code, why_not_eligible


def require_eligible(call: Call, organisation: Organisation) -> None:
    """Raise NotEligible, or NeedsCode where only the invitation code is missing."""
    if reason := why_not_eligible(call, organisation):
        raise NotEligible(reason)
    if needs_code(call, organisation):
        raise NeedsCode
