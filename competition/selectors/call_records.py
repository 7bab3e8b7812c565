"""The records of a call that is over, as files for an archive: what the owner's side holds of it, drafts left out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string

from competition import signals
from competition.archive import Entry
from competition.canonical import instant
from competition.models import AccessException, Call, CallRecords, LateRoot, ReceiptTree, Sketch
from competition.selectors.receipts import leaf_hashes
from competition.selectors.sketch_files import INCLUDED, as_json, content_of, file_facts, named_files, version_entries
from competition.selectors.workspace import log_entries
from notifications.models import Letter


def records_of(call: Call) -> CallRecords | None:
    """What is known of the archive of the call; None as long as nobody has taken it out."""
    return CallRecords.objects.select_related("exported_by", "kept_by").filter(call=call).first()


def handed_in(call: Call) -> QuerySet[Sketch]:
    """Every sketch with a receipt, whatever became of it."""
    return call.sketches.exclude(current_version=None).select_related("call", "organisation", "current_version")


def row(instance: Model) -> dict[str, Any]:
    """The row as its table has it; instants and decimals as text. People are keys, which mean nothing elsewhere."""
    values = {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=str))


def records(call: Call, *, now: dt.datetime) -> Iterator[Entry]:
    """The files one after the other; a sketch's are read when its turn comes."""
    readme = render_to_string("competition/call_records.txt", {"call": call, "now": now}).strip() + "\n"
    yield Entry("README.txt", now, [readme.encode()])
    yield Entry("call.json", now, [as_json(_call(call))])
    yield Entry("receipts.json", now, [as_json(_receipts(call))])
    for sketch in handed_in(call).order_by("reference").iterator():
        yield from _sketch(sketch)
    yield Entry("letters.json", now, [as_json(_letters(call))])
    yield Entry("log.json", now, [as_json(_log(call))])
    answers: list[Any] = signals.records_wanted.send(sender=Call, call=call)
    for _receiver, entries in answers:
        yield from entries


def _call(call: Call) -> dict[str, Any]:
    return {
        "call": row(call),
        "questions": [row(question) for question in call.questions.order_by("pk")],
        "amendments": [row(amendment) for amendment in call.amendments.order_by("pk")],
        # Nobody is told who asked, an archive neither.
        "enquiries": [
            row(one) | {"asked_by_id": None, "organisation_id": None} for one in call.enquiries.order_by("pk")
        ],
        "exceptions": [row(exception) for exception in AccessException.objects.filter(call=call).order_by("pk")],
    }


def _receipts(call: Call) -> dict[str, Any]:
    tree = ReceiptTree.objects.filter(call=call).first()
    return {
        "tree": row(tree) if tree else None,
        "leaves": leaf_hashes(call.pk),
        "late_roots": [row(late) for late in LateRoot.objects.filter(tree__call=call)],
    }


def _sketch(sketch: Sketch) -> Iterator[Entry]:
    folder, files = f"sketches/{sketch.reference}", []
    versions = list(sketch.versions.values_list("files", flat=True))
    handed = {file.get("id") for version in versions for file in version}
    for attachment, name in named_files(sketch):
        if attachment.pk not in handed:
            continue
        state, pieces = content_of(attachment)
        if state == INCLUDED:
            yield Entry(f"{folder}/files/{name}", attachment.uploaded_at, pieces)
        files.append(file_facts(attachment, name, state))
    yield from version_entries(sketch, folder)
    yield Entry(f"{folder}/sketch.json", sketch.updated_at, [as_json(_facts(sketch, files))])


def _facts(sketch: Sketch, files: list[dict[str, Any]]) -> dict[str, Any]:
    check = getattr(sketch, "formal_check", None)
    return {
        "reference": sketch.reference,
        "state": sketch.state,
        "lead_applicant": {"name": sketch.organisation.name, "number": sketch.organisation.number},
        "co_applicants": [
            {"name": co.shown_name, "number": co.shown_number, "state": co.state}
            for co in sketch.co_applicants.select_related("organisation")
        ],
        "endorsements": [row(endorsement) | {"nonce": None} for endorsement in sketch.endorsements.all()],
        "withdrawn_reason": sketch.withdrawn_reason,
        "dismissal_reason": sketch.dismissal_reason,
        "formal_findings": [row(finding) for finding in check.findings.all()] if check else [],
        "dismissal_proposals": [row(proposal) for proposal in sketch.dismissal_proposals.all()],
        "late_attempts": [row(attempt) for attempt in sketch.late_attempts.all()],
        "files": files,
    }


def _letters(call: Call) -> list[dict[str, Any]]:
    letters = Letter.objects.about(call).order_by("pk")
    return [
        {
            "kind": letter.kind,
            "recipient": letter.recipient,
            "language": letter.language,
            "written_at": instant(letter.created_at),
            "released_at": instant(letter.released_at) if letter.released_at else None,
            "subject": letter.subject,
            "text": letter.text,
        }
        for letter in letters.iterator()
    ]


def _log(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "at": instant(entry.timestamp),
            "action": entry.action,
            "by": entry.user.email if entry.user else None,
            "data": entry.data,
        }
        for entry in log_entries(call).order_by("timestamp", "pk")
    ]
