"""Search over calls and pages."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from competition.enums import Phase
from competition.models import Call, CallListPage, Enquiry
from home.models import ContentPage
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db

QUERIES = 9


@pytest.fixture(autouse=True)
def _site():
    cache.clear()
    ensure_site_tree(hostname="testserver")
    with translation.override("en"):
        yield


def ask(client, words=None, language="en", status=200):
    with translation.override(language):
        response = client.get(reverse("home:search"), {} if words is None else {"q": words})
    assert response.status_code == status
    return response


def found(client, words, language="en"):
    """(titles of calls, titles of pages)"""
    result = ask(client, words, language).context["found"]
    assert (len(result.calls), len(result.pages)) == (result.calls_count, result.pages_count)
    with translation.override(language):
        return [call.title for call in result.calls], [page.title for page in result.pages]


def test_without_a_question_there_is_the_form(client):
    html = ask(client).content.decode()

    assert 'role="search"' in html
    assert "Nothing was found" not in html
    assert '<meta name="robots" content="noindex">' in html


@pytest.mark.parametrize("field", ["title_en", "summary_en", "body_en"])
def test_calls_are_found_by_every_text_even_inside_a_word(client, field):
    call = factories.make_call(**{field: "Clean drinkingwater for 100%_of us"})
    factories.make_call()

    assert found(client, "WATER clean") == ([call.title_en], [])
    assert found(client, "100%_of") == ([call.title_en], [])
    assert found(client, "water missing") == ([], [])


def test_a_call_is_found_once_and_in_the_language_of_the_page(client):
    call = factories.make_call(title_en="Clean zebrawater", title_nb="Rent sebravann", languages=["en", "nb"])

    assert found(client, "zebrawater") == ([call.title_en], [])
    assert found(client, "sebravann") == ([], [])
    assert found(client, "sebravann", "nb") == ([call.title_nb], [])


def test_where_a_text_is_missing_the_nearest_one_is_searched_as_it_is_shown(client):
    call = factories.make_call(title_nb="Rent sebravann")

    assert found(client, "sebravann", "sv") == ([call.title_nb], [])


def test_titles_come_first(client):
    body = factories.make_call(body_en="zebra")
    title = factories.make_call(title_en="Zebra")

    assert found(client, "zebra")[0] == [title.title_en, body.title_en]


def test_pages_are_found_by_title_and_text_in_the_language_of_the_page(client):
    page = ContentPage.objects.get(slug="how-it-works")
    page.body = [("paragraph", "<p>All about <b>giraffes</b></p>")]
    page.save_revision().publish()

    assert found(client, "giraffes") == ([], [page.title])
    assert found(client, page.title)[1] == [page.title]
    assert found(client, "giraffes", "nb") == ([], [])


def test_only_what_is_published_is_found(client):
    factories.make_call(publish=False, title_en="Zebra one")
    archived = factories.call_in_phase(Phase.ARCHIVED, title_en="Zebra two")
    hidden, restricted = ContentPage.objects.filter(locale__language_code="en")
    for page in (hidden, restricted):
        page.introduction = "Zebra"
        page.save_revision().publish()
    hidden.unpublish()
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)

    assert archived.archived_at
    assert found(client, "zebra") == ([], [])


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Write what you are looking for."),
        ("   \t ", "Write what you are looking for."),
        ("x" * 101, "at most 100 characters"),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_bad_input_is_answered_plainly(client, words, answer):
    html = ask(client, words, status=422).content.decode()

    assert answer in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize(
    "words", ["'", '"', "a & b | !c", "(((", "\\", "%", ":*", "<b>", "\U0001f992", "- -", "a" * 100]
)
def test_odd_signs_are_only_signs(client, words):
    html = ask(client, words).content.decode()

    assert "Nothing was found" in html
    assert "<b>" not in html


@pytest.mark.parametrize("number", [1, 3])
def test_query_count(client, django_assert_num_queries, number):
    for _n in range(number):
        factories.make_call(title_en="Sketches of zebras")
    for page in ContentPage.objects.filter(locale__language_code="en")[:number]:
        page.introduction = "zebras"
        page.save_revision().publish()
    ask(client, "zebras")

    with django_assert_num_queries(QUERIES):
        ask(client, "zebras")


def test_no_more_than_fifty_are_shown_and_the_page_says_so(client):
    for _n in range(51):
        factories.make_call(title_en="Zebra")

    response = ask(client, "zebra")

    assert len(response.context["found"].calls) == 50
    assert "Calls (51)" in response.content.decode()
    assert "Only the first 50" in response.content.decode()


def test_one_can_search_from_the_list_of_calls(client):
    html = client.get(CallListPage.objects.get(locale__language_code="en").get_url()).content.decode()

    assert 'role="search"' in html
    assert 'type="search"' in html


def test_published_answers_are_found_and_nothing_that_waits(client):
    call, now = factories.make_call(), timezone.now()
    texts = {"question_en": "May counties take part?", "answer_en": "Yes, with a municipality."}
    common = {"call": call, "text": "?", "language": "en", "asked_at": now}
    Enquiry.objects.create(number=1, published_at=now, **texts, **common)
    Enquiry.objects.create(**texts, **common)

    html = ask(client, "counties municip").content.decode()

    assert html.count("May counties take part?") == 1
    assert f"/en/calls/{call.slug}/questions/?q=counties%20municip" in html
    Call.objects.filter(pk=call.pk).update(archived_at=now)
    assert "May counties" not in ask(client, "counties municip").content.decode()
