"""Builds the page trees: one front page per language, with the pages every site of this kind needs."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from competition.models import CallListPage
from home.models import ContentPage, GuidePage, HomePage, LessonsIndexPage, NewsIndexPage
from home.standing import standing_texts

# Key in pages.json, whether the page stands in the menu.
PAGES_OF_THEIR_OWN = (("guide", GuidePage, True), ("news", NewsIndexPage, True), ("lessons", LessonsIndexPage, True))
CONTENT_PAGES = (("about", True), ("accessibility", False))


@transaction.atomic
def ensure_site_tree(*, hostname: str = "localhost", port: int = 80, site_name: str = "Skisse") -> HomePage:
    """Make sure that every language has its front page, list of calls and standing pages.

    Safe to run again: what an editor has changed is left alone. Returns the front page of the main language.
    """
    locales = [
        Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
    ]
    locales.sort(key=lambda locale: locale.language_code != settings.LANGUAGE_CODE)  # the main language first
    root = Page.objects.filter(depth=1).get()
    main = _front_page(root, locales[0], None)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port, site.root_page, site.site_name = hostname, port, main, site_name
    site.save()
    for locale in locales:
        front = _front_page(root, locale, main)
        calls = standing_texts()["calls"][locale.language_code]
        _child(front, CallListPage, "calls", in_menu=True, introduction=calls["introduction"])
        for key, in_menu in CONTENT_PAGES:
            text = standing_texts()[key][locale.language_code]
            _child(front, ContentPage, key, in_menu=in_menu, introduction=text["introduction"], body=text["body"])
        for key, model, in_menu in PAGES_OF_THEIR_OWN:
            text = standing_texts()[key][locale.language_code]
            _child(front, model, key, in_menu=in_menu, introduction=text["introduction"], body=text["body"])
    # Wagtail's first migration leaves a welcome page where the site's root was.
    for welcome in Page.objects.filter(depth=2, slug="home", content_type__model="page"):
        welcome.delete()
    return main


def _front_page(root: Page, locale: Locale, main: HomePage | None) -> HomePage:
    existing = HomePage.objects.filter(locale=locale).first()
    if existing is not None:
        return existing
    text = standing_texts()["home"][locale.language_code]
    page = HomePage(
        title=text["title"], slug=f"skisse-{locale.language_code}", introduction=text["introduction"], locale=locale
    )
    if main is not None:
        page.translation_key = main.translation_key
    root.refresh_from_db()
    root.add_child(instance=page)
    return page


def _child(front: HomePage, model: type[Page], key: str, *, in_menu: bool, **fields) -> Page:
    """The standing page `key` below a front page; translations of one page share their translation key."""
    texts = standing_texts()[key]
    text = texts[front.locale.language_code]
    existing = model.objects.filter(locale=front.locale, slug=text["slug"]).first()
    if existing is not None:
        return existing
    twin = model.objects.filter(slug__in=[other["slug"] for other in texts.values()]).first()
    if "body" in fields:
        fields["body"] = [(kind, value) for kind, value in fields["body"]]
    page = model(title=text["title"], slug=text["slug"], locale=front.locale, show_in_menus=in_menu, **fields)
    if twin is not None:
        page.translation_key = twin.translation_key
    front.refresh_from_db()
    front.add_child(instance=page)
    return page
