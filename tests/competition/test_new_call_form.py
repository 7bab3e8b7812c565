"""A new call's settings: whose they are, and that nobody gets others unknowingly."""

import datetime as dt

import pytest

from competition.enums import ProgrammeRole
from competition.models import Call
from tests import factories
from tests.workspace_client import staff_client

pytestmark = pytest.mark.django_db
CREATE = "/admin/calls/new/"
SETTINGS = ("languages", "default_language", "timezone", "eligible_kinds", "jurors_per_sketch")


@pytest.fixture
def source():
    """An older call whose settings are none of the form's own."""
    return factories.make_call(
        languages=["da", "sv"],
        default_language="da",
        title_da="Sidste år",
        publish=False,
        timezone="Europe/Copenhagen",
        eligible_kinds=["company"],
        jurors_per_sketch=5,
    )


@pytest.fixture
def client(source):
    return staff_client(source.programme)


def sent_by(page, **typed):
    """What a browser would send back of the form, with the hidden fields."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | typed


def settings_in(form):
    return {name: form[name].value() for name in SETTINGS}


def settings_of(call):
    return {name: getattr(call, name) for name in SETTINGS}


class TestFillingIn:
    def test_the_form_takes_the_settings_and_keeps_what_was_typed(self, client, source):
        typed = sent_by(client.get(CREATE), source=source.pk, title="Next year", slug="next", fill="1")

        page = client.post(CREATE, typed | {"deadline": "2031-08-21T11:00"})

        form = page.context["form"]
        assert page.status_code == 200
        assert settings_in(form) == settings_of(source)
        assert (form["title"].value(), form["slug"].value()) == ("Next year", "next")
        assert form["deadline"].value() == "2031-08-21T11:00"
        assert Call.objects.count() == 1

    def test_what_is_filled_in_becomes_a_call_like_the_older_one(self, client, source):
        page = client.post(CREATE, sent_by(client.get(CREATE), source=source.pk, title="Next year", fill="1"))

        made = client.post(CREATE, sent_by(page))

        assert made.status_code == 302
        assert settings_of(Call.objects.get(slug="next-year")) == settings_of(source)

    def test_without_an_older_call_the_usual_settings_come_back(self, client, source):
        page = client.post(CREATE, sent_by(client.get(f"{CREATE}?copy={source.pk}"), source="", fill="1"))

        assert page.context["form"]["languages"].value() == ["nb", "nn"]

    @pytest.mark.parametrize("asked", ["9" * 30, "x", "-1", "\x00"])
    def test_nonsense_fills_in_nothing(self, client, asked):
        page = client.post(CREATE, sent_by(client.get(CREATE), source=asked, programme=asked, fill="1"))

        assert page.status_code == 200


class TestOtherSettings:
    def test_a_chosen_call_whose_settings_differ_asks_first(self, client, source):
        typed = sent_by(client.get(CREATE), source=source.pk, title="Next year", languages=["nb", "sv"])

        asked = client.post(CREATE, typed)

        form = asked.context["form"]
        assert asked.status_code == 422
        assert form.errors["languages"] == ["In the older call: Dansk, Svenska"]
        assert "source" in form.errors
        assert form["languages"].value() == ["nb", "sv"]
        assert Call.objects.count() == 1

    def test_creating_again_keeps_what_was_chosen(self, client, source):
        typed = sent_by(client.get(CREATE), source=source.pk, title="Next year", languages=["nb", "sv"])
        asked = client.post(CREATE, typed)

        made = client.post(CREATE, sent_by(asked))

        assert made.status_code == 302
        assert Call.objects.get(slug="next-year").languages == ["nb", "sv"]

    def test_the_same_settings_ask_nothing(self, client, source):
        typed = sent_by(client.get(CREATE), source=source.pk, title="Next year", **settings_of(source))

        assert client.post(CREATE, typed).status_code == 302


class TestHour:
    @pytest.fixture
    def late(self, source, client):
        programme = factories.make_programme(name="A late one", deadline_hour=dt.time(23, 30))
        factories.add_role(programme, client.staff, ProgrammeRole.CALL_MANAGER)
        return programme

    def test_an_untouched_deadline_follows_the_chosen_programme(self, client, source, late):
        typed = sent_by(client.get(CREATE), title="Next year", programme=source.programme_id)

        asked = client.post(CREATE, typed)

        form = asked.context["form"]
        assert asked.status_code == 422
        assert form["deadline"].value() == typed["deadline"][:11] + "13:00"
        assert client.post(CREATE, sent_by(asked)).status_code == 302

    def test_a_typed_deadline_is_kept(self, client, source, late):
        typed = sent_by(client.get(CREATE), title="Next year", deadline="2031-08-21T11:00")

        assert client.post(CREATE, typed | {"programme": source.programme_id}).status_code == 302

    def test_filling_in_proposes_the_hour_of_the_calls_programme(self, client, source, late):
        first = client.get(CREATE)

        filled = client.post(CREATE, sent_by(first, source=source.pk, fill="1"))

        assert first.context["form"]["deadline"].value().endswith("23:30")
        assert filled.context["form"]["deadline"].value().endswith("13:00")
        assert filled.context["form"]["programme"].value() == source.programme_id


@pytest.mark.parametrize(
    ("own", "usual"), [(["nb", "nn", "sv"], ["nb", "nn"]), (["da", "en"], ["da", "en"]), (["nn"], ["nn"])]
)
def test_a_new_call_begins_with_languages_of_its_programme(own, usual):
    client = staff_client(factories.make_programme(languages=own))

    form = client.get(CREATE).context["form"]

    assert form["languages"].value() == usual
    assert form["default_language"].value() == usual[0]
