"""What assignments are to seek: saved for the call, refused beside the field, kept by the draft it was asked of."""

import pytest

from accounts.errors import InvalidInput, NotAllowed
from competition.enums import ProgrammeRole
from competition.errors import StaleEdit
from scoring.models import AssignmentRun, AssignmentSettings
from scoring.selectors.assignment_limits import Capacity, faults
from scoring.selectors.assignment_plan import Plan, Rule, Weights, plan_of
from scoring.services.assignment_settings import save_settings
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def typed(**fields):
    """What a browser sends of the form, with the defaults."""
    filled = {
        "jurors_per_sketch": "", "load_least": "", "load_most": "", "policy": "optimal", "max_loss": "1",
        "one_per_employer": "on", "weight_topics": "60", "weight_language": "15", "weight_region": "5",
        "weight_wishes": "20", "wish_eager": "100", "wish_willing": "75", "wish_reluctant": "0",
    }  # fmt: skip
    return filled | fields


def test_a_call_without_settings_has_the_defaults():
    plan = plan_of(base.make_call())

    assert (plan.jurors_per_sketch, plan.policy, plan.rules, plan.one_per_employer) == (3, "optimal", (), True)


def test_saving_keeps_everything_and_the_next_draft_asks_for_it():
    call = factories.make_jury(sketches=2, jurors=3)
    plan = Plan(
        jurors_per_sketch=2, policy="fair", max_loss=0.025, load_least=1, load_most=5, require_connected=True,
        weights=Weights(50, 10, 0, 40, 0.9, 0.6, 0.1), rules=(Rule("seniority", "senior", 1), Rule("sector", "", 0, 2)),
    )  # fmt: skip

    save_settings(by=factories.staff(call), call=call, plan=plan)
    run = factories.compute_assignment(call)

    assert plan_of(call) == plan
    assert Plan.from_parameters(run.parameters) == plan
    assert run.pairs.count() == 4


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (Plan(jurors_per_sketch=0), "jurors_per_sketch"),
        (Plan(load_least=5, load_most=4), "load_most"),
        (Plan(load_most=0), "load_most"),
        (Plan(policy="random"), "policy"),
        (Plan(max_loss=1.5), "max_loss"),
        (Plan(weights=Weights(0, 0, 0, 0)), "weight_topics"),
        (Plan(weights=Weights(-1)), "weight_topics"),
        (Plan(weights=Weights(eager=1.1)), "wish_eager"),
        (Plan(rules=(Rule("sector"),)), "rule-0"),
        (Plan(rules=(Rule("sector", "", 2, 1),)), "rule-0"),
        (Plan(rules=(Rule("sector", "", 4),)), "rule-0"),
        (Plan(rules=(Rule("language", "", 1),)), "rule-0"),
        (Plan(rules=(Rule("shoe size", "", 1),)), "rule-0"),
        (Plan(rules=(Rule("sector", "", 1), Rule("sector", "", 0, 2))), "rule-1"),
        (Plan(jurors_per_sketch=4), "jurors_per_sketch"),
        (Plan(load_most=3), "load_most"),
        (Plan(load_least=9), "load_least"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(plan, field):
    assert list(faults(plan, Capacity(sketches=5, loads=(8, 8)))) == [field]


def test_without_sketches_or_jurors_nothing_is_said_of_capacity():
    assert faults(Plan(jurors_per_sketch=40), Capacity(0, (1,))) == {}
    assert faults(Plan(jurors_per_sketch=40), Capacity(7, ())) == {}


def test_a_draft_that_asks_for_too_much_is_not_started():
    call = factories.make_jury(sketches=2, jurors=3)

    with pytest.raises(InvalidInput) as refused:
        factories.compute_assignment(call, load_most=1)

    assert list(refused.value.errors) == ["load_most"]
    assert not AssignmentRun.objects.exists()


def test_only_the_secretariat_changes_them():
    call = base.make_call()

    with pytest.raises(NotAllowed):
        save_settings(by=base.make_member(call.programme, ProgrammeRole.OBSERVER), call=call, plan=Plan())

    assert not AssignmentSettings.objects.exists()


def test_somebody_else_saving_in_between_is_told():
    call, plan = base.make_call(), Plan()
    by = factories.staff(call)
    save_settings(by=by, call=call, plan=plan)
    save_settings(by=by, call=call, plan=Plan(load_most=9))

    with pytest.raises(StaleEdit):
        save_settings(by=by, call=call, plan=Plan(load_most=8), expected_revision=1, seen={})

    assert plan_of(call).load_most == 9


def test_the_page_saves_and_shows_the_formula_with_its_numbers():
    call = base.make_call()
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_settings", call)
    rules = {"rule-0-kind": "seniority:senior", "rule-0-least": "1", "rule-1-kind": "sector:", "rule-1-most": "2"}

    response = client.post(url, typed(jurors_per_sketch="4", weight_topics="70", **rules))

    assert response.status_code == 302, response.context["form"].errors
    page = client.get(url).content.decode()
    assert "fit = (70 × topics + 15 × language + 5 × another region + 20 × wishes)" in page
    assert plan_of(call).rules == (Rule("seniority", "senior", 1), Rule("sector", "", 0, 2))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"weight_topics": "0", "weight_language": "0", "weight_region": "0", "weight_wishes": "0"}, "weight_topics"),
        ({"load_least": "7", "load_most": "3"}, "load_most"),
        ({"jurors_per_sketch": "51"}, "jurors_per_sketch"),
        ({"jurors_per_sketch": "many"}, "jurors_per_sketch"),
        ({"policy": "best"}, "policy"),
        ({"max_loss": "-1"}, "max_loss"),
        ({"rule-0-least": "1"}, "rule-0-kind"),
        ({"rule-1-kind": "sector:"}, "rule-1-kind"),
        ({"rule-0-kind": "sector:nowhere", "rule-0-most": "1"}, "rule-0-kind"),
        ({"wish_eager": "101"}, "wish_eager"),
    ],
)
def test_bad_input_stands_beside_its_field_and_keeps_the_rest(fields, field):
    call = base.make_call()
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:assignment_settings", call), typed(wish_willing="33", **fields))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["wish_willing"].value() == "33"
    assert not AssignmentSettings.objects.exists()


def test_demand_above_capacity_is_told_on_the_page():
    call = factories.make_jury(sketches=3, jurors=2)
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:assignment_settings", call), typed(load_most="3"))

    assert "take 6 at most" in response.context["form"].errors["load_most"][0]


def test_queries_do_not_grow_with_rules_and_jurors():
    pages = []
    for jurors, rules in ((1, 1), (4, 3)):
        call = factories.make_jury(sketches=1, jurors=jurors)
        kinds = ("public", "private", "research")[:rules]
        plan = Plan(jurors_per_sketch=1, rules=tuple(Rule("sector", kind, 0, 1) for kind in kinds))
        save_settings(by=factories.staff(call), call=call, plan=plan)
        client = staff_client(call.programme)
        pages.append(queries_of(client, url_of("scoring_workspace:assignment_settings", call)))

    assert pages == [13, 13]
