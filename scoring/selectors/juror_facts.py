"""What a seat says of a juror beside topics: the facts that the fit and the rules about jurors are made of."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.enums import RuleAttribute
from scoring.models import Juror


@dataclass(frozen=True)
class Facts:
    """Codes; empty where nothing is known."""

    sector: str = ""
    seniority: str = ""
    region: str = ""
    languages: tuple[str, ...] = ()

    def label(self, attribute: str, value: str) -> str | None:
        """Which kind the juror is under a rule: the rule's value, or the juror's own where the rule names none.

        None where the juror is not of the kind. A juror with several languages counts under a rule that names one.
        """
        if attribute == RuleAttribute.LANGUAGE:
            return value if value and value in self.languages else None
        own = str(getattr(self, attribute))
        if not value:
            return own or None
        return value if own and own.casefold() == value.casefold() else None


UNKNOWN = Facts()


def facts_of(juror: Juror) -> Facts:
    return Facts(juror.sector, juror.seniority, juror.region.strip(), tuple(sorted(juror.languages)))
