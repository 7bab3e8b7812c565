"""The append-only Merkle tree of a call: one leaf for every version handed in (RFC 9162)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models.call import Call


class ReceiptTree(models.Model):
    """The head of a call's tree. Its row lock puts submissions in line, so that leaves have no gaps."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="receipt_tree")
    size = models.PositiveIntegerField(default=0)
    root = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("Hexadecimal; set when the tree is sealed."),
    )
    sealed_at = models.DateTimeField(null=True)
    # After the sealing only an exception for one agency lets the tree grow. `root` stays that of the first
    # `sealed_size` leaves; `late_root` is that of all of them.
    sealed_size = models.PositiveIntegerField(null=True)
    late_root = models.CharField(max_length=64, blank=True)
    late_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("receipt tree")
        verbose_name_plural = _("receipt trees")

    def __str__(self) -> str:
        return f"{self.call_id}: {self.size}"


class ReceiptLeaf(models.Model):
    """One receipt. Holds hashes only, so that it can stay when the sketch itself must be deleted."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="receipt_leaves")
    index = models.PositiveIntegerField()
    number = models.CharField(_("receipt number"), max_length=8, unique=True)
    data_sha256 = models.CharField(max_length=64, help_text=_("SHA-256 of the canonical JSON; the leaf's data."))
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["call", "index"]
        constraints = [models.UniqueConstraint(fields=["call", "index"], name="competition_leaf_index_once")]

    def __str__(self) -> str:
        return self.number


class LateRoot(models.Model):
    """The root over all leaves when a late leaf was appended. Each stays, so that what it proves stays proved."""

    tree = models.ForeignKey(ReceiptTree, on_delete=models.PROTECT, related_name="late_roots")
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64, help_text=_("Hexadecimal."))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("late root")
        verbose_name_plural = _("late roots")
        ordering = ["tree", "size"]
        constraints = [models.UniqueConstraint(fields=["tree", "size"], name="competition_late_root_once")]

    def __str__(self) -> str:
        return f"{self.tree_id}: {self.size}"
