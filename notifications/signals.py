"""What the mail queue wants to know."""

from django.dispatch import Signal

letters_released = Signal()  # email_ids: list[int]
