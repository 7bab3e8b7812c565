"""Criteria that come and go by amendment while the call is open."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.amendment_shares import Share
from competition.enums import AmendmentKind, Phase
from competition.errors import Overtaken, StaleEdit
from competition.selectors.amendments import shown_amendments
from competition.services.amendment_rows import gather_addition, gather_removal
from competition.services.amendments import drop_change, edit_count
from competition.services.revisions import digest
from scoring.models import Assessment, Criterion
from scoring.services.amendable_criteria import criterion_json
from tests import factories
from tests.competition.amendments import gather_changes, publish
from tests.scoring import factories as jury

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ENOUGH = {"en": "Nothing else is asked."}


def add(call, name="Reuse", *, by=None, code="", expected_revision=None, seen=None, **fields):
    fields = {"name_en": name, "weight": "25", "scale": "default", "allows_not_assessable": True} | fields
    return gather_addition(
        by=by or factories.owner_of(call.programme),
        call=call,
        kind="criterion",
        values=criterion_json(call, fields),
        code=code,
        expected_revision=expected_revision,
        seen=seen,
    )


def remove(call, code="need", *, by=None, **arguments):
    by = by or factories.owner_of(call.programme)
    return gather_removal(by=by, call=call, kind="criterion", code=code, **arguments)


def hand_out(call):
    """Something to grade, while the call is still open."""
    sketch = factories.make_submitted_sketch(call=call)
    Assessment.objects.create(sketch=sketch, juror=jury.make_juror(call), version=sketch.current_version)


def publish_change(call, **arguments):
    return publish(call, **{"kind": AmendmentKind.CHANGE, "no_extension_reasons": ENOUGH} | arguments)


def codes_of(call):
    return list(call.criteria.values_list("code", flat=True))


# --- A criterion comes ----------------------------------------------------------------------------------------------


def test_a_gathered_criterion_counts_once_it_is_published():
    call = factories.make_call()
    before = codes_of(call)

    add(call, guide_en="Who else can use it?", requires_reasons=True, allows_not_assessable=False)
    gathered = codes_of(call)
    publish_change(call)

    row = Criterion.objects.get(call=call, code="criterion-1")
    assert gathered == before
    assert codes_of(call) == [*before, "criterion-1"]
    assert (row.name_en, row.guide_en, row.weight, row.scale.code, row.requires_reasons, row.allows_not_assessable) == (
        "Reuse",
        "Who else can use it?",
        25,
        "default",
        True,
        False,
    )


def test_everybody_reads_the_whole_criterion_and_that_it_counts_for_all():
    call = factories.make_call()
    add(call, name_nb="Gjenbruk", guide_en="Who else can use it?", requires_reasons=True)
    publish_change(call)

    (english,), (norwegian,) = (shown_amendments(call, language)[0].changes for language in ("en", "nb"))

    assert (english.op, str(english.label), english.row) == ("add", "New criterion", "Reuse")
    assert english.lines[:2] == (
        "Who else can use it?",
        "weight 25 · reasons are required · a juror may answer “cannot assess”",
    )
    assert english.lines[2].startswith("Grades: 1 ")
    assert str(english.note) == "Every sketch is judged by this too, also one that was submitted before."
    assert norwegian.row == "Gjenbruk"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name_en"),
        ({"name": "x" * 300}, "name_en"),
        ({"weight": "-1"}, "weight"),
        ({"weight": "123456789"}, "weight"),
        ({"scale": "none"}, "scale"),
    ],
)
def test_what_is_no_criterion_is_refused_at_the_field(fields, field):
    call = factories.make_call()

    with pytest.raises(InvalidInput) as refused:
        add(call, **fields)

    assert list(refused.value.errors) == [field]
    assert not call.amendments.exists()


def test_a_call_has_at_most_twenty_with_what_comes_and_goes():
    call = factories.make_call()
    rows = [Criterion(call=call, order=9, code=f"c{n}", name_en=f"C{n}", weight=1) for n in range(15)]
    for row in rows:
        row.scale = call.grade_scales.get()
    Criterion.objects.bulk_create(rows)

    with pytest.raises(InvalidInput, match="at most 20"):
        add(call)

    remove(call)
    add(call)
    publish_change(call)
    assert call.criteria.count() == 20


def test_a_gathered_criterion_is_changed_and_the_later_owner_is_told():
    call = factories.make_call()
    add(call)
    seen = {"name_en": digest("Reuse"), "weight": digest("25")}
    count = edit_count(call, call.amendments.gathering().get())
    add(call, "Shared use", code="criterion-1", expected_revision=count)

    with pytest.raises(StaleEdit) as stale:
        add(call, "Spread", code="criterion-1", expected_revision=count, seen=seen)

    assert stale.value.theirs["name_en"] == "Shared use"


def test_a_code_that_an_amendment_took_out_is_not_given_again():
    call = factories.make_call()
    add(call)
    publish_change(call)
    remove(call, "criterion-1")
    publish_change(call)

    add(call, "Another")

    assert call.amendments.gathering().get().changes[0]["code"] == "criterion-2"


# --- A criterion goes -----------------------------------------------------------------------------------------------


def test_a_removed_criterion_is_gone_and_everybody_reads_so():
    call = factories.make_call()
    remove(call)
    gathered = codes_of(call)

    publish_change(call)

    (change,) = shown_amendments(call, "en")[0].changes
    assert "need" in gathered
    assert "need" not in codes_of(call)
    assert (change.op, str(change.label)) == ("remove", "Criterion removed")
    assert str(change.note) == "No sketch is judged by this any more, nor one that was submitted before."


def test_what_is_left_must_count_for_something():
    call = factories.make_call()
    call.criteria.exclude(code="need").update(weight=0)

    with pytest.raises(Refused, match="sum to nothing"):
        remove(call)

    add(call)
    remove(call)
    publish_change(call)
    assert "need" not in codes_of(call)


def test_what_should_have_counted_instead_is_dropped_again():
    call = factories.make_call()
    call.criteria.exclude(code="need").update(weight=0)
    add(call)
    remove(call)
    drop_change(by=factories.owner_of(call.programme), call=call, key=("criterion", "criterion-1", ""))

    with pytest.raises(InvalidInput) as refused:
        publish_change(call)

    assert "sum to nothing" in str(refused.value.errors[""])
    assert "need" in codes_of(call)


def test_a_criterion_that_has_changed_since_is_overtaken():
    call = factories.make_call()
    remove(call)
    call.criteria.filter(code="need").update(weight=99)

    with pytest.raises(Overtaken):
        publish_change(call)

    assert "need" in codes_of(call)


# --- When ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [add, remove])
def test_strangers_add_and_remove_nothing(act):
    with pytest.raises(NotAllowed):
        act(factories.make_call(), by=factories.make_user())


@pytest.mark.parametrize("act", [add, remove])
def test_after_the_deadline_the_criteria_stand(act):
    with pytest.raises(Refused, match="deadline has passed"):
        act(factories.call_in_phase(Phase.FORMAL_CHECK))


@pytest.mark.parametrize("act", [add, remove])
def test_once_jurors_have_something_to_grade_criteria_neither_come_nor_go(act):
    call = factories.make_call()
    hand_out(call)

    with pytest.raises(Refused, match="Jurors have been given sketches"):
        act(call)


@pytest.mark.parametrize("act", [add, remove])
def test_what_was_gathered_before_grading_is_not_carried_out_after_it(act):
    call = factories.make_call()
    act(call)
    before = codes_of(call)
    hand_out(call)

    with pytest.raises(InvalidInput) as refused:
        publish_change(call)

    assert "Jurors have been given sketches" in str(refused.value.errors[""])
    assert codes_of(call) == before


@pytest.mark.parametrize("act", [add, remove])
def test_the_text_lock_holds_for_criteria_too(act):
    call = factories.make_call(deadline=timezone.now() + 2 * DAY)
    act(call)

    with pytest.raises(InvalidInput) as refused:
        publish_change(call)

    assert list(refused.value.errors) == ["deadline"]
    publish_change(call, new_deadline=timezone.now() + 22 * DAY)


@pytest.mark.parametrize("act", [add, remove])
def test_which_criteria_there_are_is_never_a_clarification(act):
    call = factories.make_call()
    act(call)

    with pytest.raises(InvalidInput) as refused:
        publish(call, kind=AmendmentKind.CLARIFICATION)

    assert list(refused.value.errors) == ["kind"]


# --- How much each counts --------------------------------------------------------------------------------------------


def test_shares_before_and_after_are_kept_with_the_amendment():
    call = factories.make_call()
    keep = {"need": 60, "feasibility": 40}
    call.criteria.exclude(code__in=keep).delete()
    for code, weight in keep.items():
        call.criteria.filter(code=code).update(weight=weight, name_en=code.capitalize())
    add(call, weight="80")
    gather_changes(call, "criterion", "need", weight=Decimal(120), name_en="Real need")
    remove(call, "feasibility")
    publish_change(call)
    call.criteria.filter(code="need").update(weight=1, name_en="Later")

    shares = shown_amendments(call, "en")[0].shares

    assert shares == (
        Share("Real need", Decimal(60), Decimal(60)),
        Share("Feasibility", Decimal(40), None),
        Share("Reuse", None, Decimal(40)),
    )


def test_other_amendments_keep_no_shares():
    call = factories.make_call()
    gather_changes(call, "criterion", "need", guide_en="In other words.")

    amendment = publish(call)

    assert (amendment.weights, shown_amendments(call, "en")[0].shares) == ([], ())
