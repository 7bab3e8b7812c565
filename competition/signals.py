"""What the apps above may want to know. A receiver only enqueues a task, except that of `call_created`."""

from django.dispatch import Signal

call_created = Signal()  # call, template, source: received in the same transaction, so that no call lacks criteria
call_published = Signal()  # call
amendment_published = Signal()  # amendment
answers_published = Signal()  # call, at: answers were published or changed at the instant
enquiry_set_aside = Signal()  # enquiry: merged with another, or declined
registration_changed = Signal()  # registration: got a place, or one on the waiting list
meeting_changed = Signal()  # meeting: another time or place, or cancelled
call_closed = Signal()  # call: the deadline has passed and the receipts are sealed
call_cancelled = Signal()  # call
records_wanted = Signal()  # call: each receiver returns entries (competition.archive) for the records of the call
contents_going = Signal()  # call: each receiver returns keys of sketches whose public answers stay public
formal_check_completed = Signal()  # call
sketch_submitted = Signal()  # sketch, version
attachment_added = Signal()  # attachment
attachment_scanned = Signal()  # attachment: the scanner has spoken; its scan_state says what
sketch_withdrawn = Signal()  # sketch
sketch_late = Signal()  # sketch, attempt
co_applicant_invited = Signal()  # co_applicant: asked, or asked again by a new link
co_applicant_answered = Signal()  # co_applicant: confirmed, declined or withdrew
endorsement_asked = Signal()  # endorsement
endorsement_answered = Signal()  # endorsement: given or refused
exception_changed = Signal()  # exception: granted or revoked
programme_roles_changed = Signal()  # entry: of the log, which says whose, and which
