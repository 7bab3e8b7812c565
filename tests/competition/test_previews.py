"""A call as its audiences see it, for those who prepare it: true to the real pages, and with nothing to be sent."""

import pytest
from django.test import Client

from competition.enums import AccessMode, ProgrammeRole
from competition.models import Call, Sketch
from scoring.models import Assessment
from tests import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
AUDIENCES = ("public", "agency", "juror")


@pytest.fixture(params=[True, False], ids=["published", "draft"])
def call(request):
    return factories.make_call(publish=request.param)


def preview(call, audience, language="en", role="owner"):
    url = url_of("workspace:preview", call, audience)
    return staff_client(call.programme, role).get(url, {"language": language})


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(("language", "title"), [("en", "Call "), ("nb", "Utlysning ")])
def test_every_audience_sees_the_call_in_every_language(call, audience, language, title):
    response = preview(call, audience, language)

    page = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in page
    assert title in page
    assert 'name="robots" content="noindex"' in page
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "form-action 'none'" in response["Content-Security-Policy"]
    assert [page.count(f'{url_of("workspace:preview", call, one)}?language={language}"') for one in AUDIENCES] == [
        1,
        1,
        1,
    ]
    assert [page.count(f'href="?language={one}"') for one in call.languages] == [1, 1]


def test_the_public_page_is_drawn_as_if_published_and_nothing_is_written():
    call = factories.make_call(publish=False)

    page = preview(call, "public").content.decode()

    assert "What do you need that nobody sells?" in page
    assert "Preview: nobody else sees this page" in page
    assert Call.objects.get(pk=call.pk).published_at is None
    assert Client().get(f"/en/calls/{call.slug}/").status_code == 404


def test_the_agency_sees_the_start_and_the_whole_form(call):
    page = preview(call, "agency").content.decode()

    assert "Which organisation applies?" in page
    assert "Your organisation" in page
    assert all(f'name="{code}' in page for code in call.questions.values_list("code", flat=True))


def test_the_agency_meets_the_code_where_the_call_asks_for_one():
    call = factories.set_instants(factories.make_call(publish=False), access=AccessMode.CODE)

    page = preview(call, "agency").content.decode()

    assert "An invitation code is needed" in page
    assert "Which organisation applies?" not in page


def test_the_juror_sees_an_example_with_every_criterion_and_nothing_is_stored(call):
    page = preview(call, "juror").content.decode()

    assert "An example sketch" in page
    assert all(f'name="grade-{code}"' in page for code in call.criteria.values_list("code", flat=True))
    assert "autosave.js" not in page
    assert not Sketch.objects.exists()
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nothing_can_be_posted(call, audience):
    client = staff_client(call.programme)

    assert client.post(url_of("workspace:preview", call, audience), {"next": "1"}).status_code == 405


def test_an_unknown_audience_is_not_found_and_an_unknown_language_is_the_main_one(call):
    assert preview(call, "nobody").status_code == 404
    assert '<html lang="en"' in preview(call, "public", "xx\x00").content.decode()


@pytest.mark.parametrize("role", ProgrammeRole.values)
def test_everybody_on_the_owners_side_may_look(role):
    assert preview(factories.make_call(publish=False), "juror", role=role).status_code == 200


@pytest.mark.parametrize("audience", AUDIENCES)
def test_queries_are_the_same_with_many_sketches(audience):
    call = factories.make_call()
    client = staff_client(call.programme)
    few = queries_of(client, url_of("workspace:preview", call, audience))
    for _number in range(4):
        factories.make_submitted_sketch(call=call)

    assert queries_of(client, url_of("workspace:preview", call, audience)) == few


def test_overview_and_checklist_lead_to_the_previews():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    link = url_of("workspace:preview", call, "public").encode()
    assert link in client.get(url_of("workspace:overview", call)).content
    assert link in client.get(url_of("workspace:publish", call)).content
