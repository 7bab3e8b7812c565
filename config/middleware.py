"""The content security policy: strict where the public is, looser where Wagtail's admin needs it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware import locale
from django.utils import translation
from django.utils.cache import patch_vary_headers

ADMIN_PREFIX = "/admin/"

STRICT = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Wagtail's admin writes style attributes and elements at run time, keeps small configuration in inline scripts, shows
# previews in frames and uploads from blob: addresses. Only people with a workspace ever get this policy.
ADMIN = STRICT | {
    "img-src": "'self' data: blob:",
    "style-src": "'self' 'unsafe-inline'",
    "script-src": "'self' 'unsafe-inline'",
    "frame-src": "'self'",
    "frame-ancestors": "'self'",
    "worker-src": "'self' blob:",
}


def header(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class ContentSecurityPolicyMiddleware:
    """Sets the header unless a view has set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_dummy", False):  # Wagtail renders a page inside an admin request, which comes by later
            return response
        policy = ADMIN if request.path_info.startswith(ADMIN_PREFIX) else STRICT
        response.headers.setdefault("Content-Security-Policy", header(policy))
        return response


class LocaleMiddleware(locale.LocaleMiddleware):
    """Django's, except that what is not found in the admin is not looked for among the public pages."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.path_info.startswith(ADMIN_PREFIX):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
