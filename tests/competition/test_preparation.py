"""Before the first letter is written: may we apply, what do we need, how long does it take."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Country, MemberRole, OrganisationKind
from competition.enums import AccessMode, QuestionKind
from competition.models import Question
from competition.selectors.preparation import preparation, reckoned_hours, verdict
from tests import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    ensure_site_tree(hostname="testserver")
    return factories.make_call(eligible_kinds=[OrganisationKind.MUNICIPALITY], eligible_countries=[Country.NO])


def ask(call, **asked):
    client = Client()
    return client.get(f"/en/calls/{call.slug}/before-you-start/", asked)


def test_a_municipality_of_the_country_may_apply(call):
    page = ask(call, kind="municipality", country="NO")

    assert "Yes. Organisations such as yours can apply." in page.content.decode()
    assert verdict(call, kind="municipality", country="NO").may_apply


@pytest.mark.parametrize(
    ("kind", "country", "reason"),
    [
        ("company", "NO", "This call is not for organisations of the kind “Company”."),
        ("municipality", "SE", "This call is not for organisations from Sweden."),
    ],
)
def test_whoever_may_not_apply_reads_why(call, kind, country, reason):
    page = ask(call, kind=kind, country=country).content.decode()

    assert "No. You cannot apply in this call." in page
    assert reason in page
    assert call.programme.contact_mailbox in page


def test_conditions_are_told_with_a_yes_and_not_with_a_no(call):
    call.access, call.min_organisations = AccessMode.CODE, 3

    conditions = [str(one) for one in verdict(call, kind="municipality", country="NO").conditions]

    assert conditions == [
        "You need at least 2 other organisations to apply together with you.",
        "You need an invitation code from the programme owner.",
    ]
    assert verdict(call, kind="company", country="NO").conditions == ()


def test_half_a_question_is_answered_at_the_field(call):
    page = ask(call, kind="municipality")

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"country"}
    assert "selected>Municipality" in page.content.decode()


def test_what_is_needed_is_counted_from_the_form(call):
    asked = list(call.questions.all())

    needed = preparation(call)

    assert needed.required + needed.optional == len(asked)
    assert needed.required == sum(question.required for question in asked)
    assert needed.characters == sum(question.max_chars or 0 for question in asked)
    assert [question.kind for question in needed.attachments] == [
        question.kind for question in asked if question.kind == QuestionKind.FILE
    ]


def test_the_owners_hours_go_before_reckoned_ones(call):
    assert preparation(call).hours_are_reckoned

    call.hours_to_write = 12

    assert (preparation(call).hours, preparation(call).hours_are_reckoned) == (12, False)


@pytest.mark.parametrize(
    ("limits", "hours"), [([], 0), ([None], 1), ([None] * 13, 2), ([3750], 2), ([3750, None], 3), ([15000], 8)]
)
def test_hours_are_reckoned_from_room_for_text_and_number_of_questions(limits, hours):
    assert reckoned_hours([Question(max_chars=limit) for limit in limits]) == hours


def test_members_see_the_answer_for_each_of_their_organisations(call):
    editor = factories.make_user()
    for name, country in (("Fjordby", Country.NO), ("Skogheim", Country.SE)):
        organisation = factories.make_organisation(name=name, country=country, kind="municipality", number="")
        organisation.memberships.create(user=editor, role=MemberRole.EDITOR)
    client = Client()
    client.force_login(editor)

    page = client.get(f"/en/calls/{call.slug}/before-you-start/")

    assert [(one.organisation.name, bool(one.reason)) for one in page.context["mine"]] == [
        ("Fjordby", False), ("Skogheim", True),
    ]  # fmt: skip


def test_few_queries_for_a_visitor(call):
    client, address = Client(), f"/en/calls/{call.slug}/before-you-start/"
    client.get(address)

    with CaptureQueriesContext(connection) as captured:
        client.get(address)

    assert len(captured) <= 8
