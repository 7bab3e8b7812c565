"""Filters of the owner's workspace."""

import datetime as dt

from django import template

from competition.models import InvitationCode
from competition.selectors import codes

register = template.Library()


@register.filter
def shown_code(code: str) -> str:
    """{{ code.code|shown_code }} -> ABCD-EFGH."""
    return codes.shown_code(code)


@register.filter
def uses(code: InvitationCode) -> list[tuple[str, dt.datetime]]:
    """{% for name, instant in code|uses %}: who has used a code, and when."""
    return codes.uses_of(code)
