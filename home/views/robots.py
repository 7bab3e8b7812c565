"""What search engines are told: where everything public is, and where they need not look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from home.selectors import public_addresses
from notifications.links import absolute

PRIVATE = ("/admin/", "/*/accounts/", "/*/invitations/", "/*/jury/", "/*/my/", "/*/search/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {absolute(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in every language it has, after sitemaps.org; Django's own template writes it."""
    context = {"urlset": public_addresses(timezone.now())}
    response = render(request, "sitemap.xml", context, content_type="application/xml")
    response.headers["X-Robots-Tag"] = "noindex"  # the list itself is nothing to find
    return response
