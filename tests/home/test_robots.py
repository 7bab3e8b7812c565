"""What search engines may read, and what they are kept from."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from wagtail.models import PageViewRestriction

from competition.enums import Phase
from competition.models import ProgrammePage
from competition.services.programme_pages import ensure_programme_pages
from home.models import ContentPage
from tests import factories
from tests.site import ensure_site_tree

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SITE = "https://skisse.example.org"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def site(db, settings):
    cache.clear()
    settings.WAGTAILADMIN_BASE_URL = SITE
    return ensure_site_tree(hostname="skisse.example.org", port=443)


def sitemap(client):
    """address -> {language: address}"""
    response = client.get("/sitemap.xml")
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    entries = ET.fromstring(response.content).findall(f"{MAP}url")
    found = {
        entry.findtext(f"{MAP}loc"): {each.get("hreflang"): each.get("href") for each in entry.findall(LINK)}
        for entry in entries
    }
    assert len(found) == len(entries)  # nothing twice
    return found


def test_pages_of_every_language_know_their_translations(client, site):
    found = sitemap(client)

    fronts = {code: f"{SITE}/{code}/" for code in LANGUAGES}
    assert len(found) == 7 * len(LANGUAGES)
    assert all(found[address] == fronts for address in fronts.values())
    assert all(set(alternates) == set(LANGUAGES) for alternates in found.values())


def test_a_call_stands_once_in_each_of_its_languages(client, site):
    call = factories.make_call(languages=["en", "nb"])
    addresses = {code: f"{SITE}/{code}/calls/{call.slug}/" for code in ("en", "nb")}

    found = {address: alternates for address, alternates in sitemap(client).items() if call.slug in address}

    assert found == dict.fromkeys(addresses.values(), addresses)


def test_a_published_result_is_there_too(client, site):
    call = factories.call_in_phase(Phase.COMPLETED)

    assert f"{SITE}/en/calls/{call.slug}/result/" in sitemap(client)


def test_what_is_not_public_is_not_there(client, site):
    factories.make_call(publish=False, slug="hidden-call")
    hidden, restricted = ContentPage.objects.filter(locale__language_code="en")
    hidden.unpublish()
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)

    text = " ".join(sitemap(client))

    assert "hidden-call" not in text
    assert hidden.slug not in text
    assert restricted.slug not in text
    assert not re.search(r"/(my|jury|accounts|admin)/", text)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_the_sitemap(client, site, django_assert_num_queries, number):
    for _n in range(number):
        factories.make_call()
    client.get("/sitemap.xml")

    with django_assert_num_queries(6):  # restrictions and pages, the same of programmes and themselves, calls
        client.get("/sitemap.xml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_robots_are_kept_from_what_is_private(client, site, language):
    call = factories.make_call()
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    with translation.override(language):
        private = [
            reverse("home:tasks"),
            reverse("home:search"),
            reverse("competition:sketch_list"),
            reverse("scoring:jury_home"),
            reverse("account_login"),
            reverse("accounts:invitation", args=["token"]),
            reverse("workspace:list"),
        ]
        public = [reverse("competition:call", args=[call.slug]), reverse("competition:feed"), f"/{language}/"]
    rules = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]

    def kept_out(path):
        """The wildcard of RFC 9309, which Python's own parser does not know."""
        return any(re.match(re.escape(rule).replace(r"\*", ".*"), path) for rule in rules)

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert [path for path in private if not kept_out(path)] == []
    assert [path for path in public if kept_out(path)] == []


def test_a_programme_with_a_published_call_stands_in_each_language_of_its_name(client, site):
    named = factories.make_programme(name_nb="Programmet", name_en="The programme", name="The programme")
    factories.make_call(programme=named)
    unmet = factories.make_programme()
    ProgrammePage.objects.all().delete()
    addresses = {code: f"{SITE}/{code}/programmes/{named.slug}/" for code in ("en", "nb")}

    found = {address: others for address, others in sitemap(client).items() if "/programmes/" in address}

    assert {code: address for code, address in addresses.items() if address not in found} == {}
    assert all(set(addresses.items()) <= set(others.items()) for others in found.values())
    assert not any(unmet.slug in address for address in found)


def test_a_programme_with_pages_stands_in_each_language_of_its_pages(client, site):
    programme = factories.make_programme()
    ensure_programme_pages(programme=programme)
    codes = set(programme.pages.live().values_list("locale__language_code", flat=True))

    found = {address: others for address, others in sitemap(client).items() if "/programmes/" in address}

    assert codes <= {address.removeprefix(f"{SITE}/").partition("/")[0] for address in found}
    assert all(set(others) == {address.removeprefix(f"{SITE}/")[:2] for address in found} for others in found.values())


def test_a_programme_page_behind_a_restriction_stays_out(client, site):
    programme = factories.make_programme()
    ensure_programme_pages(programme=programme)
    page = programme.pages.get(locale__language_code="en")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert not any(address.startswith(f"{SITE}/en/programmes/") for address in sitemap(client))
