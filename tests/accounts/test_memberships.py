import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from accounts import services
from accounts.enums import MemberRole
from accounts.errors import NotAllowed, Refused
from accounts.models import Invitation, Membership
from tests.factories import make_organisation, make_sketch, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return make_user("leder@fjordby.example")


@pytest.fixture
def organisation(admin):
    return make_organisation(member=admin, name="Fjordby kommune")


def add(organisation, role):
    return Membership.objects.create(user=make_user(), organisation=organisation, role=role)


def of(user, organisation):
    return Membership.objects.get(user=user, organisation=organisation)


def test_roles_change_and_are_logged(admin, organisation):
    membership = add(organisation, MemberRole.READER)

    services.change_role(by=admin, membership=membership, role=MemberRole.EDITOR)

    membership.refresh_from_db()
    entry = ModelLogEntry.objects.get(action="accounts.change_role")
    assert membership.role == MemberRole.EDITOR
    assert entry.data == {"member": membership.user_id, "from": "reader", "to": "editor"}


def test_a_role_changed_by_a_colleague_meanwhile_is_not_overwritten(admin, organisation):
    membership = add(organisation, MemberRole.ADMIN)

    with pytest.raises(Refused, match="Administrator"):
        services.change_role(by=admin, membership=membership, role=MemberRole.EDITOR, expected=MemberRole.READER)

    membership.refresh_from_db()
    assert membership.role == MemberRole.ADMIN


def test_the_last_administrator_stays(admin, organisation):
    add(organisation, MemberRole.EDITOR)
    last = of(admin, organisation)

    for act in (
        lambda: services.change_role(by=admin, membership=last, role=MemberRole.EDITOR),
        lambda: services.remove_member(by=admin, membership=last),
        lambda: services.leave_organisation(by=admin, organisation=organisation),
    ):
        with pytest.raises(Refused, match="administrator first"):
            act()

    assert of(admin, organisation).role == MemberRole.ADMIN


def test_an_inactive_administrator_is_none(admin, organisation):
    other = add(organisation, MemberRole.ADMIN)
    other.user.is_active = False
    other.user.save()

    with pytest.raises(Refused):
        services.leave_organisation(by=admin, organisation=organisation)


def test_after_handing_over_one_may_leave(admin, organisation):
    colleague = add(organisation, MemberRole.EDITOR)

    services.change_role(by=admin, membership=colleague, role=MemberRole.ADMIN)
    services.leave_organisation(by=admin, organisation=organisation)

    assert list(organisation.memberships.values_list("user", "role")) == [(colleague.user_id, "admin")]


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.READER, None])
def test_only_administrators_change_and_remove(admin, organisation, role):
    target = add(organisation, MemberRole.READER)
    other = add(organisation, role).user if role else make_user()
    invitation = services.invite_member(
        by=admin, organisation=organisation, email="ny@fjordby.example", role="reader", language="en"
    )

    for act in (
        lambda: services.change_role(by=other, membership=target, role=MemberRole.EDITOR),
        lambda: services.remove_member(by=other, membership=target),
        lambda: services.withdraw_invitation(by=other, invitation=invitation),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert Membership.objects.filter(pk=target.pk, role=MemberRole.READER).exists()


def test_who_was_removed_loses_open_pages_at_once(client, admin):
    editor = make_user()
    sketch = make_sketch(by=editor)
    organisation = sketch.organisation
    Membership.objects.create(user=admin, organisation=organisation, role=MemberRole.ADMIN)
    client.force_login(editor)
    page = reverse("competition:sketch", args=[sketch.reference])
    save = reverse("competition:autosave", args=[sketch.reference, "need"])
    before = client.get(page).status_code

    services.remove_member(by=admin, membership=of(editor, organisation))

    assert before == 200
    assert client.get(page).status_code == 404
    assert client.post(save, {"need": "Too late"}).status_code in (403, 404)
    assert client.get(reverse("accounts:organisation_detail", args=[organisation.pk])).status_code == 404


def test_removing_twice_is_said(admin, organisation):
    membership = add(organisation, MemberRole.READER)
    services.remove_member(by=admin, membership=membership)

    with pytest.raises(Refused):
        services.remove_member(by=admin, membership=membership)


def test_a_withdrawn_invitation_is_void(admin, organisation):
    invitation = services.invite_member(
        by=admin, organisation=organisation, email="ny@fjordby.example", role="reader", language="en"
    )
    copy = Invitation.objects.get()

    services.withdraw_invitation(by=admin, invitation=invitation)

    assert not Invitation.objects.exists()
    with pytest.raises(Refused):
        services.withdraw_invitation(by=admin, invitation=copy)


def test_members_are_managed_on_the_pages(client, admin, organisation):
    member = add(organisation, MemberRole.READER)
    address = reverse("accounts:member", args=[organisation.pk, member.pk])
    client.force_login(admin)

    shown = client.get(address).content.decode()
    client.post(address, {"action": "role", "role": "editor", "expected": "reader"})
    changed = Membership.objects.get(pk=member.pk).role
    bad = client.post(address, {"action": "role", "role": "owner"})
    client.post(address, {"action": "remove"})

    assert member.user.email in shown
    assert changed == "editor"
    assert bad.status_code == 422
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_the_last_administrator_reads_how_to_hand_over(client, admin, organisation):
    client.force_login(admin)

    response = client.post(reverse("accounts:leave", args=[organisation.pk]))

    assert response.status_code == 409
    assert "Make a colleague administrator first" in response.content.decode()


def test_leaving_on_the_page(client, admin, organisation):
    member = add(organisation, MemberRole.READER)
    client.force_login(member.user)
    address = reverse("accounts:leave", args=[organisation.pk])

    opened = client.get(address).status_code
    still = Membership.objects.filter(pk=member.pk).exists()
    client.post(address)

    assert (opened, still) == (200, True)
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_invitations_are_sent_again_and_withdrawn(client, admin, organisation):
    invitation = services.invite_member(
        by=admin, organisation=organisation, email="ny@fjordby.example", role="reader", language="en"
    )
    address = reverse("accounts:waiting_invitation", args=[organisation.pk, invitation.pk])
    client.force_login(admin)

    client.post(address, {"action": "resend"})
    again = Invitation.objects.get()
    client.post(address, {"action": "withdraw"})

    assert (again.pk, again.role) == (invitation.pk, "reader")
    assert again.nonce != invitation.nonce
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("size", [1, 12])
def test_the_page_of_an_organisation_is_the_same_work_at_any_size(
    client, admin, organisation, size, django_assert_max_num_queries
):
    for number in range(size):
        add(organisation, MemberRole.READER)
        services.request_to_join(by=make_user(), organisation=organisation)
        services.invite_member(
            by=admin, organisation=organisation, email=f"n{number}@x.example", role="reader", language="en"
        )
    client.force_login(admin)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("accounts:organisation_detail", args=[organisation.pk]))

    assert page.status_code == 200


def test_a_reader_sees_members_but_no_requests(client, admin, organisation):
    reader = add(organisation, MemberRole.READER)
    asking = make_user("sporjande@fjordby.example")
    services.request_to_join(by=asking, organisation=organisation)
    client.force_login(reader.user)

    text = client.get(reverse("accounts:organisation_detail", args=[organisation.pk])).content.decode()

    assert admin.email in text
    assert asking.email not in text
