"""Early or late for one agency: who is let in, who is not, and who hears of it."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import InvalidInput, NotAllowed
from competition import merkle, tasks
from competition.enums import ProgrammeRole
from competition.errors import DeadlinePassed, IllegalTransition, NotEligible, NotOpen
from competition.models import AccessException, Call, LateRoot, ReceiptTree, SketchVersion
from competition.selectors.access import window_for
from competition.selectors.exceptions import public_exceptions
from competition.selectors.receipts import document_of
from competition.services import formal_check, sketches
from competition.services.exceptions import grant_exception, revoke_exception
from competition.verification import verify, write
from notifications.models import Letter
from tests import factories
from tests.competition.exceptions import REASON, closed_call_with_draft, grant, hours

pytestmark = pytest.mark.django_db


class TestWindow:
    def test_without_an_exception_it_is_the_calls_own(self):
        call, organisation = factories.make_call(), factories.make_organisation()

        window = window_for(call, organisation)

        assert (window.opens_at, window.closes_at) == (call.opens_at, call.deadline)
        assert not window.is_late
        assert not window.is_early

    def test_exception_widens_it_for_one_organisation_alone(self):
        call = factories.make_call(opens_at=hours(48))
        one, other = factories.make_organisation(), factories.make_organisation()
        exception = grant(call, one, opens_at=hours(-1), closes_at=call.deadline + dt.timedelta(hours=2))

        window = window_for(call, one)

        assert (window.opens_at, window.closes_at) == (exception.opens_at, exception.closes_at)
        assert window.is_late
        assert window.is_early
        assert window_for(call, other).closes_at == call.deadline

    def test_revoked_exception_is_none(self):
        call, organisation = factories.make_call(), factories.make_organisation()
        exception = grant(call, organisation, closes_at=call.deadline + dt.timedelta(hours=2))

        revoke_exception(by=factories.owner_of(call.programme), exception=exception)

        assert window_for(call, organisation).closes_at == call.deadline

    def test_deadline_that_is_moved_past_the_exception_counts(self):
        call, organisation = factories.make_call(), factories.make_organisation()
        grant(call, organisation, closes_at=call.deadline + dt.timedelta(hours=2))

        factories.set_instants(call, deadline=call.deadline + dt.timedelta(days=7))

        assert window_for(call, organisation).closes_at == call.deadline


class TestLate:
    def test_the_agency_hands_in_and_nobody_else(self):
        call, draft = closed_call_with_draft(submitted=0)
        other = factories.make_organisation(member=(writer := factories.make_user()))
        grant(call, draft.organisation)

        version = factories.submit(draft)

        assert version.leaf.index == 0
        with pytest.raises(DeadlinePassed):
            sketches.start_sketch(by=writer, call=call, organisation=other)

    def test_another_agencys_draft_is_refused_with_the_calls_deadline(self):
        call = factories.make_call()
        mine, theirs = factories.make_sketch(call=call), factories.make_sketch(call=call)
        factories.close(call)
        mine.call = theirs.call = call
        grant(call, mine.organisation)

        with pytest.raises(DeadlinePassed) as refused:
            factories.submit(theirs)

        assert refused.value.at == call.deadline
        assert theirs.late_attempts.count() == 1

    def test_after_the_exception_has_ended_it_is_too_late(self):
        call, draft = closed_call_with_draft(submitted=0)
        exception = grant(call, draft.organisation)
        AccessException.objects.update(closes_at=timezone.now() - dt.timedelta(milliseconds=1))

        with pytest.raises(DeadlinePassed) as refused:
            factories.submit(draft)

        exception.refresh_from_db()
        assert refused.value.at == exception.closes_at

    def test_an_agency_without_a_draft_may_begin(self):
        call, _draft = closed_call_with_draft(submitted=0)
        organisation = factories.make_organisation(member=(writer := factories.make_user()))
        grant(call, organisation)

        sketch = sketches.start_sketch(by=writer, call=call, organisation=organisation)
        result = sketches.save_answers(by=writer, sketch=sketch, values=factories.ANSWERS)

        assert not result.after_deadline
        assert factories.submit(sketch, by=writer).number == 1

    def test_what_the_agency_sees_is_its_own_deadline(self, client):
        call, draft = closed_call_with_draft(submitted=0)
        client.force_login(factories.writer_of(draft))
        before = client.get(reverse("competition:sketch", args=[draft.reference])).content.decode()
        grant(call, draft.organisation)

        after = client.get(reverse("competition:sketch", args=[draft.reference])).content.decode()
        section = client.get(reverse("competition:section", args=[draft.reference, "need"])).content.decode()
        home = client.get(reverse("home:tasks")).content.decode()

        assert "The sketch can no longer be changed." in before
        assert "Check and submit" in after
        assert "left" in after
        assert "<textarea" in section
        assert draft.title in home

    def test_late_attempt_after_the_exception_is_told_with_its_own_deadline(self):
        call, draft = closed_call_with_draft(submitted=0)
        exception = grant(call, draft.organisation)
        AccessException.objects.update(closes_at=call.deadline + dt.timedelta(milliseconds=1))
        exception.refresh_from_db()
        with pytest.raises(DeadlinePassed):
            factories.submit(draft)

        tasks.write_late_attempt(draft.late_attempts.get().pk)

        occasion = Letter.objects.filter(kind="late_attempt").first().occasion
        assert f"{exception.closes_at:%Y%m%dT%H%M%S}" in occasion


class TestEarly:
    def test_the_agency_begins_and_hands_in_before_the_opening(self):
        call = factories.make_call(opens_at=hours(48))
        organisation = factories.make_organisation(member=(writer := factories.make_user()))
        grant(call, organisation, opens_at=hours(-1))

        sketch = factories.make_sketch(call=call, by=writer)

        assert factories.submit(sketch, by=writer).number == 1

    def test_nobody_else_does(self):
        call = factories.make_call(opens_at=hours(48))
        grant(call, factories.make_organisation(), opens_at=hours(-1))
        other = factories.make_organisation(member=(writer := factories.make_user()))

        with pytest.raises(NotOpen):
            sketches.start_sketch(by=writer, call=call, organisation=other)

    def test_not_before_its_own_hour(self):
        call = factories.make_call(opens_at=hours(48))
        organisation = factories.make_organisation(member=(writer := factories.make_user()))
        grant(call, organisation, opens_at=hours(1))

        with pytest.raises(NotOpen):
            sketches.start_sketch(by=writer, call=call, organisation=organisation)


class TestGranting:
    @pytest.mark.parametrize("role", [role for role in ProgrammeRole if role not in ("owner", "call_manager")])
    def test_only_managers(self, role):
        call, organisation = factories.make_call(), factories.make_organisation()
        person = factories.make_member(call.programme, role)

        with pytest.raises(NotAllowed):
            grant_exception(by=person, call=call, organisation=organisation, reasons={"en": REASON})

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"closes_at": None}, "closes_at"),
            ({"closes_at": hours(1)}, "closes_at"),
            ({"opens_at": hours(1)}, "opens_at"),
            ({"closes_at": hours(5000), "reasons": {}}, "reason_en"),
            ({"closes_at": hours(5000), "reasons": {"nb": REASON}}, "reason_en"),
            ({"closes_at": hours(5000), "reasons": {"en": "  "}}, "reason_en"),
            ({"closes_at": hours(5000), "reasons": {"en": "x", "nb": "x" * 2001}}, "reason_nb"),
        ],
    )
    def test_bad_input_is_told_at_the_field(self, fields, at_fault):
        call = factories.make_call()

        with pytest.raises(InvalidInput) as refused:
            grant(call, factories.make_organisation(), **fields)

        assert list(refused.value.errors) == [at_fault]
        assert not AccessException.objects.exists()

    @pytest.mark.parametrize("fields", [{"kind": "company"}, {"country": "DK"}])
    def test_organisation_that_cannot_apply(self, fields):
        call = factories.make_call()
        Call.objects.update(eligible_countries=["NO"])

        with pytest.raises(InvalidInput) as refused:
            grant(call, factories.make_organisation(**fields), closes_at=hours(5000))

        assert list(refused.value.errors) == ["organisation"]

    def test_a_second_one_is_refused_until_the_first_is_revoked(self):
        call, organisation = factories.make_call(), factories.make_organisation()
        first = grant(call, organisation, closes_at=hours(5000))

        with pytest.raises(InvalidInput):
            grant(call, organisation, closes_at=hours(6000))
        revoke_exception(by=factories.owner_of(call.programme), exception=first)
        second = grant(call, organisation, closes_at=hours(6000))

        assert window_for(call, organisation).closes_at == second.closes_at

    @pytest.mark.parametrize("milestone", ["formal_check_completed_at", "cancelled_at"])
    def test_not_when_the_check_is_completed_or_the_call_cancelled(self, milestone):
        call, draft = closed_call_with_draft(submitted=0)
        factories.set_instants(call, **{milestone: timezone.now()})

        with pytest.raises(IllegalTransition):
            grant(call, draft.organisation)

    def test_not_in_a_call_that_is_not_published(self):
        call = factories.make_call(publish=False)

        with pytest.raises(IllegalTransition):
            grant(call, factories.make_organisation(), closes_at=hours(5000))

    def test_revoking_is_refused_once_something_was_handed_in_by_it(self):
        call, draft = closed_call_with_draft(submitted=0)
        exception = grant(call, draft.organisation)
        factories.submit(draft)

        with pytest.raises(IllegalTransition):
            revoke_exception(by=factories.owner_of(call.programme), exception=exception)

    def test_formal_check_is_not_completed_while_one_runs(self):
        call, draft = closed_call_with_draft(submitted=0)
        exception, owner = grant(call, draft.organisation), factories.owner_of(call.programme)

        with pytest.raises(IllegalTransition):
            formal_check.complete_formal_check(by=owner, call=call)
        revoke_exception(by=owner, exception=exception)

        assert formal_check.complete_formal_check(by=owner, call=call).formal_check_completed_at


class TestTelling:
    def test_writers_and_the_mailbox_are_told_once_and_readers_not(self):
        call = factories.make_call()
        organisation = factories.make_organisation(member=(writer := factories.make_user()))
        factories.Membership.objects.create(user=factories.make_user(), organisation=organisation, role="reader")
        exception = grant(call, organisation, closes_at=hours(5000))

        tasks.write_exception(exception.pk)
        tasks.write_exception(exception.pk)

        letters = Letter.objects.filter(kind="access_exception")
        assert sorted(letters.values_list("recipient", flat=True)) == sorted([writer.email, organisation.mailbox])
        assert all(REASON in letter.text for letter in letters)

    def test_revoking_is_told_too(self):
        call = factories.make_call()
        organisation = factories.make_organisation(member=factories.make_user())
        exception = grant(call, organisation, closes_at=hours(5000))
        tasks.write_exception(exception.pk)

        revoke_exception(by=factories.owner_of(call.programme), exception=exception)
        tasks.write_exception(exception.pk)

        assert Letter.objects.filter(kind="access_exception", subject__contains="revoked").count() == 2

    def test_what_a_lost_queue_left_out_is_made_up_for(self):
        call = factories.make_call()
        exception = grant(call, factories.make_organisation(), closes_at=hours(5000))
        AccessException.objects.update(granted_at=hours(-1))

        written = [tasks.write_missing_exceptions(), tasks.write_missing_exceptions()]

        assert written == [1, 0]
        assert Letter.objects.get().occasion == f"exception:{exception.pk}:granted:mailbox"

    def test_the_public_reads_of_it_in_the_readers_language_in_one_query(self, django_assert_num_queries):
        call, organisation = factories.make_call(), factories.make_organisation()
        grant(call, organisation, closes_at=hours(5000), reasons={"en": REASON, "nb": "Innloggingen var nede."})
        grant(call, factories.make_organisation(), closes_at=hours(5000))

        with django_assert_num_queries(1):
            found = public_exceptions(call, "nb")

        assert [one.reason for one in found] == ["Innloggingen var nede.", REASON]
        assert found[0].organisation == organisation.name

    def test_it_counts_as_a_change_of_the_public_page(self):
        call = factories.make_call()
        call.refresh_from_db()
        before = call.public_revision

        grant(call, factories.make_organisation(), closes_at=hours(5000))

        call.refresh_from_db()
        assert call.public_revision > before


class TestReceipts:
    def test_sealed_root_stays_and_the_late_leaf_is_proved_by_the_late_root(self):
        call, draft = closed_call_with_draft()
        sealed = ReceiptTree.objects.get(call=call)
        before = {version.pk: document_of(version) for version in SketchVersion.objects.all()}
        grant(call, draft.organisation)

        version = factories.submit(draft)

        tree = ReceiptTree.objects.get(call=call)
        assert (tree.root, tree.sealed_at, tree.sealed_size) == (sealed.root, sealed.sealed_at, 3)
        assert tree.size == 4
        assert tree.late_root == merkle.root_of(
            list(SketchVersion.objects.order_by("leaf__index").values_list("sha256", flat=True))
        )
        document = document_of(version)
        assert document["tree"]["root"] == tree.late_root
        assert document["tree"]["late"]
        assert verify(document).checks == {"file": True, "hash": True, "proof": True, "grown": True}
        assert (document["tree"]["sealed"]["size"], document["tree"]["sealed"]["root"]) == (3, sealed.root)
        assert {pk: document_of(SketchVersion.objects.get(pk=pk)) for pk in before} == before

    def test_late_receipt_stays_valid_when_another_comes_later(self, client):
        call, first = closed_call_with_draft()
        factories.set_instants(call, deadline=hours(1))
        second = factories.make_sketch(call=call)
        factories.set_instants(call, deadline=hours(-1))
        for draft in (first, second):
            draft.call = call
            grant(call, draft.organisation)
        old = document_of(factories.submit(first))
        factories.submit(second)

        new = document_of(SketchVersion.objects.get(sketch=first))
        answers = [
            client.post(reverse("competition:verify_receipt"), {"file": SimpleUploadedFile("a.json", write(one))})
            for one in (old, new)
        ]

        assert [one["tree"]["size"] for one in (old, new)] == [4, 5]
        assert [answer.context["matches"] for answer in answers] == [True, True]
        assert new["tree"]["root"] == ReceiptTree.objects.get(call=call).late_root != old["tree"]["root"]
        assert list(LateRoot.objects.values_list("size", "root")) == [
            (4, old["tree"]["root"]),
            (5, new["tree"]["root"]),
        ]

    def test_what_comes_late_before_the_sealing_seals_first(self):
        call = factories.make_call()
        factories.make_submitted_sketch(call=call)
        draft = factories.make_sketch(call=call)
        factories.set_instants(call, deadline=timezone.now())
        draft.call = call
        grant(call, draft.organisation)

        factories.submit(draft)

        tree = ReceiptTree.objects.get(call=call)
        assert (tree.sealed_size, tree.size) == (1, 2)
        assert tree.late_root

    def test_pages_say_which_root_proves_a_late_receipt(self, client):
        call, draft = closed_call_with_draft()
        grant(call, draft.organisation)
        version = factories.submit(draft)
        client.force_login(factories.writer_of(draft))
        number, late_root = version.leaf.number, ReceiptTree.objects.get(call=call).late_root

        own = client.get(reverse("competition:receipt", args=[draft.reference, number])).content.decode()
        public = client.get(reverse("competition:verify_receipt") + f"?number={number}").content.decode()

        for page in (own, public):
            assert late_root in page
            assert "Late root" in page


def digests(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=size)


@settings(max_examples=60, deadline=None)
@given(sealed=digests(12), late=digests(5))
def test_old_proofs_verify_whatever_comes_late(sealed, late):
    root, every = merkle.root_of(sealed), sealed + late
    late_root = merkle.root_of(every)

    for index, digest in enumerate(every):
        is_late = index >= len(sealed)
        leaves = every if is_late else sealed
        assert merkle.verify_inclusion(
            data_sha256=digest,
            index=index,
            size=len(leaves),
            path=merkle.inclusion_path(leaves, index),
            root=late_root if is_late else root,
        )
        assert merkle.verify_inclusion(
            data_sha256=digest, index=index, size=len(every), path=merkle.inclusion_path(every, index), root=late_root
        )


def test_organisation_that_cannot_start(db):
    call = factories.make_call()
    Call.objects.update(eligible_countries=["DK"])
    call.refresh_from_db()
    organisation = factories.make_organisation(member=(writer := factories.make_user()))

    with pytest.raises(NotEligible, match="Norway"):
        sketches.start_sketch(by=writer, call=call, organisation=organisation)


def test_organisation_whose_country_may_no_longer_apply_cannot_submit():
    sketch = factories.make_sketch()
    Call.objects.update(eligible_countries=["DK"])

    with pytest.raises(NotEligible, match="Norway"):
        factories.submit(sketch)


def test_call_page_shows_the_exception_and_the_late_root(client):
    call, draft = closed_call_with_draft()
    address = reverse("competition:call", args=[call.slug])
    before = client.get(address).content.decode()
    grant(call, draft.organisation)
    factories.submit(draft)

    after = client.get(address).content.decode()

    tree = ReceiptTree.objects.get(call=call)
    assert REASON not in before
    assert REASON in after
    assert draft.organisation.name in after
    assert "3 versions were received" in after
    assert tree.root in after
    assert tree.late_root in after
