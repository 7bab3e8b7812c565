"""The records of a call: taken out, said to be kept elsewhere, and then the contents deleted here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from accounts.characters import one_line
from accounts.errors import InvalidInput
from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.clock import database_now
from competition.errors import IllegalTransition
from competition.models import (
    Answer,
    AnswerHistory,
    Attachment,
    Call,
    CallRecords,
    CoApplicant,
    Endorsement,
    Sketch,
    SketchVersion,
    Upload,
)
from competition.private_files import discard, discard_attached
from competition.retention import sketches_go_at
from competition.selectors import retention as due
from competition.selectors.call_records import handed_in
from competition.services.endings import ARCHIVABLE
from notifications.models import Letter
from notifications.old_mail import delete_mails

KEEP = "competition.keep_records"
PLACE_AT_MOST = 200  # units


@transaction.atomic
def note_export(*, by: User, call: Call) -> CallRecords:
    """Note that the records are taken out. Whoever took them out before has not said anything of the newer ones.

    Raises NotAllowed; IllegalTransition before the call is over, or when its contents have gone.
    """
    _lock(by, call)
    now = database_now()
    row, _is_new = CallRecords.objects.update_or_create(
        call=call, defaults={"exported_at": now, "exported_by": by, "kept_at": None, "kept_by": None, "place": ""}
    )
    audit.record(call=call, action="competition.export_records", by=by)
    return row


@transaction.atomic
def confirm_kept(*, by: User, call: Call, place: str) -> CallRecords:
    """Say where the records are kept. From then on the contents go when their time has come.

    Raises NotAllowed, InvalidInput without a place; IllegalTransition where nothing was taken out, or all has gone.
    """
    _lock(by, call)
    if not (place := one_line(place)):
        raise InvalidInput({"place": _("Say where the archive is kept, such as a case number.")})
    if len(place) > PLACE_AT_MOST:
        raise InvalidInput({"place": _("At most %(limit)s characters.") % {"limit": PLACE_AT_MOST}})
    row = CallRecords.objects.select_for_update().filter(call=call).first()
    if row is None:
        raise IllegalTransition(_("Download the records first."))
    row.place, row.kept_at, row.kept_by = place, database_now(), by
    row.save(update_fields=["place", "kept_at", "kept_by"])
    audit.record(call=call, action="competition.keep_records", by=by, place=place)
    return row


def _lock(by: User, call: Call) -> None:
    require(KEEP, by, call)
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.phase_at(database_now()) not in ARCHIVABLE:
        raise IllegalTransition(_("The records can be taken out when the call is completed or cancelled."))
    if CallRecords.objects.filter(call=call, deleted_at__isnull=False).exists():
        raise IllegalTransition(_("What was submitted has been deleted here."))


@transaction.atomic
def delete_contents(*, call: Call) -> due.Contents | None:
    """Delete what was submitted to the call; None where it is not due, or nobody has said that the records are kept.

    Receipts, hashes, the tree, titles, organisations, the decision and what the public result shows stay.
    """
    row = CallRecords.objects.select_for_update().filter(call=call, kept_at__isnull=False, deleted_at=None).first()
    locked = Call.objects.select_for_update().get(pk=call.pk)
    goes_at, now = sketches_go_at(locked), database_now()
    if row is None or goes_at is None or goes_at > now:
        return None
    found, sketches = due.contents_of(locked), handed_in(locked)
    files = _delete_rows(sketches)
    _empty_versions(locked)
    _empty_letters(due.receipt_letters(locked))
    row.deleted_at = now
    row.save(update_fields=["deleted_at"])
    counts = {"sketches": len(found.sketches), "files": found.files, "letters": found.letters, "place": row.place}
    audit.record(call=locked, action="competition.delete_contents", by=None, **counts)
    transaction.on_commit(lambda: discard_attached(*files), robust=True)
    return found


def _delete_rows(sketches: Iterable[Sketch]) -> list[str]:
    """Answers, earlier texts and files; the names that the files have in the storage."""
    Answer.objects.filter(sketch__in=sketches).delete()
    AnswerHistory.objects.filter(sketch__in=sketches).delete()
    uploads = Upload.objects.filter(sketch__in=sketches)
    pieces = [name for names in uploads.values_list("pieces", flat=True) for name in names]
    transaction.on_commit(lambda: discard(*pieces), robust=True)
    uploads.delete()
    attachments = Attachment.objects.filter(sketch__in=sketches)
    names = [str(name) for name in attachments.values_list("file", flat=True)]
    attachments.delete()
    Endorsement.objects.filter(sketch__in=sketches).update(reason="", mailbox="")
    CoApplicant.objects.filter(sketch__in=sketches).update(reason="", mailbox="")
    Sketch.objects.filter(pk__in=[one.pk for one in sketches]).update(withdrawn_reason="")
    return names


def _empty_versions(call: Call) -> None:
    answers: list[Any] = signals.contents_going.send(sender=Call, call=call)
    shown = {key for _receiver, keys in answers for key in keys}
    _allow_change(allowed=True)
    for version in SketchVersion.objects.filter(sketch__call=call).select_related("sketch"):
        stays = version.sketch_id in shown and version.sketch.current_version_id == version.pk
        version.questions = [one for one in version.questions if stays and one.get("public")]
        codes = {one["code"] for one in version.questions}
        version.answers = {code: value for code, value in version.answers.items() if code in codes}
        version.canonical, version.files, version.backing = "", [], {}
        version.save(update_fields=["questions", "answers", "canonical", "files", "backing"])
    _allow_change(allowed=False)


def _allow_change(*, allowed: bool) -> None:
    """What the triggers on versions ask (migration 0002); for this transaction only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('skisse.retention', %s, true)", ["on" if allowed else ""])


def _empty_letters(letters: Iterable[Letter]) -> None:
    letters = list(letters)
    delete_mails(Email.objects.filter(letter__in=letters))
    for letter in letters:
        with translation.override(letter.language):
            letter.text = gettext(
                "The text of this letter has been deleted, as the rules of retention of the call say."
            )
        letter.html, letter.email = "", None
    Letter.objects.bulk_update(letters, ["text", "html"])
