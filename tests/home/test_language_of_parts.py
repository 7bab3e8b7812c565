"""Text in another language than the page's carries it (WCAG 2.2, success criterion 3.1.2)."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from competition.templatetags.spoken import lang_attribute
from scoring.selectors.public import public_result
from scoring.services import letters
from tests import factories as base
from tests.competition.exceptions import grant, hours
from tests.scoring import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db
TITLE = "A call with a name of its own"


@pytest.fixture
def in_swedish(client):
    cache.clear()
    ensure_site_tree(hostname="testserver")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "sv"
    with translation.override("sv"):
        yield


def unmarked(response, text):
    """What stands around the text where no element that holds nothing else gives its language; [] where all is well."""
    body = re.sub(r"<head>.*?</head>|<script.*?</script>", "", response.content.decode(), flags=re.DOTALL)
    starts = [found.start() for found in re.finditer(re.escape(text), body)]
    assert starts, f"{text} is not on the page"
    around = [body[max(0, start - 120) : start] for start in starts]
    return [before for before in around if not re.search(r'<\w+[^>]* lang="en"[^>]*>\s*(<p>)?$', before)]


@pytest.mark.parametrize("path", ["/sv/", "/sv/utlysningar/", "/sv/search/?q=name+of+its+own"])
def test_a_call_without_the_readers_language_is_marked_in_lists(client, in_swedish, path):
    base.make_call(title_en=TITLE, title_nb="", languages=["en"])

    response = client.get(path)

    assert unmarked(response, TITLE) == []


def test_a_text_in_the_readers_language_is_not_marked(client, in_swedish):
    base.make_call(title_sv=TITLE, languages=["en", "sv"])

    response = client.get("/sv/")

    assert f'/">{TITLE}</a>' in response.content.decode()


def test_sketches_and_reasons_of_a_result_are_marked(client, in_swedish):
    call = factories.make_decided(title_en=TITLE, title_nb="", languages=["en"])
    by = factories.staff(call)
    letters.send_letters(by=by, call=call)
    letters.publish_result(by=by, call=call)
    result = public_result(slug=call.slug)

    response = client.get(reverse("home:result", args=[call.slug]))

    texts = [TITLE, result.jury_reasons, result.awarded[0].reasons, base.TEXT]
    assert f'<span lang="en">{result.awarded[0].title}</span></h3>' in response.content.decode()
    assert [unmarked(response, text) for text in texts] == [[]] * len(texts)


def test_the_reason_of_an_exception_is_marked(client, in_swedish):
    call = base.make_call(languages=["en"], title_en=TITLE, title_nb="")
    grant(call, base.make_organisation(), closes_at=hours(24 * 70), reasons={"en": "Their post office burned down."})

    response = client.get(reverse("competition:call", args=[call.slug]))

    assert unmarked(response, "Their post office burned down.") == []


def test_a_cancelled_calls_reason_is_marked(client, in_swedish):
    call = base.make_call(languages=["en"], title_en=TITLE, title_nb="")
    base.set_instants(call, cancelled_at=call.opens_at, cancelled_reason="There is no money left.")

    response = client.get(reverse("competition:call", args=[call.slug]))

    assert unmarked(response, "There is no money left.") == []


def test_an_agency_sees_the_language_of_its_sketch_and_call(client, in_swedish):
    sketch = base.make_submitted_sketch(call=base.make_call(title_en=TITLE, title_nb="", languages=["en"]))
    type(sketch).objects.filter(pk=sketch.pk).update(language="en")
    client.force_login(base.writer_of(sketch))

    mine = client.get(reverse("competition:sketch_list"))
    one = client.get(reverse("competition:sketch", args=[sketch.reference]))

    assert [unmarked(page, text) for page in (mine, one) for text in (TITLE, sketch.title)] == [[]] * 4


def test_a_juror_sees_the_language_of_sketches(client, in_swedish):
    call = factories.make_assigned(sketches=2, jurors=3, languages=["en"], title_nb="")
    juror = call.jurors.select_related("user").first()
    client.force_login(juror.user)
    sketch = factories.own_assessments(juror)[0].sketch

    pages = [
        client.get(reverse("scoring:queue", args=[call.slug])),
        client.get(reverse("scoring:assess", args=[call.slug, sketch.reference])),
    ]

    assert [unmarked(page, text) for page, text in zip(pages, (sketch.title, base.TEXT), strict=True)] == [[], []]


@pytest.mark.parametrize(("language", "attribute"), [("en", ' lang="en"'), ("sv", ""), ("", "")])
def test_the_attribute_stands_only_where_languages_differ(language, attribute):
    with translation.override("sv"):
        assert lang_attribute(language) == attribute
