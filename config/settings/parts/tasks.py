"""Celery: every task may run twice, late, or be killed halfway, and is written for that."""

from celery.schedules import crontab, schedule

from config.settings.parts.core import VAR
from config.settings.parts.data import REDIS_KEY_PREFIX
from config.settings.parts.languages import TIME_ZONE

CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

CELERY_TASK_IGNORE_RESULT = True  # what matters is a row in the database; nobody waits for a return value
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_ACKS_LATE = True  # a killed worker's task goes back to the queue ...
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # ... also when only the child process was killed
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_TASK_SOFT_TIME_LIMIT = 14 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")


def broker(url: str, prefix: str = REDIS_KEY_PREFIX, visibility_timeout: int = 20 * 60) -> dict[str, object]:
    """The broker's settings for one Redis address.

    visibility_timeout: seconds until an unacknowledged task is handed to another worker; above the time limit, or a
    slow task would run twice at once.
    """
    return {
        "CELERY_BROKER_URL": url.replace("unix://", "redis+socket://", 1),
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "visibility_timeout": visibility_timeout,
            "global_keyprefix": f"{prefix}:queue:",
        },
    }


HEARTBEAT_SECONDS = 30
# A beat that finds no worker must not pile up tasks: each entry expires before its next turn.
CELERY_BEAT_SCHEDULE = {
    "worker-heartbeat": {
        "task": "config.tasks.worker_heartbeat",
        "schedule": schedule(HEARTBEAT_SECONDS),
        "options": {"expires": HEARTBEAT_SECONDS},
    },
    "deliver-due-mail": {
        "task": "notifications.tasks.deliver_due",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "write-missing-invitations": {
        "task": "notifications.tasks.write_missing_invitations",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-join-letters": {
        "task": "notifications.tasks.write_missing_join_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "seal-closed-calls": {
        "task": "competition.tasks.seal_closed_calls",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "write-missing-receipts": {
        "task": "competition.tasks.write_missing_receipts",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
    "write-missing-amendment-letters": {
        "task": "competition.tasks.write_missing_amendment_letters",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
    "write-missing-programme-roles": {
        "task": "competition.tasks.write_missing_programme_roles",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-co-applicant-letters": {
        "task": "competition.tasks.write_missing_co_applicant_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-endorsement-letters": {
        "task": "competition.tasks.write_missing_endorsement_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-exceptions": {
        "task": "competition.tasks.write_missing_exceptions",
        "schedule": schedule(300),
        "options": {"expires": 300},
    },
    "write-missing-cancellation-letters": {
        "task": "competition.tasks.write_missing_cancellation_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "refresh-rankings": {
        "task": "scoring.tasks.refresh_rankings",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "tell-missed-jurors": {
        "task": "scoring.tasks.tell_missed_jurors",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "review-impartiality": {
        "task": "scoring.tasks.review_impartiality",
        "schedule": schedule(1800),
        "options": {"expires": 1800},
    },
    "drop-pointless-suggestions": {
        "task": "scoring.tasks.drop_pointless_suggestions",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "tell-missed-pools": {
        "task": "scoring.tasks.tell_missed_pools",
        "schedule": schedule(120),
        "options": {"expires": 120},
    },
    "write-missing-objection-answers": {
        "task": "scoring.tasks.write_missing_objection_answers",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-enquiry-letters": {
        "task": "competition.tasks.write_missing_enquiry_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "write-missing-meeting-letters": {
        "task": "competition.tasks.write_missing_meeting_letters",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "scan-waiting": {
        "task": "competition.tasks.scan_waiting",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
    "write-missing-infected": {
        "task": "competition.tasks.write_missing_infected",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "make-missing-previews": {
        "task": "competition.tasks.make_missing_previews",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "expire-uploads": {
        "task": "competition.tasks.expire_uploads",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "send-reminders": {
        "task": "competition.tasks.send_reminders",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "send-juror-reminders": {
        "task": "scoring.tasks.send_reminders",
        "schedule": schedule(600),
        "options": {"expires": 600},
    },
    "delete-what-is-due": {
        "task": "competition.tasks.delete_what_is_due",
        "schedule": crontab(hour="3", minute="20"),
        "options": {"expires": 3600},
    },
    "reconcile-runs": {
        "task": "scoring.tasks.reconcile_runs",
        "schedule": schedule(60),
        "options": {"expires": 60},
    },
}
