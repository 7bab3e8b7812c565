"""Three doors, one truth: predicate, list form and guard agree, for every role and state; a veto outweighs all."""

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from competition import rules as competition_rules
from competition.enums import ProgrammeRole, SketchState
from competition.models import Sketch
from competition.selectors import vetoes
from competition.selectors.sketches import received_sketches, sketches_visible_to
from tests import factories

pytestmark = pytest.mark.django_db

MANAGE = {"owner", "call_manager"}
CHECK = MANAGE | {"case_officer"}
EVERY_ROLE = {str(role) for role in ProgrammeRole}


@pytest.mark.parametrize("role", [*ProgrammeRole, None])
def test_permissions_on_a_call_by_role(role):
    call = factories.make_call()
    user = factories.make_member(call.programme, role) if role else factories.make_user()

    held = {
        name: rules.has_perm(f"competition.{name}", user, call)
        for name in ("view_workspace", "manage_call", "check_formalities", "view_submissions")
    }

    assert held == {
        "view_workspace": role in EVERY_ROLE,
        "manage_call": role in MANAGE,
        "check_formalities": role in CHECK,
        "view_submissions": role in EVERY_ROLE,
    }


def people_of(sketch):
    programme = sketch.call.programme
    members = {}
    for role in ("admin", "editor", "reader"):
        members[role] = factories.make_user()
        sketch.organisation.memberships.create(user=members[role], role=role)
    return (
        members
        | {str(role): factories.make_member(programme, role) for role in ProgrammeRole}
        | {
            "stranger": factories.make_user(),
            "superuser": factories.make_user(is_superuser=True, is_staff=True),
            "inactive": factories.add_role(programme, factories.make_user(is_active=False), ProgrammeRole.OWNER),
            "elsewhere": factories.make_member(factories.make_programme(), ProgrammeRole.OWNER),
            "anonymous": AnonymousUser(),
        }
    )


@pytest.mark.parametrize("state", list(SketchState))
def test_who_sees_a_sketch_by_predicate_and_by_list(state):
    sketch = factories.make_submitted_sketch()
    Sketch.objects.filter(pk=sketch.pk).update(state=state)
    sketch.refresh_from_db()

    people = people_of(sketch)
    by_predicate = {who for who, user in people.items() if rules.has_perm("competition.view_sketch", user, sketch)}
    by_list = {who for who, user in people.items() if sketch in sketches_visible_to(user)}

    expected = {"admin", "editor", "reader"} | (set() if state == SketchState.DRAFT else EVERY_ROLE)
    assert by_predicate == by_list == expected


def test_who_writes_a_sketch():
    sketch = factories.make_sketch()
    people = people_of(sketch)

    writes = {who for who, user in people.items() if rules.has_perm("competition.write_sketch", user, sketch)}
    withdraws = {who for who, user in people.items() if rules.has_perm("competition.withdraw_sketch", user, sketch)}

    assert writes == withdraws == {"admin", "editor"}


def test_who_may_apply():
    call = factories.make_call()
    person, reader = factories.make_user(), factories.make_user()
    factories.make_organisation(member=person)
    factories.make_organisation(member=reader, role="reader")

    may = [rules.has_perm("competition.apply", user, call) for user in (person, reader, AnonymousUser())]

    assert may == [True, False, False]


def test_a_veto_takes_away_what_any_role_gives(monkeypatch):
    sketch = factories.make_submitted_sketch()
    owner = factories.owner_of(sketch.call.programme)
    monkeypatch.setattr(competition_rules, "_vetoes", {name: [] for name in competition_rules.CONTENT_PERMISSIONS})
    monkeypatch.setattr(vetoes, "_list_vetoes", [])
    competition_rules.register_veto(lambda user, obj: user == owner)
    vetoes.register_list_veto(lambda rows, user: rows.none() if user == owner else rows)

    seen = [
        rules.has_perm("competition.view_sketch", owner, sketch),
        rules.has_perm("competition.view_submissions", owner, sketch.call),
        sketch in sketches_visible_to(owner),
        sketch in received_sketches(sketch.call, user=owner),
    ]

    assert seen == [False, False, False, False]
    assert rules.has_perm("competition.view_workspace", owner, sketch.call)


def test_roles_are_asked_for_once(django_assert_num_queries):
    call = factories.make_call()
    owner = User.objects.get(pk=factories.owner_of(call.programme).pk)
    names = ("view_workspace", "manage_call", "check_formalities")

    with django_assert_num_queries(1):
        assert all(rules.has_perm(f"competition.{name}", owner, call) for name in names)
