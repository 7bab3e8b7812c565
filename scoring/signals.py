"""What the layers above the services may want to know about."""

from django.dispatch import Signal

run_queued = Signal()  # run: AssignmentRun or AggregationRun, also when a dead one is to be taken up again
objection_settled = Signal()  # objection
pool_grew = Signal()  # programme: people were taken into its pool of jurors
