"""What the demo's editors have written stands in every language, or says that it does not."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache

from home.demo.pages import publish_pages, texts
from home.models import GuidePage, LessonPage, LessonsIndexPage, NewsIndexPage, NewsPage
from tests.site import ensure_site_tree

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture
def site(db):
    cache.clear()
    ensure_site_tree(hostname="testserver")
    publish_pages()


def in_language(model, language):
    return model.objects.filter(locale__language_code=language)


def test_every_page_has_an_address_and_its_translations_know_each_other(site, client):
    pages = [*NewsPage.objects.all(), *LessonPage.objects.all(), *GuidePage.objects.filter(depth=4)]

    assert len(pages) == sum(len(set(LANGUAGES) & entry.keys()) for entries in texts().values() for entry in entries)
    assert len({page.translation_key for page in pages}) == sum(len(entries) for entries in texts().values())
    assert {client.get(page.get_url()).status_code for page in pages} == {200}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_show_everything_in_the_readers_language_or_the_nearest(site, client, language):
    news = in_language(NewsIndexPage, language).get().entries()
    lessons = in_language(LessonsIndexPage, language).get().entries()

    spoken = [page.locale.language_code for page in lessons]
    assert [page.locale.language_code for page in news] == [language] * 2
    assert [page.date for page in lessons] == sorted((page.date for page in lessons), reverse=True)
    assert spoken[:2] == [language] * 2
    assert spoken[2] == {"nb": "sv", "nn": "sv", "da": "sv", "sv": "sv", "en": "en"}[language]


def test_a_lesson_that_is_not_written_in_the_readers_language_says_so(site, client):
    index = in_language(LessonsIndexPage, "da").get()
    foreign = in_language(LessonPage, "sv").get(slug="dela-behovet")

    html = client.get(index.get_url()).content.decode()

    assert f'<a href="{foreign.get_url()}" hreflang="sv"><span lang="sv">{foreign.title}</span></a>' in html
    assert html.count('hreflang="sv"><span') == 1


def test_from_a_page_that_is_missing_one_gets_to_the_list_it_stands_in(site, client):
    foreign = in_language(LessonPage, "sv").get(slug="dela-behovet")

    response = client.get(foreign.get_url())

    links = {code: url for code, _name, url, _current in response.context["language_links"]}
    assert links["nn"] == in_language(LessonsIndexPage, "nn").get().get_url()
    assert links["en"] == foreign.get_translations().get(locale__language_code="en").get_url()
    assert set(re.findall('rel="alternate" hreflang="(..)"', response.content.decode())) == {"en"}


def test_no_language_is_missing_but_where_the_text_tells_of_it():
    missing = {
        (key, place): set(LANGUAGES) - entry.keys()
        for key, entries in texts().items()
        for place, entry in enumerate(entries)
        if set(LANGUAGES) - entry.keys()
    }

    assert missing == {("lessons", 2): {"nb", "nn", "da"}}


def test_the_list_takes_as_many_queries_at_any_length(site, client, django_assert_max_num_queries):
    index = in_language(LessonsIndexPage, "en").get()
    client.get(index.get_url())
    for number in range(10):
        index.add_child(instance=LessonPage(title=f"Lesson {number}", locale=index.locale))

    with django_assert_max_num_queries(12):
        client.get(index.get_url())
