"""Blocks that point to a call or hold a table."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from home.blocks import ContentBlocks, TableBlock
from home.models import NewsIndexPage, NewsPage
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db
FEES = {
    "caption": "What a pilot costs",
    "columns": [{"type": "text", "heading": "What"}, {"type": "number", "heading": "Hours"}],
    "rows": [{"values": ["<p>Workshop</p>", "12"]}],
}


@pytest.fixture
def site():
    cache.clear()
    return ensure_site_tree(hostname="testserver")


def shown(client, *body):
    index = NewsIndexPage.objects.get(locale__language_code="en")
    page = NewsPage(title="News", locale=index.locale, body=list(body))
    index.add_child(instance=page)
    return client.get(page.get_url()).content.decode()


def teased(client, call):
    html = shown(client, ("call", {"page": call.pages.get(locale__language_code="en"), "text": "Read this."}))
    return html[html.index("sk-teaser") :].partition("</aside>")[0] if "sk-teaser" in html else ""


def moved(call, **days):
    now = timezone.now()
    return factories.set_instants(call, **{name: now + dt.timedelta(days=number) for name, number in days.items()})


def test_an_open_call_is_teased_with_its_deadline_and_address(site, client):
    call = factories.make_call(title_en="Safe nights")

    html = teased(client, call)

    assert f'<a href="/en/calls/{call.slug}/">Safe nights</a></p>' in html
    assert "Read this." in html
    assert f'datetime="{call.deadline.isoformat()}"' in html
    assert "closed" not in html


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"opens_at": 2}, "Opens"),
        ({"deadline": -0.1}, "The call is closed."),
        ({"cancelled_at": -0.1}, "This call is cancelled. Nothing can be handed in."),
        ({"archived_at": -0.1, "deadline": -0.5}, "The call is closed."),
    ],
)
def test_a_teaser_says_where_the_call_stands_now(site, client, days, words):
    call = moved(factories.make_call(), **days)

    assert words in teased(client, call)


def test_a_call_that_is_not_published_is_not_teased(site, client):
    call = moved(factories.make_call(), published_at=1)

    assert teased(client, call) == ""


def test_a_table_has_caption_headings_and_its_own_scroll(site, client):
    html = shown(client, ("table", {"table": FEES, "first_names_row": True}))

    assert '<div class="sk-table" role="region" aria-label="What a pilot costs" tabindex="0">' in html
    assert "<caption>What a pilot costs</caption>" in html
    assert '<th scope="col">What</th><th scope="col" class="sk-number">Hours</th>' in html
    assert '<th scope="row"><p>Workshop</p></th><td class="sk-number">12</td>' in html


@pytest.mark.parametrize(
    "changed",
    [
        {"caption": " "},
        {"columns": [{"type": "text", "heading": ""}, {"type": "number", "heading": "Hours"}]},
        {"rows": []},
    ],
)
def test_a_table_without_caption_headings_or_cells_is_refused_at_the_table(changed):
    block = TableBlock()

    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python({"table": FEES | changed, "first_names_row": True}))

    assert list(refused.value.block_errors) == ["table"]


def test_a_table_is_found_by_search():
    blocks = ContentBlocks()
    stream = blocks.to_python([{"type": "table", "value": {"table": FEES, "first_names_row": True}}])

    assert "Workshop" in " ".join(blocks.get_searchable_content(stream))
