"""The two pages on which a code from a mail is typed: allauth's, and saying why when a code counts no more."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from allauth.account import views as allauth
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.views.common import next_page

_WAITING_LOGIN = "account_login"  # where allauth keeps a sign-in that waits for its code


@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The code that signs in."""
    return _explained(request, allauth.confirm_login_code)


@never_cache
@require_http_methods(["GET", "POST"])
def address_code(request: HttpRequest) -> HttpResponse:
    """The code that confirms an address."""
    return _explained(request, allauth.email_verification_sent)


def _explained(request: HttpRequest, page: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """allauth's answer; where it sends back to the beginning, with the reason and with the page one was going to."""
    going_to, said = _going_to(request), len(messages.get_messages(request))
    response = page(request)
    if request.user.is_authenticated or not isinstance(response, HttpResponseRedirect):
        return response
    beginnings = (reverse("account_request_login_code"), reverse("account_login"))
    if urlsplit(response.url).path not in beginnings:
        return response
    if len(messages.get_messages(request)) == said:
        messages.warning(request, _("The code has expired or was used already. Ask for a new one: it comes by mail."))
    query = f"?{urlencode({'next': going_to})}" if going_to else ""
    return HttpResponseRedirect(beginnings[0] + query)


def _going_to(request: HttpRequest) -> str:
    waiting = request.session.get(_WAITING_LOGIN)
    stashed = (waiting.get("redirect_url") if isinstance(waiting, dict) else "") or ""
    inside = url_has_allowed_host_and_scheme(stashed, allowed_hosts={request.get_host()})
    return next_page(request) or (stashed if inside else "")
