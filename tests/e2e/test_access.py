"""Getting in: by an invitation code, and after the deadline by an exception for one agency."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from competition.enums import AccessMode
from competition.models import AccessException, Call, InvitationCode, ReceiptTree, Sketch
from competition.services import sketches
from competition.services.receipts import seal_tree
from home.demo.people import PASSWORD
from home.demo.world import World
from tests import factories
from tests.e2e.pages import Person, wait_for_mail

AGENCY, PROGRAMME = "f-no-fjordby", "f-no-programme"


def owner_at(person, world: World) -> Person:
    owner = person("owner")
    return owner.sign_in_with_password(world.staff[PROGRAMME, "owner"].email, PASSWORD)


def test_code_lets_an_agency_in(person, world: World) -> None:
    call = factories.make_call(programme=world.programmes[PROGRAMME], title_en="Invited needs")
    Call.objects.filter(pk=call.pk).update(access=AccessMode.CODE)
    organisation = world.organisations[AGENCY]
    owner, agency = owner_at(person, world), person("agency", javascript=False)

    owner.open(f"/admin/calls/{call.pk}/access/").follow("Make codes").set("labels", organisation.name)
    owner.set("number", "0").set("labels", "").press("Make the codes").sees("Nothing was saved")
    owner.set("number", "1").set("labels", organisation.name).press("Make the codes").sees("1 code was made")
    code = InvitationCode.objects.get().code
    agency.sign_in_with_password(world.writers[AGENCY].email, PASSWORD)
    agency.open(f"/en/my/calls/{call.slug}/start/").sees("open by invitation").follow("Use an invitation code")
    agency.set("code", code[:-1]).press("Use the code").sees("a character is wrong or missing")
    agency.set("code", f"{code[:4]} {code[4:]}".lower()).press("Use the code").sees("may write in this call")
    agency.press("Start")

    assert "/my/sketches/" in agency.path
    owner.open(f"/admin/calls/{call.pk}/access/").sees(organisation.name).sees("1 of 1")


def test_exception_lets_one_agency_hand_in_late(person, world: World) -> None:
    call = factories.make_call(programme=world.programmes[PROGRAMME], title_en="Late needs")
    writer, organisation = world.writers[AGENCY], world.organisations[AGENCY]
    draft = sketches.start_sketch(by=writer, call=call, organisation=organisation)
    sketches.save_answers(by=writer, sketch=draft, values=factories.ANSWERS)
    factories.close(call)
    sealed = ReceiptTree.objects.get(call=call).root
    owner, agency = owner_at(person, world), person("agency")
    agency.sign_in_with_password(writer.email, PASSWORD)
    agency.open(f"/en/my/sketches/{draft.reference}/").sees("can no longer be changed")

    until = (timezone.now() + dt.timedelta(days=2)).astimezone(call.zone).replace(hour=13, minute=0)
    owner.open(f"/admin/calls/{call.pk}/access/exceptions/?q={organisation.name[:10]}")
    owner.set("closes_at", until.strftime("%Y-%m-%dT%H:%M")).press("Grant the exception").sees("Nothing was saved")
    owner.set("reason_en", "The sign-in service was down.").press("Grant the exception").sees("is public now")
    wait_for_mail(writer.email, about="Unntak")
    agency.open(f"/en/calls/{call.slug}/").sees("The sign-in service was down.").sees(organisation.name)
    agency.open(f"/en/my/sketches/{draft.reference}/check/").press("Submit the sketch").sees("The sketch is submitted")
    agency.sees("Late root").follow("Verify this receipt").sees("Late root")

    tree = ReceiptTree.objects.get(call=call)
    assert (tree.root, tree.sealed_size, tree.size) == (sealed, 0, 1)
    assert Sketch.objects.get().current_version.number == 1
    assert seal_tree(call=call) is None
    owner.open(f"/admin/calls/{call.pk}/sketches/complete/")
    owner.open(f"/admin/calls/{call.pk}/access/exceptions/{AccessException.objects.get().pk}/revoke/").sees("stays")


def test_owner_sets_the_programme(person, world: World) -> None:
    programme = world.programmes[PROGRAMME]
    owner = owner_at(person, world)

    owner.open("/admin/calls/programmes/").open(f"/admin/calls/programmes/{programme.pk}/")
    owner.set("name_en", "").set("introduction_en", "Who we are.").press("Save").sees("The programme was saved")
    owner.follow("Add a partner").set("name", "County of Fjords").press("Save").sees("County of Fjords")
    owner.follow("Give somebody a role").set("email", "new@programme.example")
    owner.page.locator("[name=roles][value=observer]").check()
    owner.press("Give the roles").sees("is told by letter")

    wait_for_mail("new@programme.example", about="Your roles")
