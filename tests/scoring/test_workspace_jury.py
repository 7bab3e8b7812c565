"""Criteria, seats and cases of impartiality in the workspace."""

import pytest

from accounts.models import Organisation
from scoring.enums import JurorState
from scoring.models import Juror
from tests import factories
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def seat(**fields):
    return {"email": "new@example.com", "language": "nb", "role": "juror", "load_min": "2", "load_max": "9"} | fields


def test_inviting_writes_a_seat_with_employer_and_topics():
    call = factories.make_call()
    employer = factories.make_organisation(name="Bergen kommune")
    client = staff_client(call.programme)

    response = client.post(
        url_of("scoring_workspace:invite", call), seat(employer="bergen KOMMUNE", **{"topic-health": "0.5"})
    )

    juror = Juror.objects.get(call=call)
    assert response.status_code == 302
    assert (juror.user.email, juror.organisation, juror.load_min, juror.load_max) == ("new@example.com", employer, 2, 9)
    assert [(t.topic.code, float(t.strength)) for t in juror.topic_strengths.select_related("topic")] == [
        ("health", 0.5)
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"load_min": "10"}, "load_max"),
        ({"load_max": "-1"}, "load_max"),
        ({"employer": "No such body"}, "employer"),
        ({"role": "king"}, "role"),
    ],
)
def test_inviting_badly_is_told_at_the_field(fields, field):
    call = factories.make_call()
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:invite", call), seat(**fields))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Juror.objects.exists()


def test_inviting_somebody_twice_is_told_at_the_address():
    call = factories.make_call()
    jury.make_juror(call, email="new@example.com")
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:invite", call), seat())

    assert "already" in response.context["form"].errors["email"][0]


def test_an_employers_name_shared_by_two_is_refused():
    call = factories.make_call()
    for country in ("NO", "DK"):
        Organisation.objects.create(name="Nes", country=country, kind="municipality")
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:invite", call), seat(employer="Nes"))

    assert "employer" in response.context["form"].errors


def test_taking_off_the_jury_goes_through_a_page():
    call = jury.make_assigned(sketches=1)
    juror = call.jurors.first()
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:remove", call, juror.pk)

    page = client.get(url)
    juror.refresh_from_db()
    assert (page.context["open"], juror.state) == (1, JurorState.ACCEPTED)
    client.post(url)

    juror.refresh_from_db()
    assert juror.state == JurorState.REMOVED


def test_queries_do_not_grow_with_the_jury():
    pages = []
    for jurors in (1, 4):
        call = jury.make_jury(sketches=2, jurors=jurors)
        pages.append(queries_of(staff_client(call.programme), url_of("scoring_workspace:jury", call)))

    assert pages[0] == pages[1] == 19


def test_a_manager_who_judges_finds_no_letters_and_no_outcomes():
    call = jury.make_decided(sketches=1)
    urls = [url_of("workspace:letters", call)]
    urls += [url_of(f"scoring_workspace:{name}", call) for name in ("decision", "decision_letters", "publish_result")]

    judging = staff_client(call.programme, user=call.jurors.first().user)
    other = staff_client(call.programme)

    assert {judging.get(url).status_code for url in urls} == {404}
    assert {other.get(url).status_code for url in urls} == {200}
