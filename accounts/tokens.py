"""Links that stand for a right: signed, made void by changing the row's nonce, never acting on GET."""

from __future__ import annotations

import uuid

from django.core import signing


class BadToken(Exception):
    """The link is not one of ours, or was replaced by a newer one."""


def make(kind: str, *, pk: int, nonce: uuid.UUID) -> str:
    """A URL-safe token for the row. The same row and nonce always give the same token."""
    return signing.Signer(salt=f"skisse.{kind}").sign_object([pk, nonce.hex])


def read(kind: str, token: str) -> tuple[int, uuid.UUID]:
    """The row's key and nonce. Raises BadToken."""
    try:
        pk, nonce = signing.Signer(salt=f"skisse.{kind}").unsign_object(token)
        return int(pk), uuid.UUID(hex=nonce)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
