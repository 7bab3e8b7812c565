"""Pages of an agency that the walks pass by, in each of the states in which they differ: for axe and on a phone.

What leads to a state is done by the services; the texts of the pages have tests of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import services, tokens
from accounts.enums import MemberRole
from accounts.models import AccountDeletion, Invitation
from competition.enums import ScanState
from competition.models import Attachment, CoApplicant, Endorsement, Sketch
from competition.selectors.co_applicants import token_of as co_applicant_token
from competition.selectors.endorsements import token_of
from competition.services import co_applicants, endorsements, sketches
from competition.services.attachments import add_attachment
from competition.services.previews import make_preview
from scoring.models import ImpartialityReason, Objection
from scoring.services.objections import object_to_juror, settle_objection
from scoring.services.publication import publish_jury
from tests import factories
from tests.documents import PDF
from tests.e2e.pages import Person
from tests.scoring import factories as juries

Arrive = Callable[..., Person]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def sketch(site: str) -> Sketch:
    return factories.make_sketch()


def again(sketch: Sketch, **values: str) -> Sketch:
    """The sketch freshly read, with other answers."""
    found = Sketch.objects.get(pk=sketch.pk)
    sketches.save_answers(by=factories.writer_of(found), sketch=found, values=values)
    return Sketch.objects.get(pk=sketch.pk)


def test_versions_earlier_texts_and_restoring(person: Arrive, sketch: Sketch) -> None:
    writer = factories.writer_of(sketch)
    agency = person("agency").enter(writer)
    at = f"/en/my/sketches/{sketch.reference}/"
    agency.open(f"{at}versions/").sees("Nothing has been submitted yet")
    agency.open(f"{at}earlier/title/").open(f"{at}earlier/need/")

    file = SimpleUploadedFile("plan.pdf", PDF)
    question = sketch.call.questions.get(kind="file")
    attached = add_attachment(by=writer, sketch=sketch, question=question, file=file)
    make_preview(pk=attached.pk)
    factories.submit(Sketch.objects.get(pk=sketch.pk))
    agency.open(f"{at}versions/").sees("There is no difference")
    agency.open(f"{at}check/").open(f"{at}files/{attached.pk}/remove/")
    Attachment.objects.update(scan_state=ScanState.WAITING)
    agency.open(f"{at}attachments/").sees("waits for the virus scan").open(f"{at}check/").open(at)
    Attachment.objects.update(scan_state=ScanState.INFECTED)
    agency.open(f"{at}attachments/").sees("A virus was found").open(f"{at}check/")
    Attachment.objects.update(scan_state=ScanState.CLEAN)

    again(sketch, need="Something else altogether.", title="Safer nights")
    factories.submit(Sketch.objects.get(pk=sketch.pk))
    again(sketch, need="A third text.", budget="3000000")
    agency.open(f"{at}versions/").open(f"{at}versions/?from=1&to=2").open(f"{at}earlier/need/")
    agency.open(f"{at}versions/1/restore/").press("Change these answers").sees("draft")
    agency.open(f"{at}withdraw/").press("Withdraw", within="main").sees("Something has to be put right")
    sketches.withdraw_sketch(by=writer, sketch=Sketch.objects.get(pk=sketch.pk), reason="Another way was found.")
    agency.open(at).open(f"{at}check/").open(f"{at}status/")


def test_the_endorsement_on_both_sides(person: Arrive, sketch: Sketch) -> None:
    agency, chief = person("agency").enter(factories.writer_of(sketch)), person("chief")
    page, check = (f"/en/my/sketches/{sketch.reference}/{name}/" for name in ("endorsement", "check"))
    agency.open(page).press("Send the request").sees("Something has to be put right")
    record = factories.ask_endorsement(sketch)
    link = f"/en/endorse/{token_of(record)}/"
    agency.open(page).sees("Waiting for the answer").open(check)
    chief.open(link).press("Do not endorse it").sees("Something has to be put right")
    Endorsement.objects.update(expires_at=timezone.now() - HOUR)
    agency.open(page).sees("Not answered in time")
    chief.open(link, status=410).sees("This link no longer counts").open("/en/endorse/made-up/", status=404)
    record = factories.ask_endorsement(sketch)
    endorsements.refuse_endorsement(token=token_of(record), reason="Not this year.")
    agency.open(page).sees("Not this year.")
    chief.open(f"/en/endorse/{token_of(record)}/").sees("The sketch is not endorsed")
    record = factories.endorse(sketch)
    agency.open(page).sees("Endorsed").open(check)
    chief.open(f"/en/endorse/{token_of(record)}/").sees("The sketch is endorsed")
    again(sketch, need="Another need.")
    agency.open(page).sees("Given for an earlier text").open(check)
    factories.close(sketch.call)
    agency.open(page)


def test_co_applicants_and_their_confirmation(person: Arrive, sketch: Sketch) -> None:
    at = f"/en/my/sketches/{sketch.reference}/"
    agency, partner, nobody = person("agency").enter(factories.writer_of(sketch)), person("partner"), person("nobody")
    agency.open(f"{at}co-applicants/")
    asked, confirmed = factories.invite(sketch), factories.join(sketch)
    outside = factories.invite(sketch, name="Outside", number="", mailbox="post@outside.example", country="NO")
    link = f"/en/co-applicants/{co_applicant_token(asked)}/"
    agency.open(f"{at}co-applicants/").open(f"{at}co-applicants/?name=Municipality").open(at).open(f"{at}check/")
    nobody.open(link).open(f"/en/co-applicants/{co_applicant_token(outside)}/")
    nobody.open("/en/co-applicants/made-up/", status=404).open(link).press("Decline", within="main").sees(
        "Something has to be put right"
    )

    partner.enter(asked.organisation.members.get()).open("/en/my/sketches/").open(link)
    co_applicants.confirm_co_applicant(by=asked.organisation.members.get(), token=co_applicant_token(asked))
    partner.open(link).open(at).open(f"{at}co-applicants/").open(f"{at}check/")
    co_applicants.decline_co_applicant(token=co_applicant_token(outside), reason="No time.")
    nobody.open(f"/en/co-applicants/{co_applicant_token(outside)}/")
    partner.open(f"{at}co-applicants/{asked.pk}/withdraw/").press("Withdraw", within="main")
    partner.sees("Something has to be put right")
    member = confirmed.organisation.members.get()
    co_applicants.withdraw_co_applicant(by=member, co_applicant=confirmed, reason="Elections.")
    late = factories.invite(sketch)
    CoApplicant.objects.filter(pk=late.pk).update(expires_at=timezone.now() - HOUR)
    agency.open(f"{at}co-applicants/").sees("Elections.")
    nobody.open(f"/en/co-applicants/{co_applicant_token(late)}/", status=410)


def test_members_and_the_account(person: Arrive, site: str) -> None:
    owner, editor, stranger = (factories.make_user(f"{name}@fjordby.example") for name in ("owner", "editor", "new"))
    organisation = factories.make_organisation(member=owner, mailbox="post@fjordby.example")
    membership = organisation.memberships.create(user=editor, role=MemberRole.EDITOR)
    services.invite_member(
        by=owner, organisation=organisation, email="late@fjordby.example", role=MemberRole.READER, language="en"
    )
    at = f"/en/my/organisations/{organisation.pk}/"
    new = person("new").enter(stranger)
    new.open("/en/my/organisations/").open("/en/my/organisations/find/?q=Municipality")
    new.open(f"{at}join/").press("Ask to join").open(f"{at}join/").open("/en/my/")
    administrator = person("administrator").enter(owner)
    request = organisation.join_requests.get()
    administrator.open("/en/my/organisations/").open(at).open(f"{at}requests/{request.pk}/")
    administrator.press("Refuse", within="main").sees("Something has to be put right")
    administrator.open(f"{at}members/{membership.pk}/").open(f"{at}domains/").set("domains", "gmail.com")
    administrator.press("Save", within="main").sees("Something has to be put right")
    administrator.open(f"{at}data/").open(f"{at}leave/").open("/en/my/language/").open("/en/my/account/delete/")

    colleague = person("colleague").enter(editor)
    colleague.open(at).open(f"{at}data/").open(f"{at}leave/").open("/en/my/account/delete/")
    colleague.press("Send me a code to confirm").fill("Code", "WRONG").press("Delete the account for good")
    colleague.sees("Something has to be put right")
    AccountDeletion.objects.update(expires_at=timezone.now() - HOUR)
    colleague.fill("Code", "WRONG").press("Delete the account for good").sees("The code has expired")
    invitation = Invitation.objects.get()
    link = f"/en/invitations/{tokens.make('invitation', pk=invitation.pk, nonce=invitation.nonce)}/"
    person("invited").open(link).open("/en/invitations/made-up/", status=410)


def test_the_jury_and_the_way_afterwards(person: Arrive, site: str) -> None:
    call = juries.make_assigned(sketches=2, jurors=3)
    publish_jury(by=juries.staff(call), call=call, is_published=True)
    sketch = call.sketches.order_by("pk").first()
    writer = factories.writer_of(sketch)
    at = f"/en/my/sketches/{sketch.reference}/"
    agency = person("agency").enter(writer)
    agency.open(f"{at}jury/")
    agency.page.get_by_text("Object to this juror").first.click()
    agency.press("Send the objection").sees("Something has to be put right")
    reason = ImpartialityReason.objects.get(code="family")
    for juror in call.jurors.order_by("pk")[:2]:
        object_to_juror(by=writer, sketch=sketch, juror=juror, reason=reason)
    agency.open(f"{at}jury/")
    settle_objection(by=juries.staff(call), objection=Objection.objects.first(), upheld=True)
    agency.open(f"{at}jury/").open(f"{at}status/").open(at).open(f"{at}need/").open(f"{at}attachments/")
    factories.set_instants(call, formal_check_completed_at=None)
    factories.dismiss(Sketch.objects.get(pk=sketch.pk))
    agency.open(at).open(f"{at}status/").sees("The letter below says why")
    agency.page.get_by_role("link", name="not taken").or_(
        agency.page.locator("main section:last-of-type a")
    ).first.click()
    agency.look()
    factories.set_instants(call, cancelled_at=timezone.now())
    agency.open(f"{at}jury/").open(at).open(f"{at}status/")
