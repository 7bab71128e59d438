"""What became of one attempt to hand a message over. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    # Given back untouched: nothing was said to the server about this message.
    RELEASED = "released"
    # The recheck found that it must not go.
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Outcome:
    """A verdict and the server's words. ``phase`` is the command it answered.

    ``blames_sender`` marks a refusal that would meet every message of the send.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    phase: str = ""
    blames_sender: bool = False

    @property
    def reply(self) -> str:
        """The answer as one line, short enough for a column and a journal."""
        words = " ".join(self.text.split())
        return f"{self.phase} {self.code or ''} {words}".strip()[:250]


def judge_reply(code: int, text: str, phase: str) -> Outcome:
    """Return what a refusal before or at the final dot means (RFC 5321 §4.2.1).

    4xx: later. 5xx: never. Refusing the sender (MAIL) or authentication is no fault of
    the recipient's.
    """
    verdict = Verdict.FAILED if 500 <= code <= 599 else Verdict.DEFERRED
    blames = phase == "MAIL" and verdict == Verdict.FAILED
    return Outcome(verdict, code, text, phase, blames_sender=blames)
