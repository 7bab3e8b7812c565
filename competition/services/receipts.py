"""Receipts: leaves of a call's tree, its sealing, and the document that anyone can verify."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from competition import audit, merkle, signals
from competition.clock import database_now
from competition.models import Call, LateRoot, ReceiptLeaf, ReceiptTree
from competition.numbers import new_number
from competition.selectors.receipts import leaf_hashes


def append_leaf(*, tree: ReceiptTree, data_sha256: str, at: dt.datetime) -> ReceiptLeaf:
    """Add a leaf to the tree, whose row the caller has locked, so that leaves have no gaps.

    Behind the seal, where an exception for one agency leads, the root stays and a late root over all leaves is made;
    the late roots before it stay too.
    """
    leaf = ReceiptLeaf.objects.create(
        call_id=tree.call_id, index=tree.size, number=new_number(), data_sha256=data_sha256, created_at=at
    )
    tree.size += 1
    changed = ["size"]
    if tree.sealed_at is not None:
        tree.late_root, tree.late_at = merkle.root_of(leaf_hashes(tree.call_id)), at
        LateRoot.objects.create(tree=tree, size=tree.size, root=tree.late_root, at=at)
        changed += ["late_root", "late_at"]
    tree.save(update_fields=changed)
    return leaf


@transaction.atomic
def seal_tree(*, call: Call) -> ReceiptTree | None:
    """Fix the tree's root once the deadline has passed. Returns None where it is sealed already or not yet time.

    The row's lock lets a submission that is under way finish first; the trigger refuses any that comes later.
    """
    tree = ReceiptTree.objects.select_for_update().filter(call=call, sealed_at=None).first()
    now = database_now()
    if tree is None or now < Call.objects.values_list("deadline", flat=True).get(pk=call.pk):
        return None
    return seal_locked_tree(tree=tree, call=call, now=now)


def seal_locked_tree(*, tree: ReceiptTree, call: Call, now: dt.datetime) -> ReceiptTree:
    """Fix the root of a tree whose row the caller has locked, after the deadline; one that is sealed stays so."""
    if tree.sealed_at is not None:
        return tree
    tree.root, tree.sealed_at, tree.sealed_size = merkle.root_of(leaf_hashes(call.pk)), now, tree.size
    tree.save(update_fields=["root", "sealed_at", "sealed_size"])
    signals.call_closed.send(sender=Call, call=call)
    audit.record(call=call, action="competition.seal_receipts", by=None, size=tree.size, root=tree.root)
    return tree


def seal_closed_calls() -> int:
    """Seal every call whose deadline has passed and whose tree is open. Returns how many; safe to run twice or late."""
    due = Call.objects.published().filter(receipt_tree__sealed_at=None, deadline__lte=database_now()).order_by("pk")
    return sum(seal_tree(call=call) is not None for call in due)
