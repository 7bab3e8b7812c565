"""Context that every page has."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from home import navigation as nav
from home.demo.people import logins


def navigation(request: HttpRequest) -> dict:
    """Menu, language switch and addresses for base.html; nothing is read unless a template asks for it."""
    language = get_language() or settings.LANGUAGE_CODE
    menu = SimpleLazyObject(lambda: nav.menu(language))
    same = SimpleLazyObject(lambda: nav.same_page(request))
    return {
        "home_url": f"/{language}/",
        "nav_items": SimpleLazyObject(
            lambda: [(label, url, request.path.startswith(url)) for label, url in menu.items if url]
        ),
        "language_links": SimpleLazyObject(lambda: nav.language_links(request, same)),
        "alternates": SimpleLazyObject(lambda: nav.alternates(same)),
        "accessibility_url": SimpleLazyObject(lambda: menu.accessibility_url),
        "my_url": reverse("home:tasks"),
    }


def demo(request: HttpRequest) -> dict:
    """The demo's logins for the sign-in page, where the demo is allowed at all."""
    return {"demo_logins": SimpleLazyObject(logins) if settings.DEMO_ALLOWED else []}
