"""What the register knows of one contact, as a rule is judged for a single person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from crm.models import Affiliation, ConsentState, Contact, Topic


@dataclass(frozen=True)
class Finding:
    """One line of an explanation, with the lines under it.

    ``words`` is what was asked, ``because`` what the register knows about it.
    """

    words: str
    holds: bool
    because: str = ""
    # How the parts go together: all, any, none; "" for a line without parts.
    match: str = ""
    parts: tuple["Finding", ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds for the contact, and what the register knows about it."""

    holds: bool
    because: str
    parts: tuple[Finding, ...] = ()


@dataclass
class Facts:
    """A contact on a day. Everything is read once, when it is first asked about."""

    contact: Contact
    on: date
    # Says what a segment that a rule asks about means for this contact.
    judge_segment: Callable[[int], Finding]
    # Definitions that stand in for the stored ones (``crm.segments.freezing``).
    frozen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _known: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def affiliations(self) -> list[Affiliation]:
        """Every seat that is or was held, the newest first."""
        return list(
            self.contact.affiliations.select_related("seat__role", "seat__organisation")
        )

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics the contact follows."""
        return list(self.contact.topics.all())

    @cached_property
    def consents(self) -> list[ConsentState]:
        """Where the contact stands, by purpose."""
        return list(self.contact.consent_states.select_related("purpose"))

    def remember(self, key: Any, read: Callable[[], Any]) -> Any:
        """Return what ``read`` returns, reading it once for this contact."""
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]


def is_held(affiliation: Affiliation, on: date) -> bool:
    """Say whether a seat is held on that day."""
    return has_begun(affiliation, on) and (
        affiliation.ends_on is None or affiliation.ends_on >= on
    )


def has_begun(affiliation: Affiliation, on: date) -> bool:
    """Say whether a seat is or was held by that day."""
    return affiliation.starts_on is None or affiliation.starts_on <= on


def is_left(affiliation: Affiliation, on: date) -> bool:
    """Say whether a seat was left before that day."""
    return affiliation.ends_on is not None and affiliation.ends_on < on
