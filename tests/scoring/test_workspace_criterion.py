"""Adding and removing a criterion of an open call in the workspace."""

import datetime as dt

import pytest
from django.utils import timezone

from competition.enums import Phase
from tests import factories
from tests.competition.amendments import gather_changes
from tests.scoring.test_workspace_criteria import criteria_data
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db
NEW = {"name_en": "Reuse", "guide_en": "Who else?", "weight": "25", "scale": "default", "requires_reasons": "on"}


def page(name, call, code=""):
    return url_of(f"scoring_workspace:{name}", call, *([code] if code else []))


def gathered(call):
    return [(change["op"], change["code"]) for change in call.amendments.gathering().get().changes]


def test_a_criterion_is_gathered_whole_and_listed():
    call = factories.make_call()
    client = staff_client(call.programme)

    response = client.post(page("criterion_new", call), NEW)
    listed = client.get(page("criteria", call))

    assert response.status_code == 302
    assert gathered(call) == [("add", "criterion-1")]
    assert listed.context["coming"] == [("criterion-1", "Reuse", "25")]
    assert listed.context["total"] == 125
    assert "What the amendment adds and removes" in listed.content.decode()
    assert call.criteria.count() == 5


def test_a_gathered_criterion_is_opened_and_changed():
    call = factories.make_call()
    client = staff_client(call.programme)
    client.post(page("criterion_new", call), NEW)
    url = page("criterion_new", call) + "?gathered=criterion-1"
    form = client.get(url).context["form"]

    typed = {name: form[name].value() for name in ("revision", "seen")} | NEW | {"weight": "12.5"}
    response = client.post(url, typed)

    assert form["guide_en"].value() == "Who else?"
    assert response.status_code == 302
    (change,) = call.amendments.gathering().get().changes
    assert (change["after"]["weight"], change["after"]["name_en"]) == ("12.5", "Reuse")


def test_the_later_owner_is_told_of_what_the_other_changed():
    call = factories.make_call()
    client = staff_client(call.programme)
    client.post(page("criterion_new", call), NEW)
    url = page("criterion_new", call) + "?gathered=criterion-1"
    form = client.get(url).context["form"]
    hidden = {name: form[name].value() for name in ("revision", "seen")}
    client.post(url, hidden | NEW | {"name_en": "Shared use"})

    response = client.post(url, hidden | NEW | {"name_en": "Spread"})

    assert response.status_code == 422
    assert "Shared use" in response.content.decode()
    assert response.context["form"]["name_en"].value() == "Spread"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name_en": ""}, "name_en"),
        ({"guide_en": "x" * 2001}, "guide_en"),
        ({"weight": "1" * 30}, "weight"),
        ({"scale": "none"}, "scale"),
    ],
)
def test_what_is_wrong_stands_at_its_field(typed, field):
    call = factories.make_call()

    response = staff_client(call.programme).post(page("criterion_new", call), NEW | typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not call.amendments.exists()


def test_buttons_of_an_open_call_keep_what_was_typed():
    call = factories.make_call()
    client = staff_client(call.programme)

    new = client.post(page("criteria", call), criteria_data(client, call, do="new", **{"need-weight": "35"}))
    gone = client.post(page("criteria", call), criteria_data(client, call, do="remove:need"))

    assert (new.url, gone.url) == (page("criterion_new", call), page("criterion_remove", call, "need"))
    assert gathered(call) == [("change", "need")]


def test_a_removal_says_which_changes_it_drops():
    call = factories.make_call()
    client = staff_client(call.programme)
    gather_changes(call, "criterion", "need", weight=35, guide_en="Whose?")

    shown = client.get(page("criterion_remove", call, "need"))
    response = client.post(page("criterion_remove", call, "need"), {"revision": shown.context["revision"]})
    listed = client.get(page("criteria", call))

    (dropped,) = shown.context["dropped"]
    assert dropped == "2 changes that are gathered for it are dropped: weight, guide."
    assert dropped in shown.content.decode()
    assert response.status_code == 302
    assert gathered(call) == [("remove", "need")]
    assert [row.code for row in listed.context["form"].criteria] == [
        code for code in call.criteria.values_list("code", flat=True) if code != "need"
    ]
    assert "To be removed by the amendment" in listed.content.decode()


def test_an_old_page_removes_nothing():
    call = factories.make_call()
    client = staff_client(call.programme)
    shown = client.get(page("criterion_remove", call, "need"))
    gather_changes(call, "criterion", "need", guide_en="Whose?")

    client.post(page("criterion_remove", call, "need"), {"revision": shown.context["revision"]})

    assert gathered(call) == [("change", "need")]


def test_the_last_criterion_that_counts_stays_and_the_page_says_why():
    call = factories.make_call()
    call.criteria.exclude(code="need").update(weight=0)

    response = staff_client(call.programme).get(page("criterion_remove", call, "need"))

    assert "sum to nothing" in response.content.decode()
    assert "Gather the removal" not in response.content.decode()


def test_the_review_shows_the_shares_before_and_after():
    call = factories.make_call()
    client = staff_client(call.programme)
    client.post(page("criterion_new", call), NEW)

    response = client.get(url_of("workspace:amendment_review", call))

    shares = response.context["shares"]
    assert [(share.name, share.before, share.after) for share in shares][-1] == ("Reuse", None, 20)
    assert sum(share.after for share in shares) == 100
    assert "How much each criterion counts" in response.content.decode()


def test_before_the_opening_and_after_the_deadline_nothing_is_gathered_here():
    early = factories.make_call(opens_at=timezone.now() + dt.timedelta(days=5))
    late = factories.call_in_phase(Phase.FORMAL_CHECK)

    answers = [staff_client(call.programme).get(page("criterion_new", call)) for call in (early, late)]
    posted = staff_client(late.programme).post(page("criterion_new", late), NEW)

    assert [answer.url for answer in answers] == [page("criteria", call) for call in (early, late)]
    assert (posted.status_code, "deadline has passed" in posted.content.decode()) == (422, True)
    assert not late.amendments.exists()


def test_what_is_not_gathered_is_not_found():
    call = factories.make_call()

    response = staff_client(call.programme).get(page("criterion_new", call) + "?gathered=criterion-7%00")

    assert response.status_code == 404


def test_criteria_page_of_an_open_call_costs_the_same_with_more_gathered():
    call = factories.make_call()
    client = staff_client(call.programme)
    client.post(page("criterion_new", call), NEW)
    few = queries_of(client, page("criteria", call))
    for number in range(4):
        client.post(page("criterion_new", call), NEW | {"name_en": f"More {number}"})

    assert queries_of(client, page("criteria", call)) == few
