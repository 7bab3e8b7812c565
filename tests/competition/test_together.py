"""Two people at one page of a sketch."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from competition import presence
from competition.services.sketches import save_answers
from home.demo import travel
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def sketch():
    return factories.make_sketch()


@pytest.fixture
def writer(client, sketch):
    user = factories.writer_of(sketch)
    client.force_login(user)
    return user


def page(sketch, code="need", name="section"):
    return reverse(f"competition:{name}", args=[sketch.reference, code])


def hidden(response):
    """What the form of the page sends along."""
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', response.content.decode())
    return {name: value.replace("&quot;", '"') for name, value in found if name != "csrfmiddlewaretoken"}


def stored(sketch, code="need"):
    return sketch.answers.get(question__code=code).value


# --- Who is here ---------------------------------------------------------------------------------------------------


def here(sketch, user, name, *, beats=True):
    return presence.here(sketch=sketch, code="need", page=name, user=user, beats=beats)


def test_colleagues_see_each_other_and_a_second_tab(sketch):
    one, other = factories.make_user(name="One"), factories.make_user(name="Other")

    alone, two, back = here(sketch, one, "a"), here(sketch, other, "b"), here(sketch, one, "a")
    second_tab = here(sketch, one, "c")

    assert alone == []
    assert two == [presence.Other("One", is_oneself=False)]
    assert back == [presence.Other("Other", is_oneself=False)]
    assert second_tab == [presence.Other("Other", is_oneself=False), presence.Other("One", is_oneself=True)]


def test_who_left_or_was_not_heard_of_is_not_here(sketch):
    one, other = factories.make_user(), factories.make_user()
    here(sketch, one, "a")
    here(sketch, one, "b")

    presence.gone(sketch=sketch, code="need", page="a")
    at_once = here(sketch, other, "c")
    with travel.at(timezone.now() + dt.timedelta(seconds=presence.BEATING + 1)):
        later = here(sketch, other, "c")

    assert len(at_once) == 1
    assert later == []


def test_without_a_script_an_own_page_may_have_been_left_and_a_colleagues_counts(sketch):
    one, other = factories.make_user(), factories.make_user()
    here(sketch, one, "a", beats=False)

    assert here(sketch, one, "b", beats=False) == []
    assert here(sketch, other, "c", beats=False) == [presence.Other("", is_oneself=False)]


def test_page_says_who_has_it_open_and_its_script_hears_of_them(client, writer, sketch):
    here(sketch, factories.add_colleague(sketch, name="Kari"), "theirs")

    shown = client.get(page(sketch)).content.decode()
    heard = client.post(page(sketch, name="presence"), {"page": "mine"}).json()
    left = client.post(page(sketch, name="presence"), {"page": "mine", "gone": "1"})

    assert "Kari has this page open too" in shown
    assert "Kari has this page open too" in heard["others"]
    assert left.status_code == 204


@pytest.mark.parametrize(("code", "data"), [("nothing", {"page": "x"}), ("need", {})])
def test_presence_of_no_page_is_not_there(client, writer, sketch, code, data):
    assert client.post(page(sketch, code, "presence"), data).status_code == 404


def test_presence_sends_as_many_statements_whatever_else_there_is(
    client, writer, sketch, django_assert_max_num_queries
):
    for _n in range(3):
        factories.make_sketch(call=sketch.call, by=writer)
    client.get(page(sketch))

    with django_assert_max_num_queries(5):
        client.post(page(sketch, name="presence"), {"page": "mine"})


# --- By the form's own buttons -------------------------------------------------------------------------------------


def test_form_joins_changes_and_tells_what_came_in(client, writer, sketch):
    save_answers(by=writer, sketch=sketch, values={"need": "one\ntwo"})
    opened = hidden(client.get(page(sketch)))
    colleague = factories.add_colleague(sketch, name="Kari")
    save_answers(by=colleague, sketch=sketch, values={"need": "ONE\ntwo"})

    response = client.post(page(sketch), opened | {"need": "one\r\nTWO"})
    again = client.post(page(sketch), hidden(response) | {"need": "ONE\r\nTWO"})

    assert response.status_code == 200
    assert "Kari has changed" in response.content.decode()
    assert again.status_code == 302
    assert stored(sketch) == "ONE\nTWO"


def test_form_shows_both_texts_and_lets_one_choose(client, writer, sketch):
    opened = hidden(client.get(page(sketch)))
    save_answers(by=factories.add_colleague(sketch, name="Kari"), sketch=sketch, values={"need": "Theirs"})

    conflict = client.post(page(sketch), opened | {"need": "Mine"})
    shown = conflict.content.decode()
    used = client.post(page(sketch), hidden(conflict) | {"need": "Mine", "use": "need"})
    after_use = stored(sketch)
    kept = client.post(page(sketch), hidden(conflict) | {"need": "Mine", "keep": "need"})

    assert conflict.status_code == 409
    assert all(text in shown for text in ("Theirs", "Mine", "Kari has changed", "data-paused"))
    assert (used["Location"], after_use) == (page(sketch), "Theirs")
    assert (kept["Location"], stored(sketch)) == (page(sketch), "Mine")


def test_form_with_one_answer_in_conflict_saves_the_others(client, writer, sketch):
    opened = hidden(client.get(page(sketch, "facts")))
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"title": "Theirs"})

    response = client.post(page(sketch, "facts"), opened | {"title": "Mine", "topics": ["health"]})

    assert response.status_code == 409
    assert (stored(sketch, "title"), stored(sketch, "topics")) == ("Theirs", ["health"])


def test_form_leaves_what_one_did_not_change_as_the_other_has_it(client, writer, sketch):
    opened = hidden(client.get(page(sketch, "facts")))
    save_answers(by=factories.add_colleague(sketch), sketch=sketch, values={"topics": ["water"]})

    response = client.post(page(sketch, "facts"), opened | {"title": "Mine", "topics": factories.ANSWERS["topics"]})

    assert response.status_code == 200
    assert (stored(sketch, "title"), stored(sketch, "topics")) == ("Mine", ["water"])
