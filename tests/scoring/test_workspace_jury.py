"""Criteria, seats and cases of impartiality in the workspace."""

import pytest

from accounts.errors import InvalidInput
from accounts.models import Organisation
from competition.enums import AmendmentKind
from scoring.enums import JurorState
from scoring.models import Juror
from tests import factories
from tests.competition.amendments import gather_changes, publish
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


def criteria_data(client, call, **changed):
    form = client.get(url_of("scoring_workspace:criteria", call)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (False, None)} | changed


def test_weights_and_names_change_before_the_opening():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)

    client.post(
        url_of("scoring_workspace:criteria", call),
        criteria_data(client, call, **{"need-weight": "45.5", "need-name_nb": "Behovet"}),
    )

    need = call.criteria.get(code="need")
    assert (float(need.weight), need.name_nb) == (45.5, "Behovet")


def test_weights_that_sum_to_nothing_are_refused():
    call = factories.make_call(publish=False)
    client = staff_client(call.programme)
    zero = {f"{code}-weight": "0" for code in call.criteria.values_list("code", flat=True)}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **zero))

    assert response.status_code == 422
    assert "sum to nothing" in response.context["form"].non_field_errors()[0]
    assert call.criteria.filter(weight=0).count() == 0


def test_weights_and_words_of_an_open_call_are_gathered():
    call = factories.make_call()
    client = staff_client(call.programme)
    changed = {"need-weight": "35", "need-guide_en": "Whose need is it?"}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **changed))
    form = client.get(url_of("scoring_workspace:criteria", call)).context["form"]

    assert response.status_code == 302
    assert call.criteria.get(code="need").weight == 30
    assert {key: form[key].value() for key in changed} == {"need-weight": 35, "need-guide_en": "Whose need is it?"}
    publish(call, kind=AmendmentKind.CHANGE, no_extension_reason="Nothing else is asked.")
    need = call.criteria.get(code="need")
    assert (need.weight, need.guide_en, need.revision) == (35, "Whose need is it?", 1)


def test_what_is_wrong_with_a_gathered_criterion_stands_at_its_field():
    call = factories.make_call()
    client = staff_client(call.programme)
    long = {"need-name_en": "x" * 300}

    response = client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **long))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["need-name_en"]


def test_gathered_weights_that_sum_to_nothing_are_not_published():
    call = factories.make_call()
    for code in call.criteria.values_list("code", flat=True):
        gather_changes(call, "criterion", code, weight=0)

    with pytest.raises(InvalidInput, match="sum to nothing"):
        publish(call, kind=AmendmentKind.CHANGE, no_extension_reason="-")


def test_criteria_stand_after_the_deadline():
    call = factories.close(factories.make_call())
    client = staff_client(call.programme)

    client.post(url_of("scoring_workspace:criteria", call), criteria_data(client, call, **{"need-weight": "99"}))

    assert call.criteria.get(code="need").weight == 30
    assert not call.amendments.exists()


def test_queries_do_not_grow_with_the_jury():
    pages = []
    for jurors in (1, 4):
        call = jury.make_jury(sketches=2, jurors=jurors)
        pages.append(queries_of(staff_client(call.programme), url_of("scoring_workspace:jury", call)))

    assert pages[0] == pages[1] == 15


def test_a_manager_who_judges_finds_no_letters_and_no_outcomes():
    call = jury.make_decided(sketches=1)
    urls = [url_of("workspace:letters", call)]
    urls += [url_of(f"scoring_workspace:{name}", call) for name in ("decision", "decision_letters", "publish_result")]

    judging = staff_client(call.programme, user=call.jurors.first().user)
    other = staff_client(call.programme)

    assert {judging.get(url).status_code for url in urls} == {404}
    assert {other.get(url).status_code for url in urls} == {200}
