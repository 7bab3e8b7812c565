"""The jury's jobs: ids in, one service call. Every task may run twice, late, or be killed halfway."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from accounts.models import User
from competition.models import Call
from competition.services.ending_letters import recently_cancelled
from scoring.selectors.impartiality import calls_to_review
from scoring.selectors.pool import profiles_without_letter
from scoring.services import (
    aggregation,
    assignment,
    endings,
    objection_letters,
    pool,
    ranking_refresh,
    recruiting,
    redeclaring,
    reminders,
    runs,
)

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY = {"autoretry_for": DATABASE_AWAY, "retry_backoff": 2, "retry_backoff_max": 60, "max_retries": 8}


@shared_task(**RETRY)
def run_assignment(run_id: int) -> str:
    """Compute one assignment."""
    return assignment.execute_assignment(run_id=run_id)


@shared_task(**RETRY)
def run_aggregation(run_id: int) -> str:
    """Compute one ranking."""
    return aggregation.execute_aggregation(run_id=run_id)


@shared_task(**RETRY)
def refresh_ranking(call_id: int) -> bool:
    """Compute a ranking anew if its grades have changed."""
    return ranking_refresh.refresh_ranking(call=Call.objects.select_related("programme").get(pk=call_id))


@shared_task(**RETRY)
def refresh_rankings() -> int:
    """What no message told: assessments sent all at once, declarations, weights."""
    return ranking_refresh.refresh_all()


@shared_task(**RETRY)
def reconcile_runs() -> int:
    """Take up runs that nobody works on: their message was lost, or their worker died."""
    return runs.requeue_dead_runs()


@shared_task(**RETRY)
def block_jurors(call_id: int) -> int:
    """Look anew at ties and declarations of a jury."""
    return redeclaring.review_call(call=Call.objects.select_related("programme").get(pk=call_id))


@shared_task(**RETRY)
def review_person(user_id: int) -> int:
    """Look anew at the ties of somebody who acts for another organisation now."""
    return redeclaring.review_person(user=User.objects.get(pk=user_id))


@shared_task(**RETRY)
def review_impartiality() -> int:
    """What no signal tells: an organisation's number or mail domain was changed, a register was loaded."""
    return sum(block_jurors(pk) for pk in calls_to_review().values_list("pk", flat=True))


@shared_task(**RETRY)
def send_reminders() -> int:
    """Remind jurors whose period runs out."""
    return reminders.send_due()


@shared_task(**RETRY)
def tell_jurors_of_cancellation(call_id: int) -> int:
    """Tell the jury of a call that was called off."""
    return endings.tell_jurors(call=Call.objects.select_related("programme").get(pk=call_id))


@shared_task(**RETRY)
def tell_missed_jurors() -> int:
    return sum(tell_jurors_of_cancellation(call_id) for call_id in recently_cancelled())


@shared_task(**RETRY)
def write_objection_answer(objection_id: int) -> int:
    """Tell an agency what was found about its objection."""
    return objection_letters.write_answer(objection_id=objection_id)


@shared_task(**RETRY)
def write_missing_objection_answers() -> int:
    return objection_letters.write_missing()


@shared_task(**RETRY)
def tell_pool(programme_id: int) -> int:
    """Tell people that they are in a programme's pool of jurors; many are left to the next round."""
    return pool.write_pool_letters(profiles=profiles_without_letter(programme_id=programme_id))


@shared_task(**RETRY)
def tell_missed_pools() -> int:
    return pool.write_pool_letters(profiles=profiles_without_letter())


@shared_task(**RETRY)
def drop_pointless_suggestions() -> int:
    """Keep no name of somebody who was suggested for a jury whose work is over."""
    return recruiting.drop_pointless_suggestions()
