"""What the pages about people and organisations share."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.errors import InvalidInput


def next_page(request: HttpRequest) -> str:
    """Where the person came from, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else ""


def with_next(target: str) -> str:
    """The query that carries the target on; empty without one."""
    return f"?{urlencode({'next': target})}" if target else ""


def add_errors(form, refused: InvalidInput) -> None:
    for field, message in refused.errors.items():
        form.add_error(field if field in form.fields else None, message)
