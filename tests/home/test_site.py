import pytest
from django.conf import settings
from django.core.cache import cache
from wagtail.models import Page, Site

from competition.models import CallListPage
from home.models import ContentPage, HomePage
from home.services import ensure_site_tree

# Two for the site's roots, the rest for route, page, locale and translations; nothing for the menu.
QUERIES_OF_A_CONTENT_PAGE = 8
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def site(db):
    cache.clear()
    return ensure_site_tree(hostname="testserver")


def test_every_language_has_its_pages_and_translations_know_each_other(site):
    for model in (HomePage, CallListPage):
        pages = model.objects.all()
        assert {page.locale.language_code for page in pages} == set(LANGUAGES)
        assert len({page.translation_key for page in pages}) == 1
    assert ContentPage.objects.count() == 2 * len(LANGUAGES)
    assert Site.objects.get().root_page.specific == site


def test_building_the_tree_again_changes_nothing(site):
    HomePage.objects.filter(pk=site.pk).update(title="Endret av en redaktør")
    before = list(Page.objects.order_by("pk").values_list("pk", "title", "path"))

    ensure_site_tree(hostname="testserver")

    assert list(Page.objects.order_by("pk").values_list("pk", "title", "path")) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_switch_stays_on_the_page(client, site, language):
    page = ContentPage.objects.get(
        locale__language_code=language,
        slug__in=("slik-virker-det", "slik-verkar-det", "saadan-fungerer-det", "sa-fungerar-det", "how-it-works"),
    )

    response = client.get(page.get_url())

    links = {code: url for code, _name, url, _current in response.context["language_links"]}
    assert response.status_code == 200
    for translation in page.get_translations(inclusive=True):
        assert links[translation.locale.language_code] == translation.get_url()


def test_language_switch_on_other_pages_keeps_address_and_query(client, site):
    response = client.get("/nb/accounts/login/?next=/nb/my/")

    links = {code: url for code, _name, url, _current in response.context["language_links"]}
    assert links["sv"] == "/sv/accounts/login/?next=/nb/my/"


def test_front_page_sends_a_visitor_to_a_language(client, site):
    response = client.get("/", headers={"accept-language": "da"})

    assert response.status_code == 302
    assert response.url == "/da/"


def test_a_renamed_page_is_renamed_in_the_menu(client, site):
    client.get("/nb/")
    page = ContentPage.objects.get(slug="slik-virker-det")
    page.title = "Slik gjør vi det"
    page.save_revision().publish()

    response = client.get("/nb/")

    assert "Slik gjør vi det" in [label for label, _url, _current in response.context["nav_items"]]


def test_menu_is_read_from_the_cache(client, site, django_assert_num_queries):
    page = ContentPage.objects.get(slug="slik-virker-det")
    client.get(page.get_url())

    # locale, site roots and route; the page; its translations
    with django_assert_num_queries(QUERIES_OF_A_CONTENT_PAGE):
        client.get(page.get_url())
