"""The composition root: settings, URLs, the Celery app and the servers. It imports every app; no app imports it."""

import os

# The matrices of a ranking are small: threads of the linear algebra library would wait for each other most of the time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


from config.celery import app as celery_app

__all__ = ["celery_app"]
