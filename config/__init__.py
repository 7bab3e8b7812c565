"""The composition root: settings, URLs, the Celery app and the servers. It imports every app; no app imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
