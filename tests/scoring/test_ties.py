"""What the registers show of a juror's ties to a sketch, each source by itself, and when it is looked at anew."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import Membership, RegisterEntry
from competition.models import CoApplicant
from notifications.models import Letter
from scoring import tasks
from scoring.enums import TieSource, Verdict
from scoring.models import ImpartialityDeclaration, LapsedDeclaration
from scoring.selectors import impartiality as reads
from scoring.selectors.ties import automatic_conflicts, late_ties
from scoring.services import assessments, impartiality
from scoring.services.redeclaring import review_call, review_person
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import staff_client, url_of

pytestmark = pytest.mark.django_db
NUMBER, PARENT = "974760673", "983609155"


@pytest.fixture
def call():
    return base.make_call_under_assessment(sketches_count=2)


@pytest.fixture
def sketch(call):
    return call.sketches.order_by("pk").first()


def identify(organisation, **fields):
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save()
    return organisation


def sources(juror) -> dict[str, str]:
    return dict(juror.declarations.filter(automatic=True).values_list("sketch__reference", "source"))


def stranger(sketch, **fields):
    """An organisation that was asked to join, and is not registered here."""
    now = timezone.now()
    return CoApplicant.objects.create(
        sketch=sketch, name="Elsewhere", country="NO", invited_at=now, expires_at=now, **fields
    )


def test_employer_membership_and_authorship_name_themselves(call, sketch):
    author = base.writer_of(sketch)

    employed = factories.make_juror(call, organisation=sketch.organisation)
    member = factories.make_juror(call, email=author.email)
    author.memberships.all().delete()
    wrote = automatic_conflicts(call)[member.pk, sketch.pk]

    assert sources(employed) == {sketch.reference: TieSource.EMPLOYER}
    assert sources(member) == {sketch.reference: TieSource.MEMBERSHIP}
    assert wrote == TieSource.AUTHOR


def test_the_number_of_an_unregistered_partner_is_enough(call, sketch):
    employer = identify(base.make_organisation(), number=NUMBER)
    stranger(sketch, number=NUMBER)

    juror = factories.make_juror(call, organisation=employer)

    assert sources(juror) == {sketch.reference: TieSource.NUMBER}


@pytest.mark.parametrize(("employers_number", "applicants_number"), [(NUMBER, PARENT), (PARENT, NUMBER)])
def test_a_part_and_its_parent_are_tied_where_the_register_tells(call, sketch, employers_number, applicants_number):
    RegisterEntry.objects.create(
        country="NO", number=NUMBER, part_of=PARENT, name="Part", folded="part", kind="x", loaded_at=timezone.now()
    )
    employer = identify(base.make_organisation(), number=employers_number)
    identify(sketch.organisation, number=applicants_number)

    juror = factories.make_juror(call, organisation=employer)

    assert sources(juror) == {sketch.reference: TieSource.UNIT}


@pytest.mark.parametrize("fields", [{"mail_domains": ["kommune.example"]}, {"mailbox": "post@kommune.example"}])
def test_an_address_in_the_domain_of_an_applicant_blocks(call, sketch, fields):
    identify(sketch.organisation, **fields)

    assert sources(factories.make_juror(call, email="me@kommune.example")) == {sketch.reference: TieSource.MAIL_DOMAIN}


@pytest.mark.parametrize("domain", ["gmail.com", "example.com", "com", "other.kommune.example"])
def test_a_domain_where_anybody_has_an_address_and_another_one_block_nothing(call, sketch, domain):
    identify(sketch.organisation, mailbox=f"post@{domain}" if domain != "com" else "", mail_domains=["gmail.com"])
    identify(call.sketches.order_by("pk").last().organisation, mail_domains=["kommune.example"])

    juror = factories.make_juror(call, email=f"me@{'gmail.com' if domain == 'com' else domain}")

    assert sources(juror) == ({} if domain != "other.kommune.example" else {sketch.reference: "mail_domain"})


def test_the_log_names_the_source_of_each_block_and_nothing_more(call, sketch):
    juror = factories.make_juror(call, organisation=sketch.organisation)

    entry = ModelLogEntry.objects.get(action="scoring.block_automatically")

    assert entry.data["ties"] == [{"juror": juror.pk, "sketch": sketch.reference, "source": "employer"}]


def test_a_new_membership_and_a_new_partner_are_found_by_the_review(call, sketch):
    juror, other = factories.make_juror(call), factories.make_juror(call)
    factories.declare_all(juror)
    Membership.objects.create(user=juror.user, organisation=sketch.organisation, role="reader")
    employer = identify(base.make_organisation(), number=NUMBER)
    other.organisation = employer
    other.save()

    assert review_person(user=juror.user) == 1
    assert sources(juror) == {sketch.reference: TieSource.MEMBERSHIP}
    stranger(sketch, number=NUMBER)
    assert tasks.review_impartiality() == 1  # the other juror's block, and nothing twice
    assert sources(other) == {sketch.reference: TieSource.NUMBER}


def test_sending_and_declaring_look_at_ties_first():
    call = factories.make_assigned(sketches=2, jurors=3)
    juror = call.jurors.first()
    first, second = factories.own_assessments(juror)
    for one in (first, second):
        factories.grade(one, send=False)
    Membership.objects.create(user=juror.user, organisation=first.sketch.organisation)

    assert assessments.finalise_all(by=juror.user, juror=juror) == 1

    first.refresh_from_db()
    assert first.state == "void"


def test_a_tie_found_after_the_assessment_is_told_and_undoes_nothing():
    call = factories.make_assessed(sketches=1, jurors=3)
    juror = call.jurors.first()
    base.set_instants(call, assessment_completed_at=timezone.now())
    sketch = call.sketches.get()
    Membership.objects.create(user=juror.user, organisation=sketch.organisation)

    assert impartiality.block_automatically(call=call) == 0
    assert review_call(call=call) == 0
    (tie,) = late_ties(call)

    assert (tie.juror, tie.sketch, tie.source, tie.counted) == (juror, sketch, TieSource.MEMBERSHIP, True)
    page = staff_client(call.programme).get(url_of("scoring_workspace:jury", call)).content.decode()
    assert "Ties found after the assessment" in page
    assert "the juror acts for the organisation here; the juror's grades count" in html.unescape(page)


def test_a_new_partner_sets_declarations_aside_and_each_juror_is_told_once(call, sketch):
    juror = factories.make_juror(call)
    factories.declare_all(juror)
    stranger(sketch, number=NUMBER)

    assert review_call(call=call) == 1
    assert review_call(call=call) == 0
    stranger(sketch, number=PARENT)
    other = call.sketches.order_by("pk").last()
    stranger(other)
    assert review_call(call=call) == 1

    assert Letter.objects.filter(kind="jury_redeclaration", recipient=juror.user.email).count() == 1
    assert LapsedDeclaration.objects.filter(juror=juror).count() == 2
    rows = {row.sketch.pk: row.added for row in reads.declaration_rows(juror)}
    assert rows == {sketch.pk: ["Elsewhere", "Elsewhere"], other.pk: ["Elsewhere"]}
    assert reads.undeclared_count(juror) == 2

    factories.declare_all(juror)
    assert review_call(call=call) == 0


def test_a_partner_that_leaves_or_registers_asks_nobody_again(call, sketch):
    row = stranger(sketch, number=NUMBER)
    juror = factories.make_juror(call)
    factories.declare_all(juror)
    organisation = identify(base.make_organisation(), number=NUMBER)
    CoApplicant.objects.filter(pk=row.pk).update(organisation=organisation, state="confirmed")
    assert review_call(call=call) == 0
    CoApplicant.objects.filter(pk=row.pk).update(state="withdrawn")

    assert review_call(call=call) == 0
    assert not LapsedDeclaration.objects.exists()


def test_a_declaration_from_before_partners_were_noted_is_kept_and_noted(call, sketch):
    juror = factories.make_juror(call)
    factories.declare_all(juror)
    ImpartialityDeclaration.objects.update(known_parties=None)

    assert review_call(call=call) == 0
    assert all(known for known in ImpartialityDeclaration.objects.values_list("known_parties", flat=True))


def test_an_answer_given_to_an_older_page_is_not_taken_and_the_others_are(call, sketch):
    juror = factories.make_juror(call)
    seen = {row.sketch.pk: row.seen for row in reads.declaration_rows(juror)}
    stranger(sketch)

    declared = impartiality.declare_many(
        by=juror.user,
        juror=juror,
        declarations=[
            impartiality.DeclarationInput(one, Verdict.IMPARTIAL, seen=seen[one.pk]) for one in call.sketches.all()
        ],
    )

    assert (len(declared.declarations), list(declared.problems)) == (1, [sketch.reference])


@pytest.mark.parametrize("count", [1, 4])
def test_looking_for_ties_takes_the_same_queries_at_any_length(count):
    call = base.make_call_under_assessment(sketches_count=count)
    for number in range(count):
        factories.make_juror(call, organisation=identify(base.make_organisation(), number=f"{NUMBER}{number}"))

    with CaptureQueriesContext(connection) as reading:
        automatic_conflicts(call)

    assert len(reading) == 8
