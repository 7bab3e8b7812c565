import pytest
from django.urls import reverse

from accounts import services, tokens
from accounts.enums import MemberRole
from accounts.models import Invitation, Membership, Organisation, User

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Fjordby kommune",
    "country": "NO",
    "kind": "municipality",
    "number": "312 013 169",
    "mailbox": "post@fjordby.example",
    "language_form": "nb",
}


@pytest.fixture
def person(client):
    user = User.objects.create_user("skisse@fjordby.example", language="nb")
    client.force_login(user)
    return user


@pytest.fixture
def organisation(person):
    return services.register_organisation(by=person, name="Fjordby kommune", country="NO", kind="municipality")


def test_registering_leads_to_the_organisation(client, person):
    response = client.post(reverse("accounts:organisation_create"), TYPED)

    organisation = Organisation.objects.get()
    assert response.url == reverse("accounts:organisation_detail", args=[organisation.pk])


def test_registering_leads_back_to_where_one_came_from_but_never_off_the_site(client, person):
    inside = client.post(reverse("accounts:organisation_create"), TYPED | {"next": "/nb/my/"})
    outside = client.post(
        reverse("accounts:organisation_create"), TYPED | {"number": "", "next": "https://evil.example/"}
    )

    assert inside.url == "/nb/my/"
    assert outside.url.startswith("/")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "312 013 168"),
        ("number", "9" * 40),
        ("name", ""),
        ("name", "x" * 300),
        ("name", "a\x00b"),
        ("mailbox", "ikke en adresse"),
        ("country", "XX"),
        ("kind", "programme_owner"),
    ],
)
def test_bad_input_is_answered_at_the_field_and_kept(client, person, field, value):
    response = client.post(reverse("accounts:organisation_create"), TYPED | {field: value})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert response.context["form"]["mailbox"].value() == (value if field == "mailbox" else TYPED["mailbox"])
    assert not Organisation.objects.exists()


def test_another_persons_organisation_is_not_there(client, organisation):
    stranger = User.objects.create_user("annen@havnes.example")
    client.force_login(stranger)

    assert client.get(reverse("accounts:organisation_detail", args=[organisation.pk])).status_code == 404


def test_opening_an_invitation_does_nothing(client, person, organisation):
    invitation = services.invite_member(
        by=person, organisation=organisation, email="ny@fjordby.example", role=MemberRole.EDITOR, language="nb"
    )
    address = reverse("accounts:invitation", args=[tokens.make("invitation", pk=invitation.pk, nonce=invitation.nonce)])
    colleague = User.objects.create_user("ny@fjordby.example")
    client.force_login(colleague)

    opened = client.get(address)

    assert opened.status_code == 200
    assert Invitation.objects.get().accepted_at is None
    assert not Membership.objects.filter(user=colleague).exists()

    client.post(address)

    assert Membership.objects.filter(user=colleague).count() == 1
    assert client.get(address).status_code == 410


def test_invitation_page_asks_a_stranger_to_sign_in_and_a_broken_link_says_so(client, person, organisation):
    invitation = services.invite_member(
        by=person, organisation=organisation, email="ny@fjordby.example", role=MemberRole.EDITOR, language="nb"
    )
    address = reverse("accounts:invitation", args=[tokens.make("invitation", pk=invitation.pk, nonce=invitation.nonce)])
    client.logout()

    page = client.get(address)

    assert reverse("account_login") in page.content.decode()
    assert client.post(address).status_code == 200
    assert not Membership.objects.filter(organisation=organisation).exclude(user=person).exists()
    assert client.get(address[:-3] + "/").status_code == 410


def test_language_of_letters_is_remembered_for_letters_and_workspace(client, person):
    response = client.post(reverse("accounts:language"), {"language": "sv"})

    person.refresh_from_db()
    assert response.status_code == 302
    assert person.language == "sv"
    assert person.wagtail_userprofile.preferred_language == "sv"
    assert client.post(reverse("accounts:language"), {"language": "xx"}).status_code == 422
