"""What the rooms above may want to know about."""

from django.dispatch import Signal

member_invited = Signal()  # invitation
