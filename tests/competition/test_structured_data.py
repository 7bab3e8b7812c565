"""What a call's page tells machines: schema.org data, and the preview where its address is shared."""

import datetime as dt
import json
import re
import zoneinfo

import pytest
from django.urls import reverse
from django.utils import translation

from competition.enums import Phase
from competition.models import CallListPage
from home.models import HomePage
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def page(client, call, language="en"):
    with translation.override(language):
        return client.get(reverse("competition:call", args=[call.slug])).content.decode()


def data(html):
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(found)


def test_the_page_has_the_call_in_the_words_of_schema_org(client, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://skisse.example.org"
    zone = zoneinfo.ZoneInfo("Europe/Oslo")
    deadline = dt.datetime(2027, 5, 3, 13, tzinfo=zone)
    call = factories.make_call(budget="4000000.00", deadline=deadline, eligible_kinds=["municipality"])
    address = f"https://skisse.example.org/en/calls/{call.slug}/"
    owner = {"@type": "GovernmentOrganization", "name": call.programme.organisation.name}

    found = data(page(client, call))

    assert found == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": call.permanent_id.urn,
        "name": call.title_en,
        "description": call.summary_en,
        "url": address,
        "inLanguage": "en",
        "startDate": call.opens_at.astimezone(zone).isoformat(),
        "endDate": "2027-05-03T13:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": owner | {"email": "programme@example.com"},
        "audience": [{"@type": "Audience", "audienceType": "Municipality"}],
        "isAccessibleForFree": True,
        "funding": {
            "@type": "MonetaryGrant",
            "funder": owner,
            "amount": {"@type": "MonetaryAmount", "currency": "NOK", "value": "4000000.00"},
        },
    }


def test_the_data_speaks_the_language_of_the_page(client):
    call = factories.make_call()

    found = data(page(client, call, "nb"))

    assert (found["name"], found["inLanguage"]) == (call.title_nb, "nb")


def test_a_cancelled_call_is_told_as_one(client):
    assert data(page(client, factories.call_in_phase(Phase.CANCELLED)))["eventStatus"].endswith("/EventCancelled")


def test_what_somebody_wrote_cannot_leave_the_data(client):
    evil = "</script><script>alert('&')</script><!-- \u2028 \" \\"
    call = factories.make_call(title_en=evil, summary_en=evil)

    html = page(client, call)

    assert data(html)["name"] == evil
    assert "<script>alert" not in html


def test_the_preview_has_title_text_language_and_picture(client):
    ensure_site_tree(hostname="testserver")
    call = factories.make_call(title_en='Water "lost"', summary_en="A & B")

    html = page(client, call)
    tags = dict(re.findall(r'<meta property="(og:[a-z:_]+)" content="([^"]*)">', html))

    assert tags == {
        "og:type": "website",
        "og:site_name": "Skisse",
        "og:title": "Water &quot;lost&quot;",
        "og:description": "A &amp; B",
        "og:locale": "en_GB",
        "og:url": f"http://testserver/en/calls/{call.slug}/",
        "og:image": "http://testserver/static/img/share.png",
        "og:image:width": "1200",
        "og:image:height": "630",
    }
    assert f'href="/en/calls/{call.slug}/calendar.ics"' in html


@pytest.mark.parametrize("model", [HomePage, CallListPage])
def test_front_page_and_list_lead_to_the_feed(client, model):
    ensure_site_tree(hostname="testserver")

    html = client.get(model.objects.get(locale__language_code="en").get_url()).content.decode()

    assert '<link rel="alternate" type="application/atom+xml" title="Skisse" href="/en/calls.atom">' in html
    assert '<meta property="og:locale" content="en_GB">' in html


# Of the vocabulary (https://schema.org, release 29) what a call is told in: type -> property -> what may stand there.
TEXT, ADDRESS, INSTANT, YES_NO = str, "URL", "DateTime", bool
ORGANISATION = {"name": TEXT, "email": TEXT}
VOCABULARY = {
    "Event": {
        "name": TEXT,
        "description": TEXT,
        "url": ADDRESS,
        "inLanguage": TEXT,
        "startDate": INSTANT,
        "endDate": INSTANT,
        "eventStatus": {"https://schema.org/EventScheduled", "https://schema.org/EventCancelled"},
        "eventAttendanceMode": {"https://schema.org/OnlineEventAttendanceMode"},
        "location": ["VirtualLocation"],
        "organizer": ["GovernmentOrganization"],
        "audience": ["Audience"],
        "isAccessibleForFree": YES_NO,
        "funding": ["MonetaryGrant"],
    },
    "VirtualLocation": {"url": ADDRESS},
    "GovernmentOrganization": ORGANISATION,
    "Audience": {"audienceType": TEXT},
    "MonetaryGrant": {"funder": ["GovernmentOrganization"], "amount": ["MonetaryAmount"]},
    "MonetaryAmount": {"currency": TEXT, "value": TEXT},
}
NEEDED_BY_SEARCH_ENGINES = {"name", "startDate", "location"}


def faults(value, expected, place):
    """What in the data the vocabulary does not know, as a list of places."""
    if isinstance(value, list):
        return [fault for one in value for fault in faults(one, expected, place)]
    if isinstance(expected, list):
        kind = value.get("@type") if isinstance(value, dict) else None
        if kind not in expected:
            return [f"{place}: {kind}"]
        own = {name: inner for name, inner in value.items() if not name.startswith("@")}
        unknown = [f"{place}.{name}: unknown" for name in own if name not in VOCABULARY[kind]]
        known = [name for name in own if name in VOCABULARY[kind]]
        return unknown + [fault for n in known for fault in faults(own[n], VOCABULARY[kind][n], f"{place}.{n}")]
    if isinstance(expected, set):
        return [] if value in expected else [f"{place}: {value}"]
    if expected == ADDRESS:
        return [] if re.match(r"https?://[^/]+/", value) else [f"{place}: {value}"]
    if expected == INSTANT:
        return [] if dt.datetime.fromisoformat(value).tzinfo else [f"{place}: {value}"]
    return [] if isinstance(value, expected) else [f"{place}: {value!r}"]


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.DRAFT])
@pytest.mark.parametrize("fields", [{}, {"budget": "4000000.00"}])
def test_the_data_keeps_to_the_vocabulary_in_every_phase(client, phase, fields):
    found = data(page(client, factories.call_in_phase(phase, **fields)))

    assert found["@context"] == "https://schema.org"
    assert faults(found, ["Event"], "Event") == []
    assert found.keys() >= NEEDED_BY_SEARCH_ENGINES


def test_the_check_of_the_vocabulary_sees_what_is_wrong():
    wrong = {"@type": "Event", "title": "?", "startDate": "2027-01-01T12:00:00", "organizer": {"@type": "Person"}}

    assert faults(wrong, ["Event"], "Event") == [
        "Event.title: unknown",
        "Event.startDate: 2027-01-01T12:00:00",
        "Event.organizer: Person",
    ]
