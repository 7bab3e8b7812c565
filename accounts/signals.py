"""What the rooms above may want to know about."""

from django.dispatch import Signal

member_invited = Signal()  # invitation
join_requested = Signal()  # join_request
join_answered = Signal()  # join_request
account_deletion_asked = Signal()  # deletion
# Answered at once: [(what stands against it, how to get it out of the way)] of each room above. user, organisations
# (those that would be left without an administrator)
account_deletion_checked = Signal()
# In the same transaction, so that no room keeps an address of a person who is gone. user (already pseudonymous), email
account_deleted = Signal()
