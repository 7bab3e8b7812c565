"""The log of a call: one entry per service call, in the same transaction as what it tells about."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogFormatter, log

from accounts.models import User
from competition.models import Call

ACTIONS: dict[str, str | Promise] = {
    "competition.create_call": _("Created the call"),
    "competition.update_call": _("Changed the call"),
    "competition.publish_call": _("Published the call"),
    "competition.create_question": _("Added a question"),
    "competition.update_question": _("Changed a question"),
    "competition.gather_change": _("Gathered a change of the open call"),
    "competition.drop_change": _("Dropped a gathered change"),
    "competition.keep_change": _("Kept a gathered change over somebody else's"),
    "competition.discard_amendment": _("Discarded the gathered changes"),
    "competition.publish_amendment": _("Published an amendment"),
    "competition.ask": _("Somebody asked a question"),
    "competition.save_answer": _("Wrote an answer"),
    "competition.change_answer": _("Changed a published answer"),
    "competition.publish_answers": _("Published answers"),
    "competition.merge_enquiry": _("Merged a question with another"),
    "competition.decline_enquiry": _("Declined a question"),
    "competition.reopen_enquiry": _("Took up a question again"),
    "competition.create_meeting": _("Announced an information meeting"),
    "competition.update_meeting": _("Changed an information meeting"),
    "competition.cancel_meeting": _("Cancelled an information meeting"),
    "competition.remove_question": _("Removed a question"),
    "competition.create_section": _("Added a section of the form"),
    "competition.update_section": _("Changed a section of the form"),
    "competition.remove_section": _("Removed a section of the form"),
    "competition.arrange_form": _("Rearranged the form"),
    "competition.import_questions": _("Imported questions"),
    "competition.cancel_call": _("Cancelled the call"),
    "competition.archive_call": _("Archived the call"),
    "competition.restore_call": _("Took the call out of the archive"),
    "competition.export_records": _("Took out the records of the call"),
    "competition.keep_records": _("Said where the records are kept"),
    "competition.delete_contents": _("What was submitted was deleted, as the rules of retention say"),
    "competition.grant_role": _("Gave somebody a role"),
    "competition.set_roles": _("Changed somebody's roles"),
    "competition.update_programme": _("Changed the programme"),
    "competition.save_partner": _("Saved a partner"),
    "competition.remove_partner": _("Removed a partner"),
    "competition.start_sketch": _("Started a sketch"),
    "competition.set_co_applicants": _("Changed the co-applicants"),
    "competition.invite_co_applicant": _("Invited a co-applicant"),
    "competition.remove_co_applicant": _("Took back the invitation of a co-applicant"),
    "competition.change_co_applicant": _("Changed what a co-applicant may do"),
    "competition.confirm_co_applicant": _("A co-applicant confirmed"),
    "competition.decline_co_applicant": _("A co-applicant declined"),
    "competition.withdraw_co_applicant": _("A co-applicant withdrew"),
    "competition.ask_endorsement": _("Asked for the endorsement"),
    "competition.give_endorsement": _("The sketch was endorsed"),
    "competition.refuse_endorsement": _("The endorsement was refused"),
    "competition.add_attachment": _("Attached a file"),
    "competition.remove_attachment": _("Removed a file"),
    "competition.remove_infected": _("Removed a file with a virus"),
    "competition.submit_sketch": _("Submitted a sketch"),
    "competition.late_attempt": _("Tried to submit after the deadline"),
    "competition.restore_version": _("Put a submitted version back into the draft"),
    "competition.withdraw_sketch": _("Withdrew a sketch"),
    "competition.admit_sketch": _("Admitted a sketch"),
    "competition.take_check": _("Took over the formal check of a sketch"),
    "competition.delete_draft": _("A draft that was never submitted was deleted"),
    "competition.save_findings": _("Wrote findings of the formal check"),
    "competition.propose_dismissal": _("Proposed to dismiss a sketch"),
    "competition.refuse_dismissal": _("Did not agree to dismiss a sketch"),
    "competition.dismiss_sketch": _("Dismissed a sketch"),
    "competition.record_outcome": _("Recorded an outcome"),
    "competition.complete_formal_check": _("Completed the formal check"),
    "competition.set_milestone": _("Reached a milestone"),
    "competition.set_access": _("Changed who may write in the call"),
    "competition.make_codes": _("Made invitation codes"),
    "competition.revoke_code": _("Revoked an invitation code"),
    "competition.redeem_code": _("Used an invitation code"),
    "competition.grant_exception": _("Granted an exception"),
    "competition.revoke_exception": _("Revoked an exception"),
    "competition.seal_receipts": _("Sealed the receipts"),
}


class _Message(LogFormatter):
    """The label, and behind it the sketch or the organisation that the entry names."""

    def format_message(self, log_entry) -> str:
        data = log_entry.data if isinstance(log_entry.data, dict) else {}
        reference = data.get("sketch") or data.get("organisation")
        return f"{self.label} ({reference})" if reference else str(self.label)


def register(actions: dict[str, str | Promise]) -> None:
    """Make further actions known to the log: {code: label}. Apps above call this when they start."""

    @hooks.register("register_log_actions")
    def _register(registry) -> None:
        for code, label in actions.items():
            registry.register_action(code)(type("Formatter", (_Message,), {"label": label}))


register(ACTIONS)


def record(*, call: Call, action: str, by: User | None, **data: Any) -> None:
    """Write one entry about the call. `data` must be JSON; answers and reasons of people do not belong in it."""
    log(instance=call, action=action, user=by, data=data or None)
