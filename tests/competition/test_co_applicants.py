"""Co-applicants: asked, confirming or declining themselves, writing together, and leaving again."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MemberRole, OrganisationKind
from accounts.errors import InvalidInput, NotAllowed, Refused
from competition import tasks
from competition.enums import CoApplicantState, ProgrammeRole, UnconfirmedRule
from competition.errors import DeadlinePassed, IllegalTransition, Incomplete, NotOpen
from competition.models import CoApplicant, Sketch
from competition.rules import is_applicant, is_writing_applicant
from competition.selectors.co_applicants import token_of, withdrawn_since
from competition.selectors.sketches import sketches_visible_to
from competition.services import co_applicants, sketches
from home.demo.travel import at
from notifications.models import Letter
from tests import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def sketch():
    return factories.make_sketch()


@pytest.fixture
def lead(sketch):
    return factories.writer_of(sketch)


@pytest.fixture
def partner():
    return factories.make_user("partner@example.com")


@pytest.fixture
def agency(partner):
    return factories.make_organisation(member=partner, name="Skogheim", mailbox="post@skogheim.example")


@pytest.fixture
def asked(sketch, agency):
    return factories.invite(sketch, agency)


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def state(co):
    return CoApplicant.objects.get(pk=co.pk).state


def link(co):
    return reverse("competition:co_applicant_answer", args=[token_of(co)])


def told(kind):
    return sorted(Letter.objects.filter(kind=kind).values_list("recipient", flat=True))


# --- Asking --------------------------------------------------------------------------------------------------------


def test_the_mailbox_and_the_administrators_are_asked_once(asked, agency):
    agency.memberships.create(user=factories.make_user("editor@example.com"), role=MemberRole.EDITOR)

    tasks.write_co_applicant_invitation(asked.pk)
    tasks.write_co_applicant_invitation(asked.pk)

    assert told("co_applicant_invitation") == ["partner@example.com", "post@skogheim.example"]


def test_asking_twice_is_asking_once_and_again_makes_a_new_link(asked, sketch, agency, lead):
    same = factories.invite(sketch, agency)
    old = token_of(same)

    again = co_applicants.resend_co_applicant(by=lead, co_applicant=asked)

    assert same.pk == again.pk == asked.pk
    assert token_of(again) != old
    assert sketch.co_applicants.count() == 1


def test_an_organisation_found_by_its_number_is_that_one(sketch, agency):
    type(agency).objects.filter(pk=agency.pk).update(number="974760673")

    co = factories.invite(sketch, name="Some name", country="NO", number="974 760 673", mailbox="x@example.com")

    assert co.organisation == agency


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"name": "A", "country": "NO", "number": "123", "mailbox": "x@example.com"}, "number"),
        ({"name": " ", "country": "NO", "mailbox": "x@example.com"}, "name"),
        ({"name": "A", "country": "NO"}, "mailbox"),
    ],
)
def test_an_unregistered_one_needs_a_name_a_mailbox_and_a_right_number(sketch, fields, key):
    with pytest.raises(InvalidInput) as refused:
        factories.invite(sketch, **fields)

    assert refused.value.errors.keys() == {key}


def test_neither_the_lead_nor_a_company_is_asked(sketch):
    company = factories.make_organisation(kind=OrganisationKind.COMPANY)

    for odd in (sketch.organisation, company):
        with pytest.raises(InvalidInput):
            factories.invite(sketch, odd)

    assert not sketch.co_applicants.exists()


def test_only_the_lead_asks(sketch, asked, agency, partner):
    co_applicants.confirm_co_applicant(by=partner, token=token_of(asked))

    with pytest.raises(NotAllowed):
        co_applicants.invite_co_applicant(
            by=fresh(partner), sketch=sketch, organisation=factories.make_organisation(), role="editor"
        )


def test_after_the_deadline_nobody_is_asked(sketch, agency):
    factories.close(sketch.call)
    sketch.refresh_from_db()

    with pytest.raises(DeadlinePassed):
        factories.invite(sketch, agency)


# --- Answering -----------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing(client, asked):
    for _once in range(3):
        assert client.get(link(asked)).status_code == 200
        assert client.head(link(asked)).status_code in (200, 405)

    assert state(asked) == CoApplicantState.INVITED


def test_a_visitor_is_asked_to_sign_in_before_confirming(client, asked):
    response = client.post(link(asked), {"answer": "yes", "organisation": asked.organisation_id})

    assert response.status_code == 410
    assert state(asked) == CoApplicantState.INVITED


def test_a_member_confirms_and_is_in(client, asked, partner, agency, sketch):
    client.force_login(partner)

    response = client.post(link(asked), {"answer": "yes", "organisation": agency.pk})
    again = client.post(link(asked), {"answer": "yes", "organisation": agency.pk})

    row = CoApplicant.objects.get()
    assert response["Location"] == again["Location"] == reverse("competition:sketch", args=[sketch.reference])
    assert (row.state, row.answered_by) == (CoApplicantState.CONFIRMED, partner)
    assert client.get(response["Location"]).status_code == 200


def test_neither_a_stranger_nor_a_reader_confirms(asked, agency):
    reader = factories.make_user()
    agency.memberships.create(user=reader, role=MemberRole.READER)

    for person in (reader, factories.make_user()):
        with pytest.raises(NotAllowed):
            co_applicants.confirm_co_applicant(by=person, token=token_of(asked))

    assert state(asked) == CoApplicantState.INVITED


def test_a_no_needs_a_reason_and_no_account(client, asked, lead):
    without = client.post(link(asked), {"answer": "no", "reason": "  "})
    client.post(link(asked), {"answer": "no", "reason": "No budget this year"})
    tasks.write_co_applicant_answer(asked.pk)
    tasks.write_co_applicant_answer(asked.pk)

    row = CoApplicant.objects.get()
    assert (without.status_code, row.state, row.reason) == (422, CoApplicantState.DECLINED, "No budget this year")
    assert told("co_applicant_answer") == sorted([lead.email, asked.sketch.organisation.mailbox])
    assert client.get(link(asked)).status_code == 200


def test_a_replaced_removed_or_expired_link_is_void(client, asked, lead, partner, agency):
    sketch = asked.sketch
    old = link(asked)
    asked = co_applicants.resend_co_applicant(by=lead, co_applicant=asked)
    removed = factories.invite(sketch, factories.make_organisation())
    co_applicants.remove_co_applicant(by=lead, co_applicant=removed)
    client.force_login(partner)

    codes = [client.post(one, {"answer": "yes", "organisation": agency.pk}).status_code for one in (old, link(removed))]
    with at(timezone.now() + 31 * DAY):
        codes.append(client.post(link(asked), {"answer": "no", "reason": "Late"}).status_code)

    assert codes == [404, 404, 410]
    assert state(asked) == CoApplicantState.INVITED


def test_an_unregistered_one_is_whoever_confirms_with_the_right_number(sketch):
    co = factories.invite(sketch, name="Fjellby", country="NO", number="974760673", mailbox="post@fjellby.example")
    wrong, right = factories.make_user(), factories.make_user()
    factories.make_organisation(member=wrong, number="923609016")
    agency = factories.make_organisation(member=right, number="974760673")

    with pytest.raises(NotAllowed):
        co_applicants.confirm_co_applicant(by=wrong, token=token_of(co))
    co = co_applicants.confirm_co_applicant(by=right, token=token_of(co))
    tasks.write_co_applicant_invitation(co.pk)

    assert (co.organisation, co.state) == (agency, CoApplicantState.CONFIRMED)
    assert told("co_applicant_invitation") == []


def test_who_cannot_apply_cannot_confirm(sketch):
    co = factories.invite(sketch, name="Fjellby", country="NO", mailbox="post@fjellby.example")
    person = factories.make_user()
    factories.make_organisation(member=person, kind=OrganisationKind.COMPANY)

    with pytest.raises(InvalidInput):
        co_applicants.confirm_co_applicant(by=person, token=token_of(co))


def test_one_who_never_answers_is_reminded_once(asked):
    with at(asked.expires_at - 4 * DAY):
        early = tasks.send_reminders()
    with at(asked.expires_at - 2 * DAY):
        tasks.send_reminders()
        tasks.send_reminders()
    with at(asked.expires_at + DAY):
        tasks.send_reminders()

    assert early == 0
    assert told("co_applicant_reminder") == ["partner@example.com", "post@skogheim.example"]


def test_letters_that_were_missed_are_made_up_for(asked, sketch, lead):
    with at(timezone.now() + dt.timedelta(minutes=5)):
        first = tasks.write_missing_co_applicant_letters()
        again = tasks.write_missing_co_applicant_letters()

    assert (first, again) == (2, 0)


# --- Writing together ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "co", "writes"),
    [
        (MemberRole.EDITOR, "editor", True),
        (MemberRole.READER, "editor", False),
        (MemberRole.ADMIN, "reader", False),
    ],
)
def test_what_its_people_may_do(sketch, agency, member, co, writes):
    factories.join(sketch, agency, role=co)
    person = factories.make_user()
    agency.memberships.create(user=person, role=member)

    may = (is_applicant.test(person, sketch), is_writing_applicant.test(person, sketch))

    assert may == (True, writes)
    assert list(sketches_visible_to(person)) == list(Sketch.objects.written_by(person)) == [sketch]


def test_before_confirming_its_people_see_nothing(client, asked, partner, sketch):
    client.force_login(partner)

    page = client.get(reverse("competition:sketch", args=[sketch.reference]))
    listed = client.get(reverse("competition:sketch_list"))

    assert page.status_code == 404
    assert [co for co, _token in listed.context["invitations"]] == [asked]


def test_two_organisations_write_and_the_lead_submits(sketch, agency, partner):
    factories.join(sketch, agency)

    sketches.save_answers(by=fresh(partner), sketch=sketch, values={"title": "Written by both"})
    with pytest.raises(NotAllowed):
        factories.submit(sketch, by=fresh(partner))
    version = factories.submit(sketch)

    assert version.title == "Written by both"
    assert [one["name"] for one in version.organisations] == [sketch.organisation.name, "Skogheim"]


def test_somebody_of_both_organisations_finds_the_sketch_once(sketch, agency, lead):
    agency.memberships.create(user=lead, role=MemberRole.EDITOR)
    factories.join(sketch, agency)

    assert list(Sketch.objects.written_by(lead)) == [sketch]


# --- Handing in ----------------------------------------------------------------------------------------------------


def test_who_has_not_confirmed_is_named_and_does_not_count(sketch, asked):
    version = factories.submit(sketch)

    names = json.loads(version.canonical)["backing"]["not_confirmed"]
    assert [one["role"] for one in version.organisations] == ["lead"]
    assert [one["name"] for one in names] == ["Skogheim"]


def test_without_anybody_asked_the_document_is_as_it_always_was(sketch):
    assert "backing" not in json.loads(factories.submit(sketch).canonical)


def test_two_are_needed_and_one_is_only_asked():
    sketch = factories.make_sketch(call=factories.make_call(min_organisations=2))
    factories.invite(sketch)

    with pytest.raises(Incomplete) as refused:
        factories.submit(sketch)

    assert refused.value.errors.keys() == {"co_applicants"}


def test_a_call_may_wait_for_every_answer():
    sketch = factories.make_sketch(call=factories.make_call(unconfirmed_co_applicants=UnconfirmedRule.BLOCK))
    co = factories.invite(sketch)

    with pytest.raises(Incomplete):
        factories.submit(sketch)
    co_applicants.decline_co_applicant(token=token_of(co), reason="No")

    assert factories.submit(sketch).number == 1


# --- Leaving -------------------------------------------------------------------------------------------------------


def test_one_that_withdraws_before_submission_leaves_the_draft(sketch, agency, partner):
    co = factories.join(sketch, agency)

    co_applicants.withdraw_co_applicant(by=fresh(partner), co_applicant=co, reason="No people")

    assert not is_applicant.test(fresh(partner), sketch)
    assert [one["role"] for one in factories.submit(sketch).organisations] == ["lead"]


def test_one_that_withdraws_afterwards_stays_in_its_version(sketch, agency, partner, lead):
    co = factories.join(sketch, agency)
    version = factories.submit(sketch)
    sketch.refresh_from_db()

    co = co_applicants.withdraw_co_applicant(by=fresh(partner), co_applicant=co, reason="No people")
    tasks.write_co_applicant_answer(co.pk)

    version.refresh_from_db()
    assert [one["name"] for one in version.organisations] == [sketch.organisation.name, "Skogheim"]
    assert withdrawn_since(Sketch.objects.get()) == [co]
    assert Sketch.objects.get().changed_since_submission
    assert told("co_applicant_answer") == sorted(
        [lead.email, sketch.organisation.mailbox, "partner@example.com", "post@skogheim.example"]
    )
    assert len(factories.submit(sketch).organisations) == 1


def test_after_the_deadline_only_the_organisation_itself_withdraws(sketch, agency, partner, lead):
    co = factories.join(sketch, agency)
    factories.submit(sketch)
    factories.close(sketch.call)

    with pytest.raises(NotOpen):
        co_applicants.withdraw_co_applicant(by=lead, co_applicant=co, reason="They do nothing")
    co_applicants.withdraw_co_applicant(by=fresh(partner), co_applicant=co, reason="No people")

    officer = staff_client(sketch.call.programme, ProgrammeRole.CASE_OFFICER)
    shown = officer.get(url_of("workspace:sketch", sketch.call, sketch.reference)).content.decode()
    assert "No people" in shown
    assert Sketch.objects.get().draft_revision == Sketch.objects.get().current_version.draft_revision


def test_withdrawing_needs_a_reason_and_a_confirmation(sketch, lead, asked):
    with pytest.raises(IllegalTransition):
        co_applicants.withdraw_co_applicant(by=lead, co_applicant=asked, reason="x")
    with pytest.raises(InvalidInput):
        co_applicants.withdraw_co_applicant(by=lead, co_applicant=asked, reason=" ")


def test_one_that_declined_can_be_asked_again(sketch, asked, agency):
    co_applicants.decline_co_applicant(token=token_of(asked), reason="Not yet")

    again = factories.invite(sketch, agency)

    assert (again.pk, again.state, again.reason) == (asked.pk, CoApplicantState.INVITED, "")


def test_taking_back_what_is_taken_back_says_so(asked, lead):
    co_applicants.remove_co_applicant(by=lead, co_applicant=asked)
    asked.pk = 999_999

    with pytest.raises(Refused):
        co_applicants.remove_co_applicant(by=lead, co_applicant=asked)


# --- The lead applicant's page -------------------------------------------------------------------------------------


def test_found_invited_changed_and_removed_by_buttons(client, sketch, lead, agency):
    client.force_login(lead)
    address = reverse("competition:co_applicants", args=[sketch.reference])

    found = client.get(address, {"q": "skogh"}).context["matches"]
    client.post(address, {"invite_editor": agency.pk})
    co = CoApplicant.objects.get()
    client.post(address, {"role_reader": co.pk})
    role = CoApplicant.objects.get().role
    client.post(address, {"remove": co.pk})

    assert (found, co.organisation, role) == ([agency], agency, "reader")
    assert not CoApplicant.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "999999999", "9" * 30, "-1"])
def test_buttons_that_name_nothing_change_nothing(client, sketch, lead, key):
    client.force_login(lead)
    address = reverse("competition:co_applicants", args=[sketch.reference])

    codes = {client.post(address, {name: key}).status_code for name in ("invite_editor", "again", "remove", "other")}

    assert codes <= {302, 404}
    assert not CoApplicant.objects.exists()


def test_an_unregistered_one_is_typed_and_kept_when_wrong(client, sketch, lead):
    client.force_login(lead)
    address = reverse("competition:co_applicants", args=[sketch.reference])
    typed = {"unregistered": "1", "name": "Fjellby", "country": "NO", "mailbox": "none", "role": "reader"}

    wrong = client.post(address, typed)
    right = client.post(address, typed | {"mailbox": "post@fjellby.example"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Fjellby" in wrong.content.decode()
    assert CoApplicant.objects.get().shown_name == "Fjellby"


def test_pages_for_a_member_of_a_co_applicant(client, sketch, agency, partner):
    co = factories.join(sketch, agency)
    client.force_login(partner)

    pages = [
        client.get(reverse(f"competition:{name}", args=[sketch.reference, *more]))
        for name, more in [("sketch", []), ("check", []), ("co_applicants", []), ("section", ["need"])]
    ]
    left = client.post(
        reverse("competition:co_applicant_withdraw", args=[sketch.reference, co.pk]), {"reason": "No people"}
    )

    assert [page.status_code for page in pages] == [200] * 4
    assert (left.status_code, state(co)) == (302, CoApplicantState.WITHDRAWN)
    assert client.get(reverse("competition:sketch", args=[sketch.reference])).status_code == 404


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_asks_the_same_number_of_questions(client, django_assert_num_queries, sketch, lead, number):
    for _one in range(number):
        factories.join(sketch)
    client.force_login(lead)
    address = reverse("competition:co_applicants", args=[sketch.reference])

    with django_assert_num_queries(5):
        client.get(address)
