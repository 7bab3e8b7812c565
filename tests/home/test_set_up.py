import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import CallListPage, Programme

pytestmark = pytest.mark.django_db


def set_up(**options):
    call_command("set_up", programme="Program for felles behov", owner="eier@program.example", **options)


def test_an_empty_installation_gets_pages_a_programme_and_an_owner(client):
    set_up()

    programme = Programme.objects.get()
    owner = User.objects.get()
    assert programme.memberships.get().role == ProgrammeRole.OWNER
    assert owner.has_perm("wagtailadmin.access_admin")
    assert not owner.has_usable_password()
    assert CallListPage.objects.count() == 5
    client.force_login(owner)
    assert client.get("/admin/calls/").status_code == 200


def test_others_of_the_programme_get_their_roles():
    set_up(member=["decision_maker=vedtak@program.example", "jury_secretary=sekretar@program.example"])
    set_up(member=["observer=innsyn@program.example"])

    roles = Programme.objects.get().memberships.values_list("user__email", "role")
    assert set(roles) == {
        ("eier@program.example", ProgrammeRole.OWNER),
        ("vedtak@program.example", ProgrammeRole.DECISION_MAKER),
        ("sekretar@program.example", ProgrammeRole.JURY_SECRETARY),
        ("innsyn@program.example", ProgrammeRole.OBSERVER),
    }


def test_setting_up_again_adds_nothing():
    set_up()
    set_up()

    assert (Programme.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"owner": None},
        {"owner": "ikke en adresse"},
        {"contact": "heller ikke"},
        {"member": ["king=a@b.example"]},
        {"member": ["observer"]},
    ],
)
def test_bad_arguments_are_answered_and_nothing_is_made(options):
    with pytest.raises(CommandError):
        call_command("set_up", **{"programme": "Program", "owner": "eier@program.example", **options})

    assert not Programme.objects.exists()
    assert not CallListPage.objects.exists()
