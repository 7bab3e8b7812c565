"""The published result stays as it is when the contents of a call go; the records hold how it came about."""

import datetime as dt
import json
from dataclasses import asdict

import pytest
from django.utils import timezone

from competition.models import SketchVersion
from competition.retention import sketches_go_at
from competition.selectors.call_records import records
from competition.services.records import confirm_kept, delete_contents, note_export
from home.demo import travel
from scoring.models import Assessment
from scoring.selectors.public import public_result
from scoring.services.letters import publish_result, send_letters
from tests.scoring import factories

pytestmark = pytest.mark.django_db


def test_the_published_result_survives():
    call = factories.make_decided(sketches=2, jurors=3)
    owner = factories.staff(call)
    send_letters(by=owner, call=call)
    publish_result(by=owner, call=call)
    call.refresh_from_db()
    before = public_result(slug=call.slug)
    Assessment.objects.filter(juror__call=call).update(private_note="For myself")
    found = {entry.name: b"".join(entry.pieces) for entry in records(call, now=timezone.now())}
    note_export(by=owner, call=call)
    confirm_kept(by=owner, call=call, place="Case 27/1234")
    with travel.at(sketches_go_at(call) + dt.timedelta(days=1)):
        assert delete_contents(call=call)

    after = public_result(slug=call.slug)
    assert [asdict(one) for one in after.awarded] == [asdict(one) for one in before.awarded]
    assert after.decision_reasons == before.decision_reasons
    shown = {one.reference for one in (*after.awarded, *after.shortlisted)}
    for version in SketchVersion.objects.filter(sketch__call=call).select_related("sketch"):
        assert version.is_emptied
        assert all(one["public"] for one in version.questions)
        assert bool(version.answers) <= (version.sketch.reference in shown)
    decided = json.loads(found["scoring/decision.json"])
    assert {one["sketch"] for one in decided["items"]} == set(call.sketches.values_list("reference", flat=True))
    assert b"For myself" not in b"".join(found.values())
