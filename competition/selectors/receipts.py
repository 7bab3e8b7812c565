"""Receipts as they are looked up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404

from competition import merkle
from competition.canonical import instant
from competition.clock import database_now
from competition.models import Call, ReceiptLeaf, ReceiptTree, Sketch, SketchVersion
from competition.numbers import is_number, normalise
from competition.selectors.reminders import writers_of
from competition.verification import build
from notifications.models import Letter

# A version this young is left to its own task; one this old has been looked at often enough.
YOUNG = dt.timedelta(minutes=2)
OLD = dt.timedelta(days=7)


def find_leaf(typed: str) -> ReceiptLeaf | None:
    """The receipt of the number somebody typed, or None."""
    number = normalise(typed)
    if not is_number(number):
        return None
    return ReceiptLeaf.objects.select_related("call__receipt_tree").filter(number=number).first()


def receipt_occasion(number: str) -> str:
    return f"receipt:{number}"


def letters_of(version: SketchVersion) -> list[Letter]:
    """The letters that told of the version's receipt; empty as long as none was written."""
    occasion = receipt_occasion(version.leaf.number)
    return list(Letter.objects.filter(occasion__startswith=f"{occasion}:").order_by("pk"))


def receipt_readers(version: SketchVersion) -> list[tuple[str, str, str]]:
    """(part of the occasion, address, language) of whoever is told of the receipt, each address once: who handed in,
    whoever else wrote for the organisation then, and its mailbox.
    """
    sketch, user = version.sketch, version.submitted_by
    readers = {}
    if user is not None:
        readers[user.email.lower()] = sketch.organisation.letter_language or user.language
    for writer in writers_of(sketch, version.submitted_at):
        readers.setdefault(writer.address, writer.language)
    return [(str(place), address, readers[address]) for place, address in enumerate(readers, start=1)]


def versions_without_letter() -> list[int]:
    """Keys of versions whose receipt was never written, because a queue or a worker was lost."""
    now = database_now()
    letters = Letter.objects.filter(
        occasion__startswith=Concat(Value("receipt:"), OuterRef("leaf__number"), Value(":"))
    )
    return list(
        SketchVersion.objects.filter(submitted_at__lt=now - YOUNG, submitted_at__gt=now - OLD)
        .filter(~Exists(letters))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def receipt_of(sketch: Sketch, number: str) -> SketchVersion:
    """The version of the sketch with that receipt number, or Http404."""
    versions = sketch.versions.select_related("leaf", "submitted_by")
    return get_object_or_404(versions, leaf__number=normalise(number))


def versions_of(sketch: Sketch) -> list[SketchVersion]:
    """All versions, the last one first, without their texts."""
    return list(sketch.versions.select_related("leaf").defer("canonical", "questions", "answers").order_by("-number"))


def sealed_tree(call: Call) -> ReceiptTree | None:
    return ReceiptTree.objects.filter(call=call).exclude(sealed_at=None).first()


def leaf_hashes(call_id: int) -> list[str]:
    """The leaves' data, in order."""
    return list(ReceiptLeaf.objects.filter(call_id=call_id).order_by("index").values_list("data_sha256", flat=True))


@dataclass(frozen=True)
class Proof:
    """A leaf's way to a published root. `late`: to the one over all leaves, because the leaf came behind the seal."""

    root: str
    size: int
    at: dt.datetime
    path: list[str]
    late: bool


def is_late(leaf: ReceiptLeaf, tree: ReceiptTree) -> bool:
    """Whether the leaf was appended behind the seal, by an exception for one agency."""
    return tree.sealed_size is not None and leaf.index >= tree.sealed_size


def proof_of(leaf: ReceiptLeaf, tree: ReceiptTree | None) -> Proof | None:
    """None while the tree is open. What was sealed is proved by the sealed root for ever, whatever comes later."""
    if tree is None or tree.sealed_at is None:
        return None
    late = is_late(leaf, tree)
    hashes = leaf_hashes(leaf.call_id)
    if not late:
        hashes = hashes[: tree.sealed_size]
    return Proof(
        root=tree.late_root if late else tree.root,
        size=len(hashes),
        at=tree.late_at if late and tree.late_at else tree.sealed_at,
        path=merkle.inclusion_path(hashes, leaf.index),
        late=late,
    )


def document_of(version: SketchVersion) -> dict[str, Any]:
    """The receipt as the document that can be verified offline."""
    leaf, call = version.leaf, version.sketch.call
    proof = proof_of(leaf, sealed_tree(call))
    tree = None
    if proof is not None:
        tree = {"size": proof.size, "root": proof.root, "sealed_at": instant(proof.at), "path": proof.path}
        tree |= {"late": True} if proof.late else {}
    return build(
        number=leaf.number,
        call=call.slug,
        canonical=version.canonical,
        sha256=version.sha256,
        index=leaf.index,
        tree=tree,
    )
