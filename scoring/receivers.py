"""Turns what happened below into tasks that run after commit. The tasks reconcile: a missed signal does not matter."""

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Membership
from accounts.signals import account_deleted, account_deletion_checked
from competition.signals import (
    call_cancelled,
    call_created,
    co_applicant_answered,
    co_applicant_invited,
    contents_going,
    formal_check_completed,
    records_wanted,
    sketch_submitted,
    sketch_withdrawn,
)
from scoring import tasks
from scoring.models import Assessment, AssignmentRun, JurorProfile
from scoring.selectors.deletion import obstacles
from scoring.selectors.objections import pointless
from scoring.selectors.public import shown_publicly
from scoring.selectors.records import scoring_records
from scoring.services.criteria import DEFAULT_TEMPLATE, create_default_criteria
from scoring.services.criteria_copy import copy_criteria
from scoring.services.letters import drop_unsent_letters
from scoring.services.objections import lapse_objections
from scoring.services.pool import forget_person
from scoring.services.ranking_refresh import QUIET
from scoring.signals import objection_settled, pool_grew, run_queued


@receiver(call_created)
def add_criteria(sender, call, template=DEFAULT_TEMPLATE, source=None, **kwargs) -> None:
    """In the same transaction: a call never lacks its criteria."""
    if source is not None:
        copy_criteria(source=source, target=call)
    else:
        create_default_criteria(call=call, template=template)


@receiver(formal_check_completed)
def block_jurors(sender, call, **kwargs) -> None:
    lapse_objections(among=pointless(call))
    tasks.block_jurors.delay_on_commit(call.pk)


@receiver([sketch_submitted, co_applicant_invited, co_applicant_answered])
def review_impartiality(sender, sketch=None, co_applicant=None, **kwargs) -> None:
    """Who stands behind a sketch may change after the deadline too. Before it nobody has declared."""
    call = (sketch or co_applicant.sketch).call
    if call.deadline <= timezone.now():
        tasks.block_jurors.delay_on_commit(call.pk)


@receiver(post_save, sender=Membership)
@receiver(post_save, sender=JurorProfile)
def review_person(sender, instance, raw=False, **kwargs) -> None:
    """Whoever acts for another organisation now, or has another employer, may be tied to a sketch."""
    if not raw and getattr(instance, "organisation_id", None):
        tasks.review_person.delay_on_commit(instance.user_id)


@receiver(post_save, sender=Assessment)
def refresh_ranking(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    """Sent or taken back: once it has been quiet for a while. The last change of many does the work."""
    if not raw and update_fields and "finalised_at" in update_fields:
        call_id, after = instance.sketch.call_id, QUIET.total_seconds() + 1
        transaction.on_commit(lambda: tasks.refresh_ranking.apply_async([call_id], countdown=after), robust=True)


@receiver(call_cancelled)
def tell_jurors(sender, call, **kwargs) -> None:
    lapse_objections(among=pointless(call))
    tasks.tell_jurors_of_cancellation.delay_on_commit(call.pk)


@receiver(sketch_withdrawn)
def drop_outcome(sender, sketch, **kwargs) -> None:
    """In the same transaction: no letter may tell the outcome of a sketch that takes no part, nothing waits for one."""
    drop_unsent_letters(sketch=sketch)
    lapse_objections(among=sketch.objections.all())


@receiver(records_wanted)
def add_records(sender, call, **kwargs):
    return scoring_records(call)


@receiver(contents_going)
def keep_what_is_public(sender, call, **kwargs) -> set[int]:
    return shown_publicly(call)


@receiver(run_queued)
def start_run(sender, run, **kwargs) -> None:
    task = tasks.run_assignment if isinstance(run, AssignmentRun) else tasks.run_aggregation
    task.delay_on_commit(run.pk)


@receiver(objection_settled)
def write_objection_answer(sender, objection, **kwargs) -> None:
    tasks.write_objection_answer.delay_on_commit(objection.pk)


@receiver(account_deletion_checked)
def say_what_stands_against_deleting(sender, user, **kwargs) -> list:
    return obstacles(user)


@receiver(account_deleted)
def forget_who_deleted_the_account(sender, user, **kwargs) -> None:
    """In the same transaction: no pool keeps a person who is gone."""
    forget_person(user=user)


@receiver(pool_grew)
def tell_new_people(sender, programme, **kwargs) -> None:
    tasks.tell_pool.delay_on_commit(programme.pk)
