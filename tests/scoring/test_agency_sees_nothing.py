"""What happens inside a jury cannot be seen from outside: the agency's and the public's pages stay the same bytes.

One competition is walked from its deadline to the moment before its letters leave. After each act of the owner or the
jury every page that an agency or a visitor can open is read again, at the same instant, and compared with what it was.
"""

import datetime as dt
import difflib
import re
import sys

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from competition.enums import Phase, ProgrammeRole, SketchState
from competition.models import Call
from competition.selectors.sketch_status import letters_about
from competition.services import formal_check
from competition.services.sketches import withdraw_sketch
from home.demo import travel
from notifications.models import Letter
from scoring.models import Assessment
from scoring.selectors.public import public_result
from scoring.services import assignment, decision, letters
from tests import factories as base
from tests.scoring import factories
from tests.site import ensure_site_tree

pytestmark = pytest.mark.django_db

# What differs from one reading to the next although nothing has happened.
PASSING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'data-now="[^"]+"'),
    re.compile(rb":\d\d(\.\d+)?(?=\+00:00)"),  # seconds of the server's clock
    re.compile(rb'(name="key" value=")[0-9a-f-]{36}'),
)


@pytest.fixture
def competition():
    """A call with an agency that has one submitted sketch, and two others in it; closed, nothing looked at yet."""
    ensure_site_tree(hostname="testserver")
    call, writer = base.make_call(), base.make_user()
    sketch = base.submit(base.make_sketch(call=call, by=writer), by=writer).sketch
    for _number in range(2):
        base.make_submitted_sketch(call=call)
    return base.close(call), sketch, writer


def addresses(call, sketch):
    number = sketch.current_version.leaf.number
    own = f"/en/my/sketches/{sketch.reference}/"
    return [
        "/en/", f"/en/calls/{call.slug}/", f"/en/calls/{call.slug}/amendments/",
        f"/en/calls/{call.slug}/questions/", f"/en/calls/{call.slug}/before-you-start/",
        f"/en/calls/{call.slug}/calendar.ics", "/en/calls.atom", f"/en/programmes/{call.programme.slug}/",
        f"/en/search/?q={sketch.reference}", "/en/search/?q=Sketch", f"/en/calls/{call.slug}/result/",
        f"/en/receipts/?number={number}", "/en/my/", "/en/my/sketches/", own, f"{own}status/", f"{own}check/",
        f"{own}co-applicants/", f"{own}withdraw/", f"{own}receipt/{number}/", f"{own}receipt/{number}/json/",
        f"{own}receipt/{number}/pdf/", "/sitemap.xml",
    ]  # fmt: skip


def seen(call, sketch, user, at):
    """{address: (status, headers that tell something, body)} for the user at the instant."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for address in addresses(call, sketch):
        cache.clear()
        with travel.at(at):
            response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        for pattern in PASSING:
            body = pattern.sub(b"", body)
        told = {name: value for name, value in response.items() if name not in ("Date", "Expires", "Vary")}
        found[address] = (response.status_code, told, body)
    return found


def admit(call):
    by = factories.staff(call)
    formal_check.admit_sketches(by=by, call=call, sketches=call.sketches.all())
    formal_check.complete_formal_check(by=by, call=call)


def seat(call):
    for number in range(4):
        factories.make_juror(call, organisation=base.make_organisation() if number else None)


def declare(call):
    for juror in call.jurors.all():
        factories.declare_all(juror)


def assign(call):
    run = factories.compute_assignment(call, jurors_per_sketch=3)
    assignment.publish_assignment(by=factories.staff(call), run=run)


def assess(call):
    standing = Assessment.objects.standing().select_related("juror__user", "sketch__call")
    for number, one in enumerate(standing):
        factories.grade(one, 1 + number % 7)


def rank(call):
    decision.complete_assessment(by=factories.staff(call), call=call)
    factories.compute_ranking(call)


def recommend(call):
    decision.recommend(
        by=factories.staff(call),
        call=call,
        run=call.aggregation_runs.latest("pk"),
        reasons="We agreed.",
        items=factories.outcomes(call, departure_reasons="For variety."),
    )


def decide(call):
    decision.decide(by=factories.staff(call, ProgrammeRole.DECISION_MAKER), call=call)


def write(call):
    letters.prepare_letters(by=factories.staff(call), call=call)


# One after the other, each done by the services as on a real day.
ACTS = (admit, seat, declare, assign, assess, rank, recommend, decide, write)


def test_nothing_shows_before_the_letters_leave(competition):
    call, sketch, writer = competition
    at = timezone.now().replace(second=20, microsecond=0) + dt.timedelta(minutes=10)
    before = seen(call, sketch, writer, at)
    assert before[f"/en/my/sketches/{sketch.reference}/status/"][0] == 200

    for act in ACTS:
        act(Call.objects.get(pk=call.pk))
        after = seen(Call.objects.get(pk=call.pk), sketch, writer, at)
        differing = [address for address in before if after[address] != before[address]]
        for address in differing:
            old, new = (str(one).split("\\n") for one in (before[address], after[address]))
            sys.stderr.write("\n".join(difflib.unified_diff(old, new, n=0, lineterm="")))
        assert differing == [], f"{act.__name__}: {differing}"

    call.refresh_from_db()
    assert call.phase_at(timezone.now()) == Phase.LETTERS


def test_everything_shows_once_the_letters_have_left(competition):
    call, sketch, writer = competition
    for act in ACTS:
        act(Call.objects.get(pk=call.pk))
    letters.send_letters(by=factories.staff(call), call=call)
    client = Client()
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(f"/en/my/sketches/{sketch.reference}/status/")

    sketch.refresh_from_db()
    assert sketch.state in (SketchState.AWARDED, SketchState.REJECTED)
    shown = next(letter for letter in letters_about(sketch) if letter.kind in ("award", "rejection"))
    assert shown.subject in page.content.decode()
    letter = client.get(f"/en/my/sketches/{sketch.reference}/letters/{shown.pk}/")
    assert f"Reasons for {sketch.title}." in letter.content.decode()


def test_letters_of_other_sketches_are_not_found(competition):
    call, sketch, writer = competition
    for act in ACTS:
        act(Call.objects.get(pk=call.pk))
    letters.send_letters(by=factories.staff(call), call=call)
    client = Client()
    client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    own = {letter.pk for letter in letters_about(sketch)}
    others = Letter.objects.filter(kind__in=("award", "rejection")).exclude(subject__in=[
        letter.subject for letter in letters_about(sketch)
    ])  # fmt: skip
    assert others.exists()

    answers = {client.get(f"/en/my/sketches/{sketch.reference}/letters/{pk}/").status_code
               for pk in others.values_list("pk", flat=True) if pk not in own}  # fmt: skip

    assert answers == {404}


def test_withdrawn_between_decision_and_letters_gets_no_outcome(competition):
    call, sketch, writer = competition
    for act in ACTS:
        act(Call.objects.get(pk=call.pk))
    assert Letter.objects.filter(occasion__startswith=f"decision:{sketch.reference}:").exists()

    withdraw_sketch(by=writer, sketch=sketch, reason="We found another way.")
    letters.send_letters(by=factories.staff(call), call=call)
    letters.publish_result(by=factories.staff(call), call=call)

    sketch.refresh_from_db()
    assert sketch.state == SketchState.WITHDRAWN
    assert not Letter.objects.filter(occasion__startswith=f"decision:{sketch.reference}:").exists()
    result = public_result(slug=call.slug)
    assert sketch.reference not in {one.reference for one in (*result.awarded, *result.shortlisted)}
    assert (result.received, result.withdrawn, result.admitted) == (3, 1, 2)
