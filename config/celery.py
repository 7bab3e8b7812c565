"""The Celery application. Tasks live in each app's `tasks.py`; what runs when is listed in settings/parts/tasks.py."""

from celery import Celery

app = Celery("skisse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"])
