"""Guide, news and lessons: pages in every language, with blocks of text that anybody can read."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.cache import cache
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from home.models import GuidePage, LessonsIndexPage, NewsIndexPage, NewsPage
from home.navigation import menu
from tests.site import ensure_site_tree

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def site(db):
    cache.clear()
    return ensure_site_tree(hostname="testserver")


def english(model):
    return model.objects.get(locale__language_code="en")


@pytest.mark.parametrize("model", [GuidePage, NewsIndexPage, LessonsIndexPage])
def test_every_language_has_the_page_and_its_translations_know_each_other(site, client, model):
    pages = list(model.objects.all())

    assert {page.locale.language_code for page in pages} == set(LANGUAGES)
    assert len({page.translation_key for page in pages}) == 1
    assert {client.get(page.get_url()).status_code for page in pages} == {200}


def test_guide_has_its_steps_and_its_chapters(site, client):
    guide = english(GuidePage)
    guide.add_child(instance=GuidePage(title="Budgets", locale=guide.locale))

    html = client.get(guide.get_url()).content.decode()

    assert html.count('<li><p class="ds-heading"') == 6
    assert "Budgets" in html


def test_news_stand_newest_first_and_drafts_stay_out(site, client):
    index = english(NewsIndexPage)
    for day, title in ((1, "Older"), (9, "Newer"), (5, "Draft")):
        page = NewsPage(title=title, date=dt.date(2027, 1, day), locale=index.locale, live=title != "Draft")
        index.add_child(instance=page)

    html = client.get(index.get_url()).content.decode()

    assert html.index("Newer") < html.index("Older")
    assert "Draft" not in html
    assert '<time datetime="2027-01-09">' in html


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_blocks_are_drawn_with_what_assistive_technology_needs(site, client):
    index = english(NewsIndexPage)
    picture = get_image_model().objects.create(title="A file name", file=get_test_image_file())
    page = NewsPage(
        title="All blocks",
        locale=index.locale,
        body=[
            ("advice", {"text": "Ask the users first.", "source": "A municipality"}),
            ("picture", {"image": picture, "alt": "Three people at a table", "caption": "A workshop"}),
            ("links", {"links": [{"text": "Read on", "page": None, "url": "https://example.org/"}]}),
        ],
    )
    index.add_child(instance=page)

    html = client.get(page.get_url()).content.decode()

    assert 'alt="Three people at a table"' in html
    assert "<blockquote><p>Ask the users first.</p></blockquote>" in html
    assert '<a href="https://example.org/">Read on</a>' in html


def test_an_empty_list_says_so(site, client):
    html = client.get(english(LessonsIndexPage).get_url()).content.decode()

    assert "Nothing has been published here yet." in html


def test_menu_stays_short(site):
    assert len(menu("en").items) <= 6
