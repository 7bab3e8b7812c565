"""The Celery application. Tasks live in each app's `tasks.py`; what runs when is listed in settings/parts/tasks.py."""

from typing import Any

from celery import Celery
from celery.signals import worker_ready

app = Celery("skisse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"])


@worker_ready.connect
def note_worker(**kwargs: Any) -> None:
    """The first heartbeat at once: /readyz does not have to wait for the scheduler's next turn."""
    from config import health

    health.note_worker()
