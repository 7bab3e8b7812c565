import datetime as dt
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import services, tokens
from accounts.enums import JoinOutcome, MemberRole
from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.models import Invitation, JoinRequest, Membership, RegisterEntry
from accounts.selectors.tasks import open_tasks
from notifications.account_letters import write_join_answer
from notifications.models import Letter
from notifications.tasks import write_join_letters, write_missing_join_letters
from tests.factories import make_organisation, make_sketch, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("leder@fjordby.example")


@pytest.fixture
def organisation(admin):
    return make_organisation(member=admin, name="Fjordby kommune")


@pytest.fixture
def person():
    return make_verified("ny@fjordby.example")


def make_verified(email, *, verified=True):
    user = make_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def roles(organisation):
    return dict(organisation.memberships.values_list("user__email", "role"))


def open_domain(admin, organisation, role=MemberRole.EDITOR):
    return services.set_mail_domains(by=admin, organisation=organisation, domains=["fjordby.example"], role=role)


def test_a_request_approved_makes_a_member(admin, organisation, person):
    request = services.request_to_join(by=person, organisation=organisation, message="I write sketches.")

    services.approve_request(by=admin, request=request, role=MemberRole.EDITOR)

    request.refresh_from_db()
    assert roles(organisation) == {admin.email: "admin", person.email: "editor"}
    assert (request.outcome, request.answered_by) == (JoinOutcome.APPROVED, admin)


def test_asking_twice_asks_once(organisation, person):
    first = services.request_to_join(by=person, organisation=organisation)
    second = services.request_to_join(by=person, organisation=organisation)

    assert first == second
    assert JoinRequest.objects.count() == 1


def test_an_expired_request_cannot_be_approved_and_can_be_made_anew(admin, organisation, person):
    old = services.request_to_join(by=person, organisation=organisation)
    JoinRequest.objects.update(expires_at=timezone.now())

    with pytest.raises(Refused):
        services.approve_request(by=admin, request=old, role=MemberRole.EDITOR)
    new = services.request_to_join(by=person, organisation=organisation)

    assert new != old
    assert roles(organisation) == {admin.email: "admin"}


def test_the_second_answer_is_told_of_the_first(admin, organisation, person):
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=organisation, role=MemberRole.ADMIN)
    request = services.request_to_join(by=person, organisation=organisation)
    services.refuse_request(by=colleague, request=request, reason="You work in Havnes.")

    with pytest.raises(Refused, match="answered"):
        services.approve_request(by=admin, request=request, role=MemberRole.EDITOR)

    assert person.email not in roles(organisation)


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.READER, None])
def test_only_administrators_answer_and_set_domains(organisation, person, role):
    other = make_user()
    if role:
        Membership.objects.create(user=other, organisation=organisation, role=role)
    request = services.request_to_join(by=person, organisation=organisation)

    for act in (
        lambda: services.approve_request(by=other, request=request, role=MemberRole.READER),
        lambda: services.refuse_request(by=other, request=request, reason="No."),
        lambda: open_domain(other, organisation),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_floods_administrators(person):
    for _number in range(5):
        services.request_to_join(by=person, organisation=make_organisation(member=make_user()))

    with pytest.raises(Refused):
        services.request_to_join(by=person, organisation=make_organisation(member=make_user()))


def test_an_organisation_without_administrator_says_so(person):
    with pytest.raises(Refused):
        services.request_to_join(by=person, organisation=make_organisation())

    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.READER])
def test_a_verified_address_in_the_domain_joins_at_once(admin, organisation, person, role):
    open_domain(admin, organisation, role)
    services.request_to_join(by=person, organisation=organisation)

    services.join_by_domain(by=person, organisation=organisation)

    assert roles(organisation) == {admin.email: "admin", person.email: role}
    assert JoinRequest.objects.get().outcome == JoinOutcome.WITHDRAWN


@pytest.mark.parametrize(
    ("email", "verified"),
    [
        ("ny@fjordby.example", False),
        ("ny@havnes.example", True),
        ("ny@sub.fjordby.example", True),
        ("ny@notfjordby.example", True),
        ("fjordby.example@gmail.com", True),
    ],
)
def test_another_or_unverified_address_joins_nothing(admin, organisation, email, verified):
    open_domain(admin, organisation)

    with pytest.raises(Refused):
        services.join_by_domain(by=make_verified(email, verified=verified), organisation=organisation)

    assert roles(organisation) == {admin.email: "admin"}


def test_joining_by_domain_is_off_until_set(admin, organisation, person):
    services.set_mail_domains(by=admin, organisation=organisation, domains=["fjordby.example"], role="")

    with pytest.raises(Refused):
        services.join_by_domain(by=person, organisation=organisation)


@pytest.mark.parametrize(
    ("domains", "role", "field"),
    [
        (["gmail.com"], "reader", "domains"),
        (["mail.gmail.com"], "", "domains"),
        (["no"], "reader", "domains"),
        (["http://x.example"], "reader", "domains"),
        ([], "reader", "domains"),
        ([f"x{number}.example" for number in range(21)], "reader", "domains"),
        (["fjordby.example"], "admin", "role"),
    ],
)
def test_domains_that_prove_nothing_are_refused(admin, organisation, domains, role, field):
    with pytest.raises(InvalidInput) as refused:
        services.set_mail_domains(by=admin, organisation=organisation, domains=domains, role=role)

    organisation.refresh_from_db()
    assert set(refused.value.errors) == {field}
    assert (organisation.mail_domains, organisation.domain_role) == ([], "")


def test_registering_takes_the_domain_the_register_names(person):
    RegisterEntry.objects.create(
        country="NO",
        number="312013169",
        name="Fjordby kommune",
        folded="fjordby kommune",
        kind="municipality",
        mail_domains=["fjordby.example"],
        loaded_at=timezone.now(),
    )

    organisation = services.register_organisation(
        by=make_user(), name="Fjordby", country="NO", kind="municipality", number="312 013 169"
    )

    assert services.join_by_domain(by=person, organisation=organisation).role == MemberRole.READER


def test_an_older_invitation_never_takes_a_role_away(admin, organisation, person):
    services.invite_member(by=admin, organisation=organisation, email=person.email, role="reader", language="en")
    request = services.request_to_join(by=person, organisation=organisation)
    services.approve_request(by=admin, request=request, role=MemberRole.ADMIN)
    invitation = Invitation.objects.get()

    services.accept_invitation(by=person, token=tokens.make("invitation", pk=invitation.pk, nonce=invitation.nonce))

    assert roles(organisation)[person.email] == "admin"


def letters():
    return list(Letter.objects.order_by("pk").values_list("kind", "recipient"))


def test_each_administrator_is_told_once_and_the_answer_once(admin, organisation, person):
    Membership.objects.create(user=make_user("annen@fjordby.example"), organisation=organisation, role="admin")
    request = services.request_to_join(by=person, organisation=organisation, message="I am new.")
    write_join_letters(request.pk)
    write_missing_join_letters()
    services.refuse_request(by=admin, request=request, reason="You work in Havnes.")
    write_missing_join_letters()
    write_join_letters(request.pk)

    assert letters() == [
        ("join_request", "leder@fjordby.example"),
        ("join_request", "annen@fjordby.example"),
        ("join_answer", "ny@fjordby.example"),
    ]
    first, _second, last = Letter.objects.order_by("pk")
    assert f"/my/organisations/{organisation.pk}/requests/{request.pk}/" in first.text
    assert "I am new." in first.text
    assert "You work in Havnes." in last.text


def join_page(organisation):
    return reverse("accounts:join", args=[organisation.pk])


def test_the_join_page_tells_an_outsider_nothing_of_members(client, admin, organisation, person):
    client.force_login(person)

    text = client.get(join_page(organisation)).content.decode()

    assert organisation.name in text
    assert admin.email not in text
    assert organisation.mailbox not in text


def test_asking_and_taking_back_on_the_page(client, organisation, person):
    client.force_login(person)

    client.post(join_page(organisation), {"action": "ask", "message": "Hei"})
    asked = JoinRequest.objects.get().outcome
    client.post(join_page(organisation), {"action": "withdraw"})

    assert (asked, JoinRequest.objects.get().outcome) == (JoinOutcome.PENDING, JoinOutcome.WITHDRAWN)


def test_joining_by_domain_leads_back_to_where_one_came_from(client, admin, organisation, person):
    open_domain(admin, organisation)
    client.force_login(person)

    response = client.post(join_page(organisation), {"action": "domain", "next": "/nb/my/"})

    assert response.url == "/nb/my/"
    assert person.email in roles(organisation)


@pytest.mark.parametrize("message", ["x" * 501, "a\x01b"])
def test_a_bad_message_is_answered_at_the_field_and_kept(client, organisation, person, message):
    client.force_login(person)

    response = client.post(join_page(organisation), {"action": "ask", "message": message})

    assert response.status_code == 422
    assert response.context["form"]["message"].value() == message
    assert not JoinRequest.objects.exists()


def test_opening_the_letters_link_does_nothing_and_the_button_answers_once(client, admin, organisation, person):
    request = services.request_to_join(by=person, organisation=organisation)
    address = reverse("accounts:join_request", args=[organisation.pk, request.pk])
    client.force_login(admin)

    assert client.get(address).status_code == 200
    assert JoinRequest.objects.get().outcome == JoinOutcome.PENDING
    assert client.post(address, {"action": "refuse", "reason": ""}).status_code == 422
    assert client.post(address, {"action": "approve", "role": "reader"}).status_code == 302
    again = client.post(address, {"action": "approve", "role": "admin"})

    assert again.status_code == 422
    assert roles(organisation) == {admin.email: "admin", person.email: "reader"}


def test_mail_domains_are_listed_on_the_page(client, admin, organisation):
    client.force_login(admin)
    address = reverse("accounts:mail_domains", args=[organisation.pk])

    bad = client.post(address, {"domains": "fjordby.example\ngmail.com", "role": "reader"})
    good = client.post(address, {"domains": "Fjordby.example,  fjordby.example", "role": "reader"})

    organisation.refresh_from_db()
    assert (bad.status_code, good.status_code) == (422, 302)
    assert bad.context["form"].errors.keys() == {"domains"}
    assert (organisation.mail_domains, organisation.domain_role) == (["fjordby.example"], "reader")


def test_a_request_keeps_for_two_weeks(organisation, person):
    request = services.request_to_join(by=person, organisation=organisation)

    assert request.is_open_at(timezone.now() + dt.timedelta(days=13))
    assert not request.is_open_at(timezone.now() + dt.timedelta(days=15))


def test_a_request_stands_among_the_administrators_tasks_and_ones_own_in_the_list(client, admin, organisation, person):
    Membership.objects.create(user=(reader := make_user()), organisation=organisation, role=MemberRole.READER)
    request = services.request_to_join(by=person, organisation=organisation)
    client.force_login(person)

    mine = client.get(reverse("accounts:organisation_list")).content.decode()

    assert join_page(organisation) in mine
    assert [task.url for task in open_tasks(admin)] == [
        reverse("accounts:join_request", args=[organisation.pk, request.pk])
    ]
    assert open_tasks(reader) == []


def test_who_writes_for_several_organisations_reads_for_which(client, organisation, person):
    sketch = make_sketch(by=person)
    Membership.objects.create(user=person, organisation=organisation, role=MemberRole.EDITOR)
    client.force_login(person)

    pages = [
        client.get(reverse(f"competition:{name}", args=[sketch.reference, *more])).content.decode()
        for name, more in (("sketch", []), ("section", ["need"]), ("check", []))
    ]

    assert [sketch.organisation.name in page for page in pages] == [True] * 3


def test_asking_leads_back_to_where_one_came_from_at_once_and_by_the_letter(client, admin, organisation, person):
    came_from = "/en/calls/needs/start/"
    client.force_login(person)

    response = client.post(join_page(organisation), {"action": "ask", "message": "", "next": came_from})
    waiting = client.get(response.url)
    wish = JoinRequest.objects.get()
    services.approve_request(by=admin, request=wish, role="editor")
    wish.refresh_from_db()
    letter = write_join_answer(request=wish)

    assert f'href="{came_from}"' in waiting.content.decode()
    address = next(line for line in letter.text.splitlines() if "next=" in line)
    assert client.get(urlsplit(address).path, {"next": came_from}).url == came_from


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "/" + "x" * 400])
def test_no_letter_leads_elsewhere(client, admin, organisation, person, target):
    client.force_login(person)

    client.post(join_page(organisation), {"action": "ask", "message": "", "next": target})

    assert JoinRequest.objects.get().came_from == ""


def test_the_mailbox_is_set_by_an_administrator_alone(client, admin, organisation, person):
    address = reverse("accounts:mailbox", args=[organisation.pk])
    organisation.memberships.create(user=person, role="editor")

    client.force_login(person)
    assert client.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        services.set_mailbox(by=person, organisation=organisation, mailbox="post@example.com")
    client.force_login(admin)
    refused = client.post(address, {"mailbox": "post@"})
    assert refused.status_code == 422
    assert "post@" in refused.content.decode()
    response = client.post(address, {"mailbox": "post@example.com", "region": "Vestland", "next": "/en/my/"})
    organisation.refresh_from_db()
    assert (response.url, organisation.mailbox) == ("/en/my/", "post@example.com")
    assert organisation.region == "Vestland"
    services.set_mailbox(by=admin, organisation=organisation, mailbox="")
    organisation.refresh_from_db()
    assert (organisation.mailbox, organisation.region) == ("", "Vestland")
