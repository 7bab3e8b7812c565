"""What public pages of calls ask for, so that a Wagtail page needs no code of its own."""

from __future__ import annotations

from django import template
from django.utils import timezone

from competition.models import Call
from competition.selectors import public

register = template.Library()


@register.simple_tag(takes_context=True)
def call_facts(context, call: Call) -> public.CallFacts:
    """{% call_facts page.call as facts %}"""
    request = context.get("request")
    return public.call_facts(call, getattr(request, "user", None), timezone.now())


@register.simple_tag
def calls_by_public_state() -> public.CallGroups:
    """{% calls_by_public_state as groups %}: groups.open, groups.coming, groups.closed."""
    return public.calls_by_public_state(timezone.now())


@register.filter
def public_label(call: Call) -> str:
    """{{ call|public_label }}: what the public is told about where the call stands."""
    return str(public.public_label(call, timezone.now()))


@register.inclusion_tag("competition/includes/section.html")
def shown(section) -> dict:
    """Render a part that an app above has registered, with the context it gave."""
    return {"template": section.template, **section.context}
