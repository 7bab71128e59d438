"""What became of one attempt to hand a letter over. Pure."""

import re
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from crm.names import clean_line

# RFC 3463 §3.8 and §3.5: what a server says of itself or of how much it takes, not of
# the recipient. x.7.x alone is too wide: greylisting uses it too.
SLOWING_STATUS = re.compile(r"\b4\.(?:3\.[12]|4\.[1-9]|7\.(?:28|650|65[1-9]))\b")
SLOWING_WORDS = re.compile(
    r"\brate\b|ratelimit|rate-limit|throttl|too (?:many|much|fast)|\bquota for\b"
    r"|slow down|try again later|temporarily (?:deferred|blocked|rejected)"
    r"|unusual (?:rate|traffic)|exceed\w* (?:the )?(?:limit|number|maximum|connection)"
    r"|connection limit|overload|busy|resources",
    re.IGNORECASE,
)
# What concerns this letter or reader only, whatever else the sentence says.
SINGLE_WORDS = re.compile(
    r"gr[ea]y-?list|mailbox|over ?quota|user|recipient .*(?:full|quota)", re.IGNORECASE
)
# How our own mail server refuses us, not the reader. At the beginning only: further on
# it may be telling what another server said ("host mx.example.org said: 554 Relay …").
SENDER_WORDS = re.compile(
    r"(?:5\.\d+\.\d+ )?(?:SMTP; )?(?:<[^>]*>:? )?"
    r"(?:sender address rejected|client host rejected|relay access denied"
    r"|relay(?:ing)? (?:not (?:allowed|permitted)|denied)|unable to relay"
    r"|(?:smtp )?authentication (?:is )?required|client was not authenticated)",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"
    # Given back untouched: nothing was said to the server about this letter.
    RELEASED = "released"
    # The recheck found that it must not go.
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict and the server's words. ``phase`` is the command it answered.

    ``blames_sender`` marks a refusal that would meet every letter of the send.
    ``again_at`` (aware) is when to try again, where something else than the usual
    schedule decides it. ``at`` (POSIX seconds) is when it became known.
    """

    verdict: Verdict
    code: int = 0
    text: str = ""
    phase: str = ""
    blames_sender: bool = False
    again_at: datetime | None = None
    at: float = field(default_factory=time.time, compare=False)

    @property
    def is_refusal(self) -> bool:
        """Whether the server said no: what follows from that must be drawn."""
        return self.code > 0 and self.verdict in (Verdict.FAILED, Verdict.DEFERRED)

    @property
    def words(self) -> str:
        """The server's words on one line, without what no line or column can hold."""
        return clean_line(self.text).encode(errors="replace").decode()

    @property
    def reply(self) -> str:
        """The answer as one line, short enough for a column."""
        code = str(self.code or "")
        return " ".join(filter(None, (self.phase, code, self.words)))[:250]

    def put_off(self, again_at: datetime) -> "Outcome":
        """Return the same outcome, to be tried again then."""
        return replace(self, again_at=again_at)


def judge_reply(code: int, text: str, phase: str) -> Outcome:
    """Return what a refusal before or at the final dot means (RFC 5321 §4.2.1).

    4xx: later. 5xx: never. Refusing the sender is no fault of the recipient's, and many
    servers say so only after RCPT (Postfix: smtpd_delay_reject); refusing RSET concerns
    nobody, and is over with the conversation.
    """
    is_final = 500 <= code <= 599 and phase != "RSET"
    verdict = Verdict.FAILED if is_final else Verdict.DEFERRED
    # After the dot the refusal is of what was said: the guard counts those.
    speaks_of_us = phase == "MAIL" or (
        phase in ("RCPT", "DATA") and _is_of_sender(code, text)
    )
    return Outcome(verdict, code, text, phase, blames_sender=is_final and speaks_of_us)


def _is_of_sender(code: int, text: str) -> bool:
    # 530: RFC 4954 §6, authentication required.
    return code == 530 or bool(SENDER_WORDS.match(text))


def speaks_of_domain(outcome: Outcome) -> bool:
    """Say whether a deferral would meet the other letters to that domain too.

    421 always (RFC 5321 §3.8), other 4xx when the words speak of rate or of the host
    rather than of one reader. A lost connection says nothing about a domain.
    """
    if outcome.verdict != Verdict.DEFERRED or outcome.phase not in ("RCPT", "DOT"):
        return False
    if outcome.code == 421:
        return True
    if not 400 <= outcome.code <= 499 or SINGLE_WORDS.search(outcome.text):
        return False
    return bool(
        SLOWING_STATUS.search(outcome.text) or SLOWING_WORDS.search(outcome.text)
    )
