"""Receipts as they are looked up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from competition import merkle
from competition.canonical import instant
from competition.clock import database_now
from competition.models import Call, LateAttempt, LateRoot, ReceiptLeaf, ReceiptTree, Sketch, SketchVersion
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
    whoever else wrote then for one of the organisations that the version names, and their mailboxes.
    """
    sketch, user = version.sketch, version.submitted_by
    readers = {}
    if user is not None:
        readers[user.email.lower()] = sketch.organisation.letter_language or user.language
    partners = [one["id"] for one in version.organisations if one["role"] != "lead"]
    for organisation in [sketch.organisation, *Organisation.objects.filter(pk__in=partners).order_by("pk")]:
        for writer in writers_of(sketch, version.submitted_at, organisation):
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


def late_attempts_of(sketch: Sketch) -> list[LateAttempt]:
    """When somebody tried to hand in too late, the last time first; no more than a page can say."""
    return list(sketch.late_attempts.all()[:5])


def sealed_tree(call: Call) -> ReceiptTree | None:
    return ReceiptTree.objects.filter(call=call).exclude(sealed_at=None).first()


def leaf_hashes(call_id: int) -> list[str]:
    """The leaves' data, in order."""
    return list(ReceiptLeaf.objects.filter(call_id=call_id).order_by("index").values_list("data_sha256", flat=True))


@dataclass(frozen=True)
class Proof:
    """A leaf's way to a published root. `late`: to the one over all leaves, because the leaf came behind the seal;
    `grown` then leads from the sealed root to that one.
    """

    root: str
    size: int
    at: dt.datetime
    path: list[str]
    late: bool
    grown: list[str] = field(default_factory=list)


def is_late(leaf: ReceiptLeaf, tree: ReceiptTree) -> bool:
    """Whether the leaf was appended behind the seal, by an exception for one agency."""
    return tree.sealed_size is not None and leaf.index >= tree.sealed_size


def proof_of(leaf: ReceiptLeaf, tree: ReceiptTree | None, known: list[str] | None = None) -> Proof | None:
    """None while the tree is open. What was sealed is proved by the sealed root for ever, whatever comes later; what
    came late by the late root there is now. known: `leaf_hashes` of the call, where they have been read.
    """
    if tree is None or tree.sealed_at is None or tree.sealed_size is None:
        return None
    late = is_late(leaf, tree)
    hashes = (leaf_hashes(leaf.call_id) if known is None else known)[: tree.size if late else tree.sealed_size]
    return Proof(
        root=tree.late_root if late else tree.root,
        size=len(hashes),
        at=tree.late_at if late and tree.late_at else tree.sealed_at,
        path=merkle.inclusion_path(hashes, leaf.index),
        late=late,
        grown=merkle.consistency_path(hashes, tree.sealed_size) if late else [],
    )


def is_root_of(call: Call, *, size: int, root: str) -> bool:
    """Whether the call's list of receipts had this root when it was so long: the sealed one, or any late one."""
    sealed = ReceiptTree.objects.filter(call=call, sealed_at__isnull=False, sealed_size=size, root=root)
    return sealed.exists() or LateRoot.objects.filter(tree__call=call, size=size, root=root).exists()


def is_proved(leaf: ReceiptLeaf, tree: ReceiptTree) -> bool | None:
    """Whether the leaf leads to the root that is published; None while none is."""
    proof = proof_of(leaf, tree)
    if proof is None:
        return None
    return merkle.verify_inclusion(
        data_sha256=leaf.data_sha256, index=leaf.index, size=proof.size, path=proof.path, root=proof.root
    )


def is_on_record(document: dict[str, Any], leaf: ReceiptLeaf | None) -> bool:
    """Whether a receipt that agrees with itself says what this site has on record under its number: an older file too,
    whose root has had to give way to a later one.
    """
    if leaf is None or (leaf.data_sha256, leaf.index) != (document["sha256"], document["leaf"]["index"]):
        return False
    tree = document["tree"]
    if leaf.call.slug != document["call"]:
        return False
    if tree is None:
        return True
    sealed = tree.get("sealed")
    roots = [tree, sealed] if isinstance(sealed, dict) else [tree]
    return all(is_root_of(leaf.call, size=one["size"], root=str(one.get("root"))) for one in roots)


def document_of(version: SketchVersion) -> dict[str, Any]:
    """The receipt as the document that can be verified offline, with the proof as it is now."""
    return documents_of(version.sketch, [version])[0]


def documents_of(sketch: Sketch, versions: list[SketchVersion]) -> list[dict[str, Any]]:
    """The receipts of versions of the sketch, in their order, in two queries."""
    sealed = sealed_tree(sketch.call)
    known = leaf_hashes(sketch.call_id) if sealed is not None else []
    return [_document(version, sketch.call, sealed, known) for version in versions]


def _document(version: SketchVersion, call: Call, sealed: ReceiptTree | None, known: list[str]) -> dict[str, Any]:
    leaf = version.leaf
    proof = proof_of(leaf, sealed, known)
    tree: dict[str, Any] | None = None
    if proof is not None and sealed is not None:
        tree = {"size": proof.size, "root": proof.root, "sealed_at": instant(proof.at), "path": proof.path}
        if proof.late:
            tree |= {
                "late": True,
                "sealed": {"size": sealed.sealed_size, "root": sealed.root, "path": proof.grown},
            }
    return build(
        number=leaf.number,
        call=call.slug,
        canonical=version.canonical,
        sha256=version.sha256,
        index=leaf.index,
        tree=tree,
    )
