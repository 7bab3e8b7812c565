import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts import services, tokens
from accounts.enums import LanguageForm, MemberRole
from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.models import Invitation, Membership, Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("skisse@fjordby.example", language="nb")


@pytest.fixture
def organisation(person):
    return services.register_organisation(
        by=person, name="Fjordby kommune", country="NO", kind="municipality", number="312 013 169"
    )


def invite(by, organisation, email="ny@fjordby.example"):
    return services.invite_member(by=by, organisation=organisation, email=email, role=MemberRole.EDITOR, language="nn")


def token_of(invitation):
    return tokens.make("invitation", pk=invitation.pk, nonce=invitation.nonce)


def test_register_organisation_makes_its_first_member_administrator(person, organisation):
    membership = Membership.objects.get()

    assert (membership.user, membership.organisation, membership.role) == (person, organisation, MemberRole.ADMIN)
    assert organisation.number == "312013169"
    assert ModelLogEntry.objects.filter(action="accounts.register_organisation", user=person).count() == 1


def test_register_organisation_twice_names_the_field(person, organisation):
    with pytest.raises(InvalidInput) as refused:
        services.register_organisation(by=person, name="Fjordby", country="NO", kind="municipality", number="312013169")

    assert set(refused.value.errors) == {"number"}
    assert Organisation.objects.count() == 1


def test_register_organisation_with_a_persons_number_stores_nothing(person):
    with pytest.raises(InvalidInput) as refused:
        services.register_organisation(
            by=person, name="Sjöbys kommun", country="SE", kind="municipality", number="811228-9874"
        )

    assert set(refused.value.errors) == {"number"}
    assert not Organisation.objects.exists()


def test_written_standard_is_norwegian_only(person):
    swedish = services.register_organisation(
        by=person, name="Sjöbys kommun", country="SE", kind="municipality", language_form=LanguageForm.NYNORSK
    )

    assert swedish.letter_language is None


def test_organisations_without_a_number_may_be_many(person):
    for name in ("En", "To"):
        services.register_organisation(by=person, name=name, country="NO", kind="municipality")

    assert Organisation.objects.count() == 2


def test_same_address_in_other_case_is_the_same_person(person):
    assert services.find_or_create_user(email="Skisse@Fjordby.example", language="da") == person
    assert User.objects.count() == 1


def test_invitation_makes_a_member_once(person, organisation):
    invitation = invite(person, organisation)
    colleague = User.objects.create_user("ny@fjordby.example")

    services.accept_invitation(by=colleague, token=token_of(invitation))

    assert Membership.objects.get(user=colleague).role == MemberRole.EDITOR
    with pytest.raises(Refused):
        services.accept_invitation(by=colleague, token=token_of(invitation))


def test_invitation_counts_only_for_its_address(person, organisation):
    invitation = invite(person, organisation)
    other = User.objects.create_user("annen@havnes.example")

    with pytest.raises(Refused):
        services.accept_invitation(by=other, token=token_of(invitation))

    assert not Membership.objects.filter(user=other).exists()


def test_invitation_expires(person, organisation):
    invitation = invite(person, organisation)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    colleague = User.objects.create_user("ny@fjordby.example")

    with pytest.raises(Refused):
        services.accept_invitation(by=colleague, token=token_of(invitation))


def test_inviting_again_voids_the_old_link(person, organisation):
    old = token_of(invite(person, organisation))
    new = token_of(invite(person, organisation, "NY@fjordby.example"))
    colleague = User.objects.create_user("ny@fjordby.example")

    assert Invitation.objects.count() == 1
    with pytest.raises(Refused):
        services.accept_invitation(by=colleague, token=old)
    services.accept_invitation(by=colleague, token=new)


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.READER, None])
def test_only_administrators_invite(person, organisation, role):
    other = User.objects.create_user("annen@fjordby.example")
    if role:
        Membership.objects.create(user=other, organisation=organisation, role=role)

    with pytest.raises(NotAllowed):
        invite(other, organisation)

    assert not Invitation.objects.exists()


def test_tokens_of_another_kind_or_changed_are_refused(person, organisation):
    invitation = invite(person, organisation)
    good = token_of(invitation)
    other_kind = tokens.make("other", pk=invitation.pk, nonce=invitation.nonce)

    for bad in (good[:-1] + ("A" if good[-1] != "A" else "B"), other_kind, "", "x:y"):
        with pytest.raises(tokens.BadToken):
            tokens.read("invitation", bad)
