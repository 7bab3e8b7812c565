"""The formal check in the workspace: nothing happens before a page that lists what will happen."""

import pytest

from competition.enums import ProgrammeRole, SketchState
from tests import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db

# Seven of these are the admin's own frame: who is signed in, permissions, languages, the menu.
QUERIES = {"workspace:sketches": 12, "workspace:overview": 17, "workspace:letters": 11, "workspace:log": 12}


@pytest.fixture
def closed():
    call = factories.make_call()
    sketches = [factories.make_submitted_sketch(call=call, title=f"Sketch {n}") for n in range(3)]
    return factories.close(call), sketches


def states(call):
    return sorted(call.sketches.values_list("state", flat=True))


def test_admitting_many_goes_through_a_page_with_the_list(closed):
    call, sketches = closed
    client = staff_client(call.programme, ProgrammeRole.CASE_OFFICER)
    chosen = {"ref": [sketch.reference for sketch in sketches[:2]]}
    url = url_of("workspace:admit", call)

    page = client.get(url, chosen)

    assert [sketch.reference for sketch in page.context["sketches"]] == chosen["ref"]
    assert states(call) == [SketchState.SUBMITTED] * 3

    client.post(url, chosen)

    assert states(call) == [SketchState.ADMITTED] * 2 + [SketchState.SUBMITTED]


def test_admitting_nothing_says_so(closed):
    call, _sketches = closed
    client = staff_client(call.programme)

    response = client.get(url_of("workspace:admit", call), follow=True)

    assert b"Choose at least one sketch" in response.content


def test_admitting_before_the_deadline_is_refused_with_a_message():
    sketch = factories.make_submitted_sketch()
    client = staff_client(sketch.call.programme)

    response = client.post(url_of("workspace:admit", sketch.call), {"ref": [sketch.reference]}, follow=True)

    assert b"after the deadline" in response.content
    assert states(sketch.call) == [SketchState.SUBMITTED]


def test_the_formal_check_is_completed_when_everything_is_decided(closed):
    call, sketches = closed
    client = staff_client(call.programme)
    url = url_of("workspace:complete_check", call)

    waiting = client.get(url)
    client.post(url)
    call.refresh_from_db()

    assert len(waiting.context["undecided"]) == 3
    assert call.formal_check_completed_at is None

    client.post(url_of("workspace:admit", call), {"ref": [sketch.reference for sketch in sketches]})
    client.post(url)
    call.refresh_from_db()

    assert call.formal_check_completed_at is not None


def test_search_and_state_narrow_the_list(closed):
    call, sketches = closed
    client = staff_client(call.programme)
    url = url_of("workspace:sketches", call)

    by_title = client.get(url, {"q": "sketch 1"}).context["rows"]
    by_reference = client.get(url, {"q": sketches[2].reference.lower()}).context["rows"]
    by_state = client.get(url, {"state": "dismissed"}).context["rows"]

    assert [row.reference for row in by_title] == [sketches[1].reference]
    assert [row.reference for row in by_reference] == [sketches[2].reference]
    assert by_state == []


def test_a_sketch_shows_the_version_that_counts(closed):
    call, sketches = closed
    client = staff_client(call.programme)

    page = client.get(url_of("workspace:sketch", call, sketches[0].reference))

    answers = {answer.code: answer.text for answer in page.context["answers"]}
    assert answers["title"] == "Sketch 0"
    assert answers["need"] == factories.TEXT


@pytest.mark.parametrize("name", ["workspace:sketches", "workspace:overview", "workspace:letters", "workspace:log"])
def test_queries_do_not_grow_with_the_call(name):
    call = factories.make_call()
    factories.make_submitted_sketch(call=call)
    client = staff_client(call.programme)
    few = queries_of(client, url_of(name, call))
    for _number in range(4):
        factories.make_submitted_sketch(call=call)

    assert queries_of(client, url_of(name, call)) == few == QUERIES[name]


def test_the_list_of_calls_asks_the_same_at_any_length():
    programme = factories.make_programme()
    factories.make_call(programme=programme)
    client = staff_client(programme)
    few = queries_of(client, "/admin/calls/")
    for _number in range(4):
        factories.make_call(programme=programme)

    assert queries_of(client, "/admin/calls/") == few == 11


def test_fifty_rows_stay_light():
    call = factories.make_call()
    for _number in range(50):
        factories.make_submitted_sketch(call=call)
    factories.close(call)

    response = staff_client(call.programme).get(url_of("workspace:sketches", call))

    assert len(response.context["rows"]) == 50
    assert len(response.content) < 60_000
