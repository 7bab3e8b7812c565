"""Mail domains: whose address proves that somebody works at an organisation, and whose proves nothing."""

from __future__ import annotations

import re
from pathlib import Path

# Anybody can have an address here. Suffixes count too: mail.gmail.com is Gmail.
PUBLIC_DOMAINS = frozenset((Path(__file__).parent / "public_mail_domains.txt").read_text(encoding="ascii").split())
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


def normalise_domain(typed: str) -> str:
    """The domain in lower case and ASCII, of “kommune.example”, “@kommune.example” or an address; "" if it is none."""
    domain = typed.strip().rpartition("@")[2].strip().rstrip(".").lower()
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return domain if len(domain) <= 253 and _DOMAIN.fullmatch(domain) else ""


def is_public(domain: str) -> bool:
    """Whether anybody can get an address in the domain, or it is a country's or one of its general parts."""
    parts = domain.split(".")
    if len(parts) < 2:
        return True
    return any(".".join(parts[start:]) in PUBLIC_DOMAINS for start in range(len(parts) - 1))


def domain_of(email: str) -> str:
    """The part of an address that may prove something; "" where it proves nothing."""
    domain = normalise_domain(email) if "@" in email else ""
    return "" if not domain or is_public(domain) else domain
