"""One competition from the first click to the published result: owner, two agencies, three jurors and a visitor.

The second agency and the second juror have JavaScript switched off; the first juror uses the keyboard alone.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain

from django.utils import timezone

from competition.enums import SketchState
from competition.models import Call, LateAttempt, Sketch
from competition.tasks import seal_closed_calls
from home.demo.people import PASSWORD
from home.demo.world import World
from tests.e2e import agency as agencies
from tests.e2e import juror as jurors
from tests.e2e import owner as owners
from tests.e2e.owner import SLUG, TITLE
from tests.e2e.pages import link_in, wait_for, wait_for_mail

FIRST, CHANGED, SECOND = "Safe nights at home", "Safer nights at home", "Snow where it belongs"
GRADES = {CHANGED: 6, SECOND: 3}
JURORS = ("one@jury.example", "two@jury.example", "three@jury.example")


def test_whole_competition(person, world: World) -> None:
    owner, visitor = person("owner"), person("visitor")
    first, second = person("agency 1"), person("agency 2", javascript=False)

    hub = _call_is_made(owner, visitor, world)
    sketch, other = _sketches_come_in(first, second, world)
    _deadline_passes(first, sketch)
    owners.admit_all(owner, hub, sketches=2)
    _jury_grades(owner, hub, person)
    _outcome(owner, person("decision maker"), hub, world)
    _everybody_hears(visitor, first, second, sketch, other)


def _call_is_made(owner, visitor, world: World) -> str:
    email = world.staff["f-no-programme", "owner"].email
    owner.sign_in_with_password(email, PASSWORD)
    hub = owners.create_call(owner)
    owners.prepare_call(owner, hub)
    visitor.open("/en/").does_not_see(TITLE).open(f"/en/calls/{SLUG}/", status=404)
    owners.publish_call(owner, hub)

    visitor.open("/en/").follow(TITLE).sees(owners.SUMMARY).sees("Start a sketch")
    visitor.open("/en/").follow("Calls").follow(TITLE)
    visitor.page.locator("summary", has_text="Language").click()
    visitor._go(visitor.page.locator("a[hreflang=nb]").first)
    assert visitor.heading() == "Behov ingen dekker"
    return hub


def _sketches_come_in(first, second, world: World) -> tuple[str, str]:
    keys = ("f-no-fjordby", "f-no-skogheim")
    emails = [world.writers[key].email for key in keys]
    names = [world.organisations[key].name for key in keys]

    first.sign_in_with_code(emails[0])
    sketch = agencies.start(first, names[0])
    first.open(f"{sketch}check/").press("Submit the sketch").sees("Title: ")  # nothing is filled in yet
    agencies.fill_in(first, sketch, title=FIRST)
    agencies.autosave(first, sketch, "Written while the browser saves. ")
    receipt = agencies.submit(first, sketch, version=1)
    wait_for_mail(emails[0], about=FIRST)

    first.open(f"{sketch}facts/").fill("Title", CHANGED).press("Save and come back later")
    first.open("/en/my/sketches/").sees("version 1")
    agencies.submit(first, sketch, version=2)
    first.open(sketch).sees("Version 2").open(f"/en/receipts/?number={receipt}").sees(receipt)

    second.sign_in_with_password(emails[1], PASSWORD)
    other = agencies.start(second, names[1])
    agencies.fill_in(second, other, title=SECOND)
    agencies.submit(second, other, version=1)
    return sketch, other


def _deadline_passes(first, sketch: str) -> None:
    """The page with the button is open when the deadline passes."""
    first.open(f"{sketch}facts/").fill("Title", "Too late").press("Save and come back later")
    first.open(f"{sketch}check/")
    Call.objects.filter(slug=SLUG).update(deadline=timezone.now() - dt.timedelta(seconds=1))

    first.press("Submit the sketch").sees("deadline")

    assert LateAttempt.objects.filter(sketch__call__slug=SLUG).count() == 1
    assert Sketch.objects.get(title=CHANGED).current_version.number == 2
    seal_closed_calls.delay()
    tree = Call.objects.get(slug=SLUG).receipt_tree
    wait_for(lambda: tree.refresh_from_db() or tree.sealed_at, "the receipts were not sealed")


def _jury_grades(owner, hub: str, person) -> None:
    seats = [person("juror 1"), person("juror 2", javascript=False), person("juror 3")]
    for email, juror in zip(JURORS, seats, strict=True):
        owners.invite(owner, hub, email)
        jurors.accept(juror, email)
    jurors.declare(seats[0], sketches=2)
    jurors.declare(seats[1], sketches=2)
    jurors.declare(seats[2], not_impartial_for=CHANGED, sketches=2)
    owners.assign(owner, hub)

    wait_for_mail(JURORS[0], about=TITLE)
    graded = [
        jurors.grade_by_keyboard(seats[0], GRADES),
        jurors.grade_by_mouse(seats[1], GRADES),
        jurors.grade_by_mouse(seats[2], GRADES),
    ]
    assert sorted(chain.from_iterable(graded)) == [CHANGED, CHANGED, SECOND, SECOND]
    assert CHANGED not in graded[2]
    reference = Sketch.objects.get(title=CHANGED).reference
    seats[2].open(f"/en/jury/{SLUG}/{reference}/", status=404).open(f"/en/jury/{SLUG}/").does_not_see(reference)
    for juror in seats:
        jurors.finish(juror)


def _outcome(owner, decision_maker, hub: str, world: World) -> None:
    owners.rank(owner, hub, best=CHANGED)
    owners.recommend(owner, hub, award=CHANGED, reject=SECOND)
    owner.open(f"{hub}decision/decide/", status=404)
    decision_maker.sign_in_with_password(world.staff["f-no-programme", "decision_maker"].email, PASSWORD)
    owners.decide(decision_maker, hub)
    owners.send_letters_and_publish(owner, hub)
    owner.open(f"{hub}letters/").open(f"{hub}log/")


def _everybody_hears(visitor, first, second, sketch: str, other: str) -> None:
    visitor.open(f"/en/calls/{SLUG}/result/").sees(CHANGED).does_not_see(SECOND)
    visitor.open("/en/").sees(TITLE)
    assert Sketch.objects.get(title=CHANGED).state == SketchState.AWARDED
    first.open(sketch).sees("Awarded")
    second.open(other).sees("Not awarded")
    for title in (CHANGED, SECOND):
        owner_of = Sketch.objects.get(title=title).organisation
        letter = wait_for_mail(owner_of.mailbox, about=title)
        assert f"Reasons about {title}." in letter.body
        assert link_in(letter.body, "/my/sketches/")
