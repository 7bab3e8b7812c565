"""Calls as the public meets them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from competition import public_sections
from competition.enums import AmendmentKind, Phase
from competition.models import CallListPage, CallPage
from competition.selectors import public
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def address(call):
    return reverse("competition:call", args=[call.slug])


def test_a_call_without_pages_is_shown_all_the_same(client):
    call = factories.make_call(min_organisations=2, body_en="About it", questions_until=timezone.now())

    shown = client.get(address(call))

    assert shown.status_code == 200
    assert all(
        part in shown.content.decode()
        for part in (call.title_en, "About it", "State agency", reverse("competition:start", args=[call.slug]))
    )


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.DRAFT])
def test_the_page_opens_in_every_phase_and_offers_a_start_only_when_open(client, phase):
    call = factories.call_in_phase(phase)

    shown = client.get(address(call))

    assert shown.status_code == 200
    assert (reverse("competition:start", args=[call.slug]) in shown.content.decode()) == (phase == Phase.OPEN)


def test_an_unpublished_call_is_not_there(client):
    assert client.get(address(factories.make_call(publish=False))).status_code == 404


def test_publishing_makes_one_page_per_language_below_its_list(client):
    ensure_site_tree()
    call = factories.make_call(languages=["en", "nb"])

    pages = CallPage.objects.filter(call=call).order_by("locale__language_code")
    response = client.get(address(call))

    assert [(page.locale.language_code, page.title, page.live) for page in pages] == [
        ("en", call.title_en, True),
        ("nb", call.title_nb, True),
    ]
    assert len({page.translation_key for page in pages}) == 1
    assert pages[0].get_url() == address(call)
    assert response.context["page"] == pages[0]
    assert call.title_en in response.content.decode()


def test_through_the_tree_one_is_sent_to_the_short_address(client):
    ensure_site_tree()
    call = factories.make_call()
    page = CallPage.objects.get(call=call, locale__language_code="en")

    response = client.get(f"{page.get_parent().get_url()}{page.slug}/")

    assert (response.status_code, response["Location"]) == (302, address(call))


def test_a_language_the_call_has_not_shows_the_nearest_text(client):
    ensure_site_tree()
    call = factories.make_call()

    with translation.override("sv"):
        response = client.get(address(call))

    assert call.title_nb in response.content.decode()


def test_an_old_revision_of_a_page_changes_no_date_question_or_criterion(client):
    ensure_site_tree()
    call = factories.make_call()
    page = CallPage.objects.filter(call=call).first()
    page.title = "As it was"
    old = page.save_revision()
    later = call.deadline + dt.timedelta(days=7)
    gather_changes(call, title_en="Clearer", deadline=later)
    gather_changes(call, "question", "need", label_en="What is needed?", max_chars=123)
    gather_changes(call, "criterion", "need", weight=12, guide_en="Look closely.")
    publish(call, kind=AmendmentKind.CHANGE)
    standing = CallPage.objects.get(pk=page.pk)
    standing.title = "As it is"
    standing.save_revision().publish()

    old.publish()

    call.refresh_from_db()
    question, criterion = call.questions.get(code="need"), call.criteria.get(code="need")
    assert CallPage.objects.get(pk=page.pk).title == "As it was"
    assert (call.title_en, call.deadline) == ("Clearer", later)
    assert (question.label_en, question.max_chars) == ("What is needed?", 123)
    assert (criterion.weight, criterion.guide_en) == (12, "Look closely.")
    assert call.amendments.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_query_count_of_the_page_in_the_tree(client, number):
    ensure_site_tree()
    call = next(iter([factories.make_call() for _n in range(number)]))
    client.get(address(call))
    call.questions.filter(code="need").update(required=True)  # what was kept is the page no more

    with CaptureQueriesContext(connection) as captured:
        client.get(address(call))

    assert len(captured) == 7, [query["sql"] for query in captured.captured_queries]


def test_the_list_groups_calls_by_what_one_can_do(client):
    ensure_site_tree()
    groups = {phase: factories.call_in_phase(phase) for phase in (Phase.OPEN, Phase.ANNOUNCED, Phase.ASSESSMENT)}
    factories.make_call(publish=False)

    found = public.calls_by_public_state(timezone.now())
    page = client.get(CallListPage.objects.get(locale__language_code="en").get_url())

    assert (found.open, found.coming, found.closed) == tuple([call] for call in groups.values())
    assert all(call.title_en in page.content.decode() for call in groups.values())


def test_the_sealed_root_is_public(client):
    sketch = factories.make_submitted_sketch()
    factories.close(sketch.call)

    shown = client.get(address(sketch.call)).content.decode()

    assert sketch.call.receipt_tree.root in shown


def test_apps_above_may_put_in_sections(client, monkeypatch):
    monkeypatch.setattr(public_sections, "_sections", {})
    public_sections.register(
        public_sections.Section(
            "x", "criteria", "components/alert.html", lambda call, user, now: {"text": f"Criteria of {call.slug}"}
        )
    )
    public_sections.register(public_sections.Section("y", "result", "missing.html", lambda **_all: None))
    call = factories.make_call()

    assert f"Criteria of {call.slug}" in client.get(address(call)).content.decode()
