"""The case officers' pages: queue, list of conditions beside the answers, and the two steps of a dismissal."""

import pytest

from competition.enums import ProgrammeRole, SketchState
from notifications.models import Letter
from tests import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
ALL_MET = {f"verdict_{name}": "met" for name in ("eligible", "partners", "endorsed", "answered", "language", "length")}


@pytest.fixture
def closed():
    call = factories.make_call()
    sketches = [factories.make_submitted_sketch(call=call, title=f"Sketch {number}") for number in range(2)]
    return factories.close(call), sketches


def state_of(sketch):
    sketch.refresh_from_db()
    return sketch.state


def test_an_officer_goes_through_the_queue(closed):
    call, (one, two) = closed
    client = staff_client(call.programme, ProgrammeRole.CASE_OFFICER)
    page = client.get(url_of("workspace:checks", call))
    assert [row.reference for row in page.context["rows"]] == [one.reference, two.reference]

    after = client.post(url_of("workspace:check", call, one.reference), ALL_MET | {"do": "admit"})

    assert after.url == url_of("workspace:check", call, two.reference)
    assert state_of(one) == SketchState.ADMITTED
    last = client.post(after.url, ALL_MET | {"do": "admit"})
    assert last.url == url_of("workspace:checks", call)


def test_what_was_typed_stays_where_something_is_missing(closed):
    call, (one, _two) = closed
    client = staff_client(call.programme, ProgrammeRole.CASE_OFFICER)

    page = client.post(url_of("workspace:check", call, one.reference), {"note_length": "Much too long", "do": "save"})

    assert page.status_code == 422
    assert "Choose a finding to go with the note." in page.content.decode()
    assert "Much too long" in page.content.decode()


def test_both_findings_are_shown_to_the_later_officer(closed):
    call, (one, _two) = closed
    url = url_of("workspace:check", call, one.reference)
    first, second = (staff_client(call.programme, ProgrammeRole.CASE_OFFICER) for _number in range(2))
    form = second.get(url).context["form"]
    hidden = {name: form[name].value() for name in ("revision", "seen")}
    first.post(url, {"verdict_length": "not_met", "note_length": "Theirs", "do": "save"})

    page = second.post(url, {"verdict_length": "met", "note_length": "Mine", "do": "save", **hidden})

    assert page.status_code == 422
    assert "Saved by somebody else: Theirs" in page.content.decode()
    assert "Mine" in page.content.decode()


def test_an_unmet_condition_begins_the_reason_and_the_letter_is_shown(closed):
    call, (one, _two) = closed
    client = staff_client(call.programme, ProgrammeRole.CASE_OFFICER)

    page = client.post(
        url_of("workspace:check", call, one.reference), {"verdict_partners": "not_met", "do": "dismiss"}, follow=True
    )
    shown = client.post(page.redirect_chain[-1][0], {"reason": "Two are needed.", "do": "preview"})

    assert "Enough organisations stand behind the sketch" in page.content.decode()
    assert [letter.recipient for letter in shown.context["letters"]] != []
    assert all("Two are needed." in letter.text for letter in shown.context["letters"])
    assert not Letter.objects.filter(kind="dismissal").exists()
    assert one.dismissal_proposals.count() == 0


def test_two_officers_dismiss_and_the_letter_is_the_one_that_was_shown(closed):
    call, (one, _two) = closed
    url = url_of("workspace:dismiss", call, one.reference)
    first, second = (staff_client(call.programme, ProgrammeRole.CASE_OFFICER) for _number in range(2))

    refused = first.post(url, {"reason": "  ", "do": "propose"})
    first.post(url, {"reason": "Not a public body.", "do": "propose"})
    own = first.post(url, {"do": "confirm"}, follow=True)
    shown = second.get(url).context["letters"]
    second.post(url, {"do": "confirm"})

    assert refused.status_code == 422
    assert "Somebody else must confirm it" in own.content.decode()
    assert state_of(one) == SketchState.DISMISSED
    sent = Letter.objects.filter(kind="dismissal")
    assert {(letter.recipient, letter.text) for letter in sent} == {(letter.recipient, letter.text) for letter in shown}


def test_the_second_officer_does_not_agree(closed):
    call, (one, _two) = closed
    url = url_of("workspace:dismiss", call, one.reference)
    first, second = (staff_client(call.programme, ProgrammeRole.CASE_OFFICER) for _number in range(2))
    first.post(url, {"reason": "Not a public body.", "do": "propose"})

    silent = second.post(url, {"why": "", "do": "refuse"})
    second.post(url, {"why": "It is one.", "do": "refuse"})

    assert silent.status_code == 422
    assert "It is one." in first.get(url_of("workspace:check", call, one.reference)).content.decode()
    assert state_of(one) == SketchState.SUBMITTED


def test_a_proposal_can_be_taken_back(closed):
    call, (one, _two) = closed
    url = url_of("workspace:dismiss", call, one.reference)
    client = staff_client(call.programme, ProgrammeRole.CASE_OFFICER)
    client.post(url, {"reason": "Not a public body.", "do": "propose"})

    client.post(url, {"do": "take_back"})

    assert not one.dismissal_proposals.filter(settled_at=None).exists()


@pytest.mark.parametrize("role", [ProgrammeRole.OBSERVER, ProgrammeRole.JURY_SECRETARY, ProgrammeRole.DECISION_MAKER])
def test_others_on_the_owners_side_do_not_find_the_check(closed, role):
    call, (one, _two) = closed
    client = staff_client(call.programme, role)

    assert client.get(url_of("workspace:checks", call)).status_code == 404
    assert client.post(url_of("workspace:check", call, one.reference), ALL_MET).status_code == 404


def test_queries_do_not_grow_with_the_queue(closed):
    call, (one, _two) = closed
    client = staff_client(call.programme)
    few = [
        queries_of(client, url_of("workspace:checks", call)),
        queries_of(client, url_of("workspace:check", call, one.reference)),
    ]
    more = factories.make_call(programme=call.programme)
    rows = [factories.make_submitted_sketch(call=more) for _number in range(6)]
    factories.close(more)

    many = [
        queries_of(client, url_of("workspace:checks", more)),
        queries_of(client, url_of("workspace:check", more, rows[0].reference)),
    ]

    assert few == many
    assert few[0] <= 12
    assert few[1] <= 19
