"""Two worlds that differ only in what is hidden from somebody look the same to that somebody, byte for byte.

Every address that lets the person in is asked for, the hidden thing is changed, and each is asked for again at the same
instant (who is let in at all stands in test_urls.py). Pages, exports, headers, letters, the order of everything and the
number of queries (which is what an answer's time would tell) must not have moved. What is normalised is drawn anew for
each answer and tells nothing.
"""

from __future__ import annotations

import datetime as dt
import difflib
import logging
import re
from collections.abc import Callable, Collection

import pytest
from django.core.cache import cache
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from competition.enums import Phase, ProgrammeRole
from competition.models import Topic
from competition.services.programmes import grant_programme_role
from home.demo import travel
from home.services import ensure_site_tree
from notifications.models import Letter
from scoring.enums import Verdict
from scoring.models import Assessment, ImpartialityDeclaration, ImpartialityReason, Juror, JurorWish
from scoring.selectors.impartiality import left_rooms
from scoring.services import assessments
from tests.permissions.url_table import ROWS
from tests.permissions.world import World, build
from tests.scoring import factories

PASSING = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'"CSRF_TOKEN": "[^"]+"'),
    re.compile(rb'nonce="[^"]+"'),
    re.compile(rb"'nonce-[^']+'"),
    re.compile(rb'(name="key" value=")[0-9a-f-]{36}'),
    re.compile(rb':\d\d\.\d+(?=\+00:00")'),  # the server's clock, which a page made for everybody says
)
UNTOLD = ("Date", "Expires", "ETag", "Set-Cookie", "X-Server-Time")
Seen = dict[str, tuple[int, dict[str, str], bytes, int]]


def competition() -> World:
    """Grades are given, some are sent, a ranking is computed. The site's pages are there, for the search."""
    ensure_site_tree(hostname="testserver")
    Client().get("/en/search/?q=first")  # what the process remembers from its first answer
    return build(Phase.ASSESSMENT)


def addresses(world: World, hats: Collection[str]) -> list[str]:
    """Where somebody with these roles is let in, and the search. What everybody reads is a visitor's case alone."""
    rows = [(name, row, row.let_in[Phase.ASSESSMENT]) for name, row in ROWS.items() if row.data is None]
    names = [
        (name, row)
        for name, row, let_in in rows
        if let_in & set(hats) and ("visitor" in hats or "visitor" not in let_in)
    ]
    searches = [f"/en/search/?q={words}" for words in (world.sketch.title, world.sketch.reference)]
    with translation.override("en"):
        return [reverse(name, args=row.address(world)) for name, row in names] + searches


def look(world: World, hats: Collection[str], at: dt.datetime) -> Seen:
    """{address: (status, headers, body, queries)} for the person of the first role; and the person's letters."""
    role = next(iter(hats))
    client = Client(headers={"accept-language": "en"})
    if role != "visitor":
        client.force_login(world.people[role], backend="django.contrib.auth.backends.ModelBackend")
    found: Seen = {}
    for address in addresses(world, hats):
        cache.clear()
        reset_queries()
        with travel.at(at), CaptureQueriesContext(connection) as asked:
            response = client.get(address)
            body = b"".join(response.streaming_content) if response.streaming else response.content
        told = {name: value for name, value in response.items() if name not in UNTOLD}
        told = {name: plain(value.encode()).decode() for name, value in told.items()}
        found[address] = (response.status_code, told, plain(body), len(asked))
    email = "" if role == "visitor" else world.people[role].email
    letters = Letter.objects.filter(recipient=email).order_by("pk").values_list("subject", "text", "html")
    found["letters"] = (0, {}, repr(list(letters)).encode(), 0)
    return found


def plain(body: bytes) -> bytes:
    for pattern in PASSING:
        body = pattern.sub(b"", body)
    return body


def differences(before: Seen, after: Seen) -> list[str]:
    """What moved, told so that one sees where."""
    moved = []
    for address, (status, headers, body, queries) in before.items():
        other = after[address]
        if (status, headers, body) != other[:3]:
            old, new = (one.decode(errors="replace").split("\n") for one in (body, other[2]))
            lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[:20]
            told = {name for name in headers.keys() | other[1].keys() if headers.get(name) != other[1].get(name)}
            moved.append("\n".join([f"{address}: {status} {other[0]} {told}", *(line[:300] for line in lines)]))
        elif queries != other[3]:
            moved.append(f"{address}: {queries} queries before, {other[3]} after")
    return moved


def grade_otherwise(world: World) -> None:
    """The chair takes back what was sent, and grades both sketches otherwise; a ranking is computed of it."""
    for one in factories.own_assessments(world.jurors["chair"]):
        if one.state == "final":
            assessments.reopen(by=one.juror.user, assessment=one)
            one.refresh_from_db()
        factories.grade(one, 2)
    factories.compute_ranking(world.call)


def leave_work_undone(world: World) -> None:
    """The chair has sent nothing at all."""
    for one in factories.own_assessments(world.jurors["chair"]):
        if one.state == "final":
            assessments.reopen(by=one.juror.user, assessment=one)


def write_privately(world: World) -> None:
    """What only the writer reads: a private note, wishes, the reason of a declaration, the words of a finding."""
    Assessment.objects.filter(juror=world.jurors["chair"]).update(private_note="For me alone.")
    for juror in Juror.objects.filter(call=world.call).exclude(pk=world.jurors["juror"].pk):
        JurorWish.objects.create(juror=juror, topic=Topic.objects.first(), wish="reluctant", said_at=timezone.now())
    other = ImpartialityReason.objects.get(code="party")
    ImpartialityDeclaration.objects.filter(
        juror=world.jurors["disqualified_juror"], verdict=Verdict.DISQUALIFIED
    ).update(reason=other, finding="Between us.")


def both_hats(world: World) -> None:
    """The one who is disqualified keeps the jury's secretariat too: the restriction beats that grant."""
    person = world.people["disqualified_juror"]
    grant_programme_role(by=None, programme=world.call.programme, user=person, role=ProgrammeRole.JURY_SECRETARY)


def reader_is_asked_to_judge(world: World) -> None:
    """Somebody of the applicant who is asked to judge is kept out of the own sketch by the registers."""
    reader = world.people["agency_reader"]
    factories.make_juror(world.call, email=reader.email)
    assert left_rooms(reader, world.call) == {world.sketch.pk}


def nothing(world: World) -> None:
    """As the world is."""


# What is looked for: (the person's roles, what is prepared, what changes).
CASES: dict[str, tuple[tuple[str, ...], Callable[[World], None], Callable[[World], None]]] = {
    "a disqualified juror and the grades of others": (("disqualified_juror",), nothing, grade_otherwise),
    "a juror with unsent work and the existence of grades": (("juror",), nothing, leave_work_undone),
    "a juror with unsent work and the grades of others": (("juror",), nothing, grade_otherwise),
    "somebody whose case waits and the grades of others": (("unsettled_juror",), nothing, grade_otherwise),
    "a disqualified secretary": (("disqualified_juror", "jury_secretary"), both_hats, grade_otherwise),
    "a disqualified secretary and the existence of grades": (
        ("disqualified_juror", "jury_secretary"),
        both_hats,
        leave_work_undone,
    ),
    "an applicant's reader in the jury": (("agency_reader", "juror"), reader_is_asked_to_judge, grade_otherwise),
    "an applicant and the grades": (("agency_admin",), nothing, grade_otherwise),
    "another applicant and the grades": (("other_agency",), nothing, grade_otherwise),
    "the owner of another programme": (("other_owner",), nothing, grade_otherwise),
    "everybody": (("visitor",), nothing, grade_otherwise),
    "an observer and what is private": (("observer",), nothing, write_privately),
    "a juror and what is private": (("juror",), nothing, write_privately),
}


@pytest.mark.django_db
@pytest.mark.timeout(900)  # two hundred addresses, twice for each case
def test_what_is_hidden_moves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="django.request")  # hundreds of 404 are meant here
    world = competition()
    at = timezone.now().replace(microsecond=0) + dt.timedelta(minutes=10)
    failures = {}

    for name, (hats, prepare, hide) in CASES.items():
        with transaction.atomic():
            prepare(world)
            before = look(world, hats, at)
            assert (
                "jury_secretary" not in hats
                or before[reverse("scoring_workspace:jury", args=[world.call.pk])][0] == 200
            )
            hide(world)
            if moved := differences(before, look(world, hats, at)):
                failures[name] = moved
            transaction.set_rollback(True)

    assert failures == {}, "\n".join(f"== {name}\n" + "\n".join(moved) for name, moved in failures.items())


@pytest.mark.django_db
def test_the_look_would_notice(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever may see the ranking sees it move: the comparison is no blind eye."""
    caplog.set_level(logging.ERROR, logger="django.request")
    world = competition()
    at = timezone.now().replace(microsecond=0) + dt.timedelta(minutes=10)

    before = look(world, ["owner"], at)
    grade_otherwise(world)
    moved = differences(before, look(world, ["owner"], at))

    assert any("/ranking/" in one for one in moved)
