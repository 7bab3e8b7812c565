"""Tasks that belong to no app."""

from celery import shared_task

from config import health


@shared_task
def worker_heartbeat() -> None:
    """Run by a worker because beat asked for it: both are alive, and /readyz says so."""
    health.note_worker()
