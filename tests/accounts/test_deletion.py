import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email
from wagtail.models import ModelLogEntry

from accounts import codes, services
from accounts.enums import MemberRole
from accounts.errors import InvalidInput, Refused
from accounts.models import AccountDeletion, Membership, User
from accounts.selectors import obstacles_to_deleting
from competition.enums import ProgrammeRole, SketchState
from competition.models import MeetingRegistration, ProgrammeMember, Sketch
from competition.services.meetings import create_meeting
from competition.services.registrations import register
from notifications.models import Letter
from notifications.tasks import write_account_deletion, write_missing_join_letters
from tests import factories
from tests.factories import make_organisation, make_user
from tests.scoring import factories as scoring_factories

pytestmark = pytest.mark.django_db
ADDRESS = "skriv@fjordby.example"


@pytest.fixture
def person():
    user = make_user(ADDRESS, name="Somebody")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def ask(user):
    deletion = services.ask_account_deletion(by=user)
    return codes.make("account-deletion", deletion.nonce)


def delete(user):
    return services.delete_account(by=user, code=ask(user))


def texts(user):
    return [str(obstacle.text) for obstacle in obstacles_to_deleting(user)]


def test_what_is_the_persons_goes_and_the_row_stays_under_a_pseudonym(person):
    organisation = make_organisation(member=person, role=MemberRole.EDITOR)
    make_organisation(member=make_user())
    services.request_to_join(by=person, organisation=make_organisation(member=make_user()))

    delete(person)

    user = User.objects.get(pk=person.pk)
    mark = user.email.split("@")[0].upper()
    assert user.name.endswith(mark)
    assert user.email == f"{mark.lower()}@deleted.invalid"
    assert (user.is_active, user.is_staff, user.is_superuser, user.has_usable_password()) == (False,) * 4
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not organisation.memberships.exists()
    assert not user.join_requests.exists()
    assert not AccountDeletion.objects.exists()
    assert ModelLogEntry.objects.filter(action="accounts.delete_account", user=user).count() == 1


def test_what_was_written_keeps_pointing_to_the_pseudonym(person):
    sketch = factories.make_sketch(by=person)
    Membership.objects.create(user=make_user(), organisation=sketch.organisation, role=MemberRole.ADMIN)
    version = factories.submit(sketch, by=person)

    delete(person)

    version.refresh_from_db()
    assert version.submitted_by.pk == person.pk
    assert ADDRESS not in str(version.submitted_by)
    assert Sketch.objects.get().created_by_id == person.pk


def test_no_letter_keeps_the_address(person):
    admin = make_user()
    organisation = make_organisation(member=admin)
    services.request_to_join(by=person, organisation=organisation)
    write_missing_join_letters()
    ask(person)
    write_account_deletion(AccountDeletion.objects.get().pk)
    before = Letter.objects.filter(text__icontains=ADDRESS).count()

    services.delete_account(by=person, code=codes.make("account-deletion", AccountDeletion.objects.get().nonce))

    kept = [*Letter.objects.values_list("recipient", "subject", "text", "html")]
    kept += [*Email.objects.values_list("to", "subject", "message", "html_message")]
    assert before == 1
    assert len(kept) == 4
    assert ADDRESS not in str(kept).lower()
    assert "@deleted.invalid" in str(kept)


def test_sessions_end_and_the_address_may_come_back_as_somebody_new(client, person):
    client.force_login(person)
    before = client.get(reverse("accounts:organisation_list")).status_code

    delete(person)

    assert before == 200
    assert client.get(reverse("accounts:organisation_list")).status_code == 302
    assert services.find_or_create_user(email=ADDRESS, language="en").pk != person.pk


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_the_code_may_be_typed_in_any_way(person, change):
    services.delete_account(by=person, code=change(ask(person)))

    assert not User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize("code", ["", "3333-3333", "æøå", "\x00", "x" * 5000])
def test_a_wrong_code_deletes_nothing_and_is_counted(person, code):
    ask(person)

    with pytest.raises(InvalidInput) as refused:
        services.delete_account(by=person, code=code)

    assert set(refused.value.errors) == {"code"}
    assert AccountDeletion.objects.get().attempts == 1
    assert User.objects.get(pk=person.pk).email == ADDRESS


def test_after_five_wrong_codes_the_right_one_counts_no_more(person):
    right = ask(person)
    for _attempt in range(5):
        with pytest.raises(InvalidInput):
            services.delete_account(by=person, code="3333-3333")

    with pytest.raises(InvalidInput):
        services.delete_account(by=person, code=right)

    assert ask(person) != right


def test_an_old_code_counts_no_more(person):
    code = ask(person)
    AccountDeletion.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    with pytest.raises(InvalidInput):
        services.delete_account(by=person, code=code)


def test_asking_again_within_a_minute_keeps_the_code_and_later_makes_a_new_one(person):
    first = ask(person)
    again = ask(person)
    AccountDeletion.objects.update(asked_at=timezone.now() - dt.timedelta(minutes=2))

    assert again == first
    assert ask(person) != first


def test_the_only_administrator_of_others_hands_over_first(person):
    organisation = make_organisation(member=person, name="Fjordby kommune")
    other = make_user()
    Membership.objects.create(user=other, organisation=organisation, role=MemberRole.READER)

    with pytest.raises(Refused):
        services.ask_account_deletion(by=person)

    assert texts(person) == ["You are the only administrator of Fjordby kommune, which has other members."]
    Membership.objects.filter(user=other).update(role=MemberRole.ADMIN)
    assert texts(person) == []


@pytest.mark.parametrize(
    ("state", "blocked"),
    [
        (SketchState.DRAFT, False),
        (SketchState.SUBMITTED, True),
        (SketchState.ADMITTED, True),
        (SketchState.AWARDED, True),
        (SketchState.WITHDRAWN, False),
        (SketchState.REJECTED, False),
        (SketchState.DISMISSED, False),
    ],
)
def test_the_only_administrator_of_a_living_sketch_stays(person, state, blocked):
    sketch = factories.make_sketch(by=person)
    if state != SketchState.DRAFT:
        factories.submit(sketch, by=person)
        Sketch.objects.update(state=state)

    assert bool(texts(person)) == blocked


def test_an_obstacle_that_came_after_the_code_still_counts(person):
    code = ask(person)
    organisation = make_organisation(member=person)
    Membership.objects.create(user=make_user(), organisation=organisation, role=MemberRole.READER)

    with pytest.raises(Refused):
        services.delete_account(by=person, code=code)

    assert User.objects.get(pk=person.pk).is_active


def test_the_only_owner_and_a_juror_at_work_stay():
    call = factories.make_call()
    owner = factories.owner_of(call.programme)
    juror = scoring_factories.make_juror(call).user

    assert len(texts(owner)) == 1
    assert len(texts(juror)) == 1
    factories.add_role(call.programme, make_user(), ProgrammeRole.OWNER)
    assert texts(owner) == []
    delete(owner)
    assert not ProgrammeMember.objects.filter(user=owner).exists()


def test_deleting_on_the_page(client, person):
    client.force_login(person)
    address = reverse("accounts:account_delete")

    shown = client.get(address)
    client.post(address, {"action": "send"})
    wrong = client.post(address, {"action": "confirm", "code": "wrong"})
    code = codes.make("account-deletion", AccountDeletion.objects.get().nonce)
    right = client.post(address, {"action": "confirm", "code": code})

    assert shown.status_code == 200
    assert wrong.status_code == 422
    assert wrong.context["form"]["code"].value() == "wrong"
    assert right.status_code == 302
    assert "_auth_user_id" not in client.session
    assert not User.objects.get(pk=person.pk).is_active


def test_the_page_says_what_stands_against_it_and_sends_nothing(client, person):
    organisation = make_organisation(member=person)
    Membership.objects.create(user=make_user(), organisation=organisation, role=MemberRole.READER)
    client.force_login(person)

    page = client.post(reverse("accounts:account_delete"), {"action": "send"})

    assert reverse("accounts:organisation_detail", args=[organisation.pk]) in page.content.decode()
    assert not AccountDeletion.objects.exists()
    assert mail.outbox == []


def test_a_place_in_a_coming_meeting_goes_to_whoever_waits(person):
    call = factories.make_call()
    soon = timezone.now() + dt.timedelta(days=5)
    meeting = create_meeting(
        by=factories.owner_of(call.programme),
        call=call,
        title_en="Before you write",
        starts_at=soon,
        ends_at=soon + dt.timedelta(hours=1),
        capacity=1,
    )
    register(by=person, meeting=meeting)
    waiting = register(by=make_user(), meeting=meeting)

    delete(person)

    states = dict(MeetingRegistration.objects.values_list("user", "state"))
    assert states == {person.pk: "cancelled", waiting.user_id: "registered"}
