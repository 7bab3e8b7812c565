"""What public pages of calls ask for, so that a Wagtail page needs no code of its own."""

from __future__ import annotations

import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from competition.models import Call, Programme
from competition.selectors import call_list, call_page, programme_page, public
from competition.structured_data import call_data
from notifications.links import absolute

register = template.Library()

# Inside a script element the browser reads no entities, and "</script>" would end it wherever it stands.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag(takes_context=True)
def call_facts(context, call: Call) -> call_page.CallFacts:
    """{% call_facts page.call as facts %}"""
    request = context.get("request")
    return call_page.call_facts(call, getattr(request, "user", None), timezone.now())


@register.simple_tag
def call_addresses(call: Call) -> list[tuple[str, str]]:
    """{% call_addresses page.call as addresses %}: (code, address) of the other languages that the call has."""
    return [(code, url) for code, url in call_page.addresses_of(call) if code != get_language()]


@register.simple_tag
def programme_facts(programme: Programme) -> programme_page.ProgrammeFacts:
    """{% programme_facts page.programme as facts %}"""
    return programme_page.programme_facts(programme, timezone.now())


@register.simple_tag
def programme_news(page: Page) -> list[Page]:
    """{% programme_news page as news %}: nothing for a programme that has no page in the language."""
    return programme_page.programme_news(page) if getattr(page, "pk", None) else []


@register.filter
def with_host(path: str) -> str:
    """{{ url|with_host }}: the whole address, for print."""
    return absolute(path)


@register.simple_tag
def calls_by_public_state() -> public.CallGroups:
    """{% calls_by_public_state as groups %}: groups.open, groups.coming, groups.closed."""
    return public.calls_by_public_state(timezone.now())


@register.simple_tag(takes_context=True)
def listed_calls(context) -> call_list.ListedCalls:
    """{% listed_calls as listed %}: the calls that the address asks for."""
    request = context["request"]
    return call_list.listed_calls(request.GET, get_language() or "", timezone.now())


@register.filter
def public_label(call: Call) -> str:
    """{{ call|public_label }}: what the public is told about where the call stands."""
    return str(public.public_label(call, timezone.now()))


@register.inclusion_tag("competition/includes/section.html")
def shown(section) -> dict:
    """Render a part that an app above has registered, with the context it gave."""
    return {"template": section.template, **section.context}


@register.simple_tag
def call_json_ld(call: Call) -> SafeString:
    """{% call_json_ld call %}: the call for search engines, as data that no browser runs."""
    data = call_data(call, reverse("competition:call", args=[call.slug]), get_language() or call.default_language)
    escaped = SafeString(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False).translate(_ESCAPES))
    return format_html('<script type="application/ld+json">{}</script>', escaped)
