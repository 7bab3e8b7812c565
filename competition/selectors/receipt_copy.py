"""The full copy of a version that was submitted, as a document to keep: read from the version alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from competition.canonical import instant
from competition.display import Answered, answered
from competition.models import Sketch, SketchVersion
from competition.typesetting import pdf
from notifications.links import link

NOTHING = "–"


def copy_name(version: SketchVersion) -> str:
    """The file's name: nothing in it that was typed by somebody."""
    return f"{version.sketch.reference}-{version.number}-{version.leaf.number}.pdf"


def copy_of(version: SketchVersion) -> bytes:
    """The copy as PDF/A in the sketch's language; of one version always the same bytes, as long as its template and
    words stay as they are.
    """
    with translation.override(version.sketch.language):
        unshown = _("[U+1F600] and the like stand for characters that this document cannot show.")
        return pdf("receipt.typ", _data(version, version.sketch), unshown=unshown)


def _data(version: SketchVersion, sketch: Sketch) -> dict[str, Any]:
    call, language, number = sketch.call, sketch.language, version.leaf.number
    heading = _("Copy of what was submitted, version %(number)s") % {"number": version.number}
    answers = answered(version.questions, version.answers, language, files=version.files)
    return {
        "lang": language,
        "title": f"{version.title or sketch.reference} – {heading}",
        "author": [one["name"] for one in version.organisations],
        "keywords": [sketch.reference, number],
        "made": _parts(version.submitted_at),
        "running": [call.title, _("Receipt %(number)s") % {"number": number}],
        "footer": _("Sketch %(reference)s, version %(number)s")
        % {"reference": sketch.reference, "number": version.number},
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "heading": heading,
        "name": version.title,
        "facts": _facts(version, sketch),
        "content_heading": _("Questions and answers"),
        "answers": [{"label": one.label.strip() or one.code, "text": _text(one)} for one in answers],
        "files_heading": _("Files"),
        "no_files": _("No files were submitted."),
        "file_columns": [_("Name, and the SHA-256 of its content"), _("Size")],
        "files": [
            {"name": file["name"], "sha256": file["sha256"], "size": filesizeformat(file["size"])}
            for file in version.files
        ],
        "proof_heading": _("Proof"),
        "proof": [
            _("Questions, answers, the hashes of the files and the time were put into one text (RFC 8785)."),
            _("This is its SHA-256. It is a leaf of the call's list of receipts, which is sealed at the deadline."),
            _("The receipt file, which you download from the receipt's page, holds the text and proves its place."),
        ],
        "sha256": version.sha256,
        "verify_label": _("Anyone can verify a receipt here:"),
        "verify_url": link(language, "competition:verify_receipt"),
    }


def _facts(version: SketchVersion, sketch: Sketch) -> list[dict[str, Any]]:
    at = version.submitted_at
    received = render_to_string("pdf/instant.txt", {"at": at, "zone": sketch.call.timezone}).strip()
    lead = [one["name"] for one in version.organisations if one["role"] == "lead"]
    others = [one["name"] for one in version.organisations if one["role"] != "lead"]
    rows = [
        (_("Call"), sketch.call.title, False),
        (_("Lead applicant"), "\n".join(lead), False),
        (_("Co-applicants"), "\n".join(others), False),
        (
            _("Invited, not confirmed"),
            "\n".join(one["name"] for one in version.backing.get("not_confirmed", [])),
            False,
        ),
        (_("Reference"), sketch.reference, True),
        (_("Version"), str(version.number), False),
        (_("Receipt number"), version.leaf.number, True),
        (_("Received"), received, False),
        (_("Exact time (UTC)"), instant(at), True),
    ]
    return [{"label": label, "value": value, "code": code} for label, value, code in rows if value]


def _text(answer: Answered) -> str:
    return answer.text.strip() or NOTHING


def _parts(at: dt.datetime) -> list[int]:
    utc = at.astimezone(dt.UTC)
    return [utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second]
