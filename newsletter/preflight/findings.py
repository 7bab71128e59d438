"""What a rule says about a letter. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.choices import Severity


@dataclass(frozen=True)
class Finding:
    """One thing to look at, in words of the active language.

    ``title`` says what it is, ``text`` what to do about it. ``block_id`` is that of the
    block at fault and ``place`` its name, both empty for the letter as a whole.
    ``about`` is the text or number that it is about: when that changes, it is another
    finding, and has to be acknowledged again.
    """

    code: str
    severity: Severity
    title: str
    text: str
    block_id: str = ""
    place: str = ""
    about: str = ""
    locale: str = ""
    page_id: int | None = None

    @property
    def key(self) -> str:
        """What an acknowledgement refers to: 16 hex digits."""
        parts = (self.code, self.locale, self.block_id, self.about)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR


SEVERITIES = list(Severity)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return errors first, then warnings, then notes; otherwise as they were found."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
