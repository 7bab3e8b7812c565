"""Mail is queued in the database by post_office and sent by a Celery task; the address of the server is EMAIL_URL."""

import datetime as dt
from typing import Any

EMAIL_BACKEND = "post_office.EmailBackend"
DEFAULT_FROM_EMAIL = "Skisse <skisse@example.org>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20


def post_office(backend: str) -> dict[str, Any]:
    """POST_OFFICE with the backend that really sends.

    Retries are narrow: three, five minutes apart; what still fails stays in the outbox for somebody to see.
    CELERY_ENABLED stays off: post_office enqueues where it is called, and we enqueue after commit.
    """
    return {
        "BACKENDS": {"default": backend},
        "DEFAULT_PRIORITY": "medium",
        "CELERY_ENABLED": False,
        "MAX_RETRIES": 3,
        "RETRY_INTERVAL": dt.timedelta(minutes=5),
        "BATCH_SIZE": 100,
        "BATCH_DELIVERY_TIMEOUT": 180,
        "LOG_LEVEL": 2,
        "MESSAGE_ID_ENABLED": True,
        "OVERRIDE_RECIPIENTS": None,
        "FILE_STORAGE": "private",  # what is attached is for its reader alone
    }


# Sent mails and what was attached to them go from the queue after so many days; the letters stay in the outbox.
MAIL_KEPT_DAYS = 180
