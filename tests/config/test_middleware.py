from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import ContentSecurityPolicyMiddleware, LocaleMiddleware


def policy(path: str, response: HttpResponse | None = None) -> str:
    middleware = ContentSecurityPolicyMiddleware(lambda request: response or HttpResponse())
    return middleware(RequestFactory().get(path)).headers["Content-Security-Policy"]


def test_public_pages_allow_nothing_inline():
    assert policy("/nb/") == (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )


def test_the_admin_may_use_inline_scripts():
    assert "script-src 'self' 'unsafe-inline'" in policy("/admin/pages/")


def test_a_view_may_set_its_own():
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert policy("/nb/", own) == "sandbox"


def test_a_preview_inside_the_admin_may_be_framed_by_it():
    request = RequestFactory().get("/nb/")
    request.is_dummy = True  # as Wagtail's Page.make_preview_request has it

    response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(request)

    assert "Content-Security-Policy" not in response.headers


def test_what_is_not_found_in_the_admin_is_not_looked_for_among_the_public_pages():
    middleware = LocaleMiddleware(lambda request: HttpResponse(status=404))

    assert middleware(RequestFactory().get("/admin/calls/1/")).status_code == 404
    assert middleware(RequestFactory().get("/calls/1/")).status_code == 302
