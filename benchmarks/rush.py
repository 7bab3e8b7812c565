"""The last minute before a deadline, over real HTTP: what is lost, twice or late, and how long it takes.

Agencies with finished drafts each autosave three times and submit once, some with a file, in the last seconds before
the deadline, ever more of them towards the end; a few press the button too late. Two web workers (granian) and one
Celery worker answer, on the database and broker of this process. Afterwards everything that was acknowledged is looked
for, and every receipt is verified from the outside. Loopback only.

    python -m benchmarks rush [--agencies 1000] [--seconds 60] [--late 20] [--files 0.1] [--nice 15] [--threads 8]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import secrets
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.enums import Country, MemberRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from benchmarks import rush_agencies, rush_processes
from benchmarks.database import own_database, settle
from benchmarks.rush_agencies import Agency, Answered
from benchmarks.rush_processes import THREADS, servers
from benchmarks.sketches import add_draft_of_each
from benchmarks.world import make_open_call
from competition.enums import SketchState
from competition.models import Answer, Attachment, Call, LateAttempt, ReceiptTree, Sketch, SketchVersion
from competition.selectors.receipts import document_of
from competition.services.receipts import seal_tree
from competition.verification import verify
from notifications.models import Letter

BACKEND = "django.contrib.auth.backends.ModelBackend"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks rush", description=__doc__.partition("\n")[0])
    parser.add_argument("--agencies", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long before the deadline it begins")
    parser.add_argument("--late", type=int, default=20, help="agencies that press the button after the deadline")
    parser.add_argument("--files", type=float, default=0.1, help="share of the agencies that attach a file")
    parser.add_argument("--nice", type=int, default=15, help="how far the Celery worker stands back, as nice(1) counts")
    parser.add_argument("--threads", type=int, default=THREADS, help="of each web worker")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with own_database():
        report = run(options)
    if options.json:
        json.dump(report, sys.stdout, indent=2)
        print()
    else:
        tell(report)
    return 0 if report["holds"] else 1


def run(options: argparse.Namespace) -> dict:
    """One rush in an empty, migrated database; what it was like as plain data."""
    seconds, late = options.seconds, options.late
    call = make_open_call()
    writers = _writers(call, options.agencies + late)
    bare = bare_commits()
    settle()
    with servers(options) as (port, started):
        asyncio.run(rush_agencies.warm(port, writers[0]))
        deadline = timezone.now() + dt.timedelta(seconds=seconds + 3)
        Call.objects.filter(pk=call.pk).update(deadline=deadline)
        before = rush_processes.processor_seconds(started)
        answers = asyncio.run(rush_agencies.rush(port, writers, late, deadline, seconds, files=options.files))
        used = rush_processes.since(before, rush_processes.processor_seconds(started))
        letters = _wait_for_letters(call, len([one for one in writers if one.receipt]))
    report = _report(call, writers, answers, seconds=seconds, bare=bare)
    return report | {"letters": letters, "processor_seconds": used}


def bare_commits(seconds: float = 3.0) -> float:
    """INSERT and COMMIT in a loop on one connection of the same database: rows a second."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, body text)")
        began, done = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            cursor.execute("INSERT INTO bench_bare (body) VALUES (%s)", ["x" * 200])
            done += 1
        cursor.execute("DROP TABLE bench_bare")
    return done / seconds


def _writers(call: Call, number: int) -> list[Agency]:
    """An agency with one writer, a session and a finished draft, each."""
    now = timezone.now()
    users = User.objects.bulk_create(
        User(email=f"rush{n}@agency.example", password="!", language="nb") for n in range(number)
    )
    organisations = Organisation.objects.bulk_create(
        Organisation(name=f"Rush {n}", country=Country.NO, kind=OrganisationKind.MUNICIPALITY) for n in range(number)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=MemberRole.EDITOR)
        for user, organisation in zip(users, organisations, strict=True)
    )
    sketches = add_draft_of_each(call, organisations)
    texts = dict(Answer.objects.filter(sketch__in=sketches, question__code="need").values_list("sketch_id", "value"))
    store, sessions, found = SessionStore(), [], []
    for user, sketch in zip(users, sketches, strict=True):
        key = secrets.token_hex(16)
        data = {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash()}
        sessions.append(
            Session(session_key=key, session_data=store.encode(data), expire_date=now + dt.timedelta(days=1))
        )
        found.append(Agency(user.pk, sketch.reference, key, revision=sketch.draft_revision, was=texts[sketch.pk]))
    Session.objects.bulk_create(sessions, batch_size=500)
    return found


def _wait_for_letters(call: Call, expected: int, within: float = 600.0) -> dict:
    """Every acknowledged version is written about, each reader once; the worker may take its time."""
    ends = time.monotonic() + within
    about = Letter.objects.about(call).filter(kind="receipt")
    while time.monotonic() < ends and about.count() < expected:
        time.sleep(0.5)
    occasions = list(about.values_list("occasion", flat=True))
    return {"written": len(occasions), "twice": len(occasions) - len(set(occasions)), "expected_at_least": expected}


def _report(call: Call, writers: list[Agency], answers: list[Answered], *, seconds: float, bare: float) -> dict:
    call.refresh_from_db()
    deadline = call.deadline
    versions = list(SketchVersion.objects.filter(sketch__call=call).select_related("leaf", "sketch__call"))
    of_rush = [one for one in versions if one.sketch.reference in {writer.reference for writer in writers}]
    known = {one.leaf.number for one in of_rush}
    acknowledged = [writer for writer in writers if writer.receipt]
    seal_tree(call=call)
    false = [one.leaf.number for one in of_rush if not verify(document_of(one)).is_valid]
    last = Sketch.objects.filter(call=call, state=SketchState.SUBMITTED).count()
    by_second = Counter(int((deadline - one.submitted_at).total_seconds()) for one in of_rush)
    facts = {
        "agencies": len(writers),
        "seconds": seconds,
        "acknowledged": len(acknowledged),
        "versions": len(of_rush),
        "lost": len([writer for writer in acknowledged if writer.receipt not in known]),
        "twice": len(of_rush) - len({one.sketch_id for one in of_rush}),
        "late_versions": len([one for one in of_rush if one.submitted_at >= deadline]),
        "refused_as_late": len([writer for writer in writers if writer.refused]),
        "late_attempts_logged": LateAttempt.objects.filter(sketch__call=call).count(),
        "false_receipts": len(false),
        "tree_size": ReceiptTree.objects.get(call=call).size,
        "submitted_sketches": last,
        "files": Attachment.objects.filter(sketch__call=call).count(),
        "busiest_second": max(by_second.values(), default=0),
        "bare_commits_per_second": round(bare),
        "answers": {kind: _latency(answers, kind) for kind in ("autosave", "upload", "submit")},
    }
    facts["holds"] = (
        facts["lost"] == facts["twice"] == facts["late_versions"] == facts["false_receipts"] == 0
        and all(kind["errors"] == 0 for kind in facts["answers"].values())
        and facts["acknowledged"] == facts["versions"]
    )
    return facts


def _latency(answers: list[Answered], kind: str) -> dict:
    took = sorted(one.seconds for one in answers if one.kind == kind)
    if not took:
        return {"requests": 0, "errors": 0}
    wrong = Counter(
        one.error or str(one.status) for one in answers if one.kind == kind and one.status not in (200, 302)
    )
    return {
        "requests": len(took),
        "errors": sum(wrong.values()),
        "wrong": dict(wrong),
        "median_ms": round(1000 * statistics.median(took)),
        "p99_ms": round(1000 * took[min(len(took) - 1, int(len(took) * 0.99))]),
        "worst_ms": round(1000 * took[-1]),
    }


def tell(report: dict) -> None:
    for name, value in report.items():
        if name == "answers":
            for kind, figures in value.items():
                print(f"  {kind:<22} {figures}")
        else:
            print(f"  {name:<22} {value}")
