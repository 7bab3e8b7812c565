"""What the rooms above may want to know about."""

from django.dispatch import Signal

member_invited = Signal()  # invitation
join_requested = Signal()  # join_request
join_answered = Signal()  # join_request
