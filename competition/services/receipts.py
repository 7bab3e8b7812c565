"""Receipts: leaves of a call's tree, its sealing, and the document that anyone can verify."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from competition import audit, merkle, signals
from competition.clock import database_now
from competition.models import Call, ReceiptLeaf, ReceiptTree
from competition.numbers import new_number


def append_leaf(*, tree: ReceiptTree, data_sha256: str, at: dt.datetime) -> ReceiptLeaf:
    """Add a leaf to the tree, whose row the caller has locked, so that leaves have no gaps."""
    leaf = ReceiptLeaf.objects.create(
        call_id=tree.call_id, index=tree.size, number=new_number(), data_sha256=data_sha256, created_at=at
    )
    tree.size += 1
    tree.save(update_fields=["size"])
    return leaf


def _hashes(call: Call) -> list[str]:
    return list(call.receipt_leaves.order_by("index").values_list("data_sha256", flat=True))


@transaction.atomic
def seal_tree(*, call: Call) -> ReceiptTree | None:
    """Fix the tree's root once the deadline has passed. Returns None where it is sealed already or not yet time.

    The row's lock lets a submission that is under way finish first; the trigger refuses any that comes later.
    """
    tree = ReceiptTree.objects.select_for_update().filter(call=call, sealed_at=None).first()
    now = database_now()
    if tree is None or now < Call.objects.values_list("deadline", flat=True).get(pk=call.pk):
        return None
    tree.root, tree.sealed_at = merkle.root_of(_hashes(call)), now
    tree.save(update_fields=["root", "sealed_at"])
    signals.call_closed.send(sender=Call, call=call)
    audit.record(call=call, action="competition.seal_receipts", by=None, size=tree.size, root=tree.root)
    return tree


def seal_closed_calls() -> int:
    """Seal every call whose deadline has passed and whose tree is open. Returns how many; safe to run twice or late."""
    due = Call.objects.published().filter(receipt_tree__sealed_at=None, deadline__lte=database_now()).order_by("pk")
    return sum(seal_tree(call=call) is not None for call in due)


def inclusion_proof(*, leaf: ReceiptLeaf) -> list[str] | None:
    """Path from the leaf to the sealed root, or None while the tree is open."""
    if leaf.call.receipt_tree.sealed_at is None:
        return None
    return merkle.inclusion_path(_hashes(leaf.call), leaf.index)
